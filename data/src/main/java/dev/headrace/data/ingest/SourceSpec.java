package dev.headrace.data.ingest;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.quality.Checked;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user declares about a source: one file in {@code sources/}. */
@Doc("Where raw data comes from; the file name is the table.")
public record SourceSpec(
    @Doc("Paths or globs (*, **, ?, {a,b}) of the raw files, relative to the project.")
        List<String> files,
    @Doc("csv, json, parquet or lines; told by the files' extension where absent.")
        @Nullable Format format,
    @Default("append")
        @Doc("append: each file once; replace: the table is what the files hold now.")
        Load load,
    @Default("error") @Doc("What happens when a loaded file has other content now (append only).")
        OnChange onChange,
    @Default("{}") @Doc("Types of columns by name; the others are inferred from all values.")
        Map<String, String> columns,
    @Default("{}") @Doc("New names of columns, by their name in the files.")
        Map<String, String> rename,
    @Default("[]") @Doc("Columns that identify a row; later duplicates are dropped and counted.")
        List<String> key,
    @Doc("The column that says when a row's event took place.") @Nullable String time,
    @Default("5%")
        @Doc(
            "Share of rejected rows above which a load fails and publishes nothing, rounded up to a"
                + " whole row.")
        Percentage maxRejected,
    @Default("16MiB") @Doc("Length above which a row is rejected; memory grows with it.")
        ByteSize maxRow,
    @Default("utf-8") @Doc("Encoding of text files, such as utf-8, utf-16, iso-8859-1.")
        String encoding,
    @Default("[]") @Doc("Texts that mean null in delimited text and lines, besides the empty one.")
        List<String> nullText,
    @Default("{}") @Doc("How delimited text is written.") CsvOptions csv,
    @Doc("For lines: a regular expression (RE2) with named groups (?P<name>…), one per column.")
        @Nullable String pattern,
    @Default("[]") @Doc("What must hold before the rows are published.") List<CheckSpec> checks,
    @Default("[]") @Doc("Labels for selection.") List<String> tags)
    implements Checked {

  public SourceSpec {
    files = List.copyOf(files);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    rename = Collections.unmodifiableMap(new LinkedHashMap<>(rename));
    key = List.copyOf(key);
    checks = List.copyOf(checks);
    nullText = List.copyOf(nullText);
    tags = List.copyOf(tags);
  }
}
