package dev.headrace.data.ingest;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How delimited text is written; whatever is absent is found out from the file. */
@Doc("How delimited text is written; whatever is absent is found out from each file.")
public record CsvOptions(
    @Doc(
            "One ASCII character between fields, or 'tab'; found out among , ; | and tab where absent.")
        @Nullable String delimiter,
    @Default("\"\\\"\"")
        @Doc(
            "One ASCII character around fields that hold delimiters or line breaks; 'none' for none.")
        String quote,
    @Doc("Character that makes a quote inside quotes literal; the quote itself where absent.")
        @Nullable String escape,
    @Doc("true: the first row names the columns; false: it is data; found out where absent.")
        @Nullable Boolean header,
    @Default("[]") @Doc("Column names in order, instead of those of the file.") List<String> names,
    @Default("0") @Doc("Lines to leave out at the start of every file.") Integer skip,
    @Default(".") @Doc("Decimal separator: '.' or ','.") String decimal) {

  /** Everything as found out. */
  public static final CsvOptions STANDARD =
      new CsvOptions(null, "\"", null, null, List.of(), 0, ".");

  public CsvOptions {
    names = List.copyOf(names);
  }
}
