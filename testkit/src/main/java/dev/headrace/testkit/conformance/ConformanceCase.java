package dev.headrace.testkit.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One statement and what every engine makes of it.
 *
 * <p>In a file: a line {@code # title}, the statement on one line, perhaps {@code ! engine
 * statement} for an engine that spells it another way, a line {@code ----}, the rows with {@code |}
 * between values, and an empty line. {@code error} in place of rows is an error of the kind
 * INVALID.
 *
 * @param file the file's name without its ending
 * @param spellings the statement per engine that has its own
 * @param rows expected rows as text
 */
public record ConformanceCase(
    String file,
    String title,
    String sql,
    Map<String, String> spellings,
    List<List<String>> rows,
    boolean isError) {
  /** The files, in the order of the reference page. */
  public static final List<String> FILES =
      List.of("queries", "numbers", "text", "time", "aggregates");

  private static final String SEPARATOR = "----";

  /** All cases. */
  public static List<ConformanceCase> all() {
    return FILES.stream().flatMap(file -> in(file).stream()).toList();
  }

  /** The cases of one file. */
  public static List<ConformanceCase> in(String file) {
    List<ConformanceCase> cases = new ArrayList<>();
    for (String block : text(file).split("\n\\s*\n")) {
      cases.add(parse(file, block.strip()));
    }
    return cases;
  }

  /** The statement as {@code engine} is to be asked. */
  public String sqlFor(String engine) {
    return spellings.getOrDefault(engine, sql);
  }

  /** Whether one text serves all engines. */
  public boolean isPortable() {
    return spellings.isEmpty();
  }

  private static ConformanceCase parse(String file, String block) {
    String title = "";
    String sql = "";
    Map<String, String> spellings = new LinkedHashMap<>();
    List<List<String>> rows = new ArrayList<>();
    boolean inRows = false;
    boolean isError = false;
    for (String line : block.split("\n")) {
      if (line.startsWith("! ")) {
        String[] words = line.split(" ", 3);
        spellings.put(words[1], words[2]);
      } else if (inRows && line.equals("error")) {
        isError = true;
      } else if (inRows) {
        rows.add(List.of(line.split(" \\| ", -1)));
      } else if (line.equals(SEPARATOR)) {
        inRows = true;
      } else if (line.startsWith("# ") && title.isEmpty()) {
        title = line.substring(2);
      } else {
        sql = line;
      }
    }
    if (title.isEmpty() || sql.isEmpty() || !inRows || (rows.isEmpty() && !isError)) {
      throw new IllegalArgumentException(file + ": not a case: " + block);
    }
    return new ConformanceCase(file, title, sql, spellings, rows, isError);
  }

  private static String text(String file) {
    String name = file + ".txt";
    try (InputStream in =
        Objects.requireNonNull(ConformanceCase.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
