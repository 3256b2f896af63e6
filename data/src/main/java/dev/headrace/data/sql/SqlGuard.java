package dev.headrace.data.sql;

import dev.headrace.core.project.Names;
import dev.headrace.data.sql.SqlAnalysis.Call;
import dev.headrace.data.sql.SqlAnalysis.TableReference;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses what a user's query may not do: name tables that are not given to it, read files, look
 * into or change the engine.
 *
 * <p>Works by what is allowed, not by what is forbidden: a table function that nobody thought of is
 * refused.
 */
public final class SqlGuard {
  private SqlGuard() {}

  /**
   * Returns when the statement reads nothing but {@code names} and calls nothing restricted.
   *
   * @param names what FROM may name, in lower case
   * @param origin where the text's first character is
   */
  public static void check(SqlAnalysis analysis, Set<String> names, Location origin) {
    for (Call call : analysis.restricted()) {
      throw refused(call, origin);
    }
    for (TableReference table : analysis.tables()) {
      if (!table.qualifier().isEmpty() || !names.contains(table.name().toLowerCase(Locale.ROOT))) {
        throw unknown(table, names, origin);
      }
    }
  }

  private static HeadraceException refused(Call call, Location origin) {
    String name = call.name();
    boolean readsFiles =
        name.startsWith("read_")
            || name.startsWith("parquet_")
            || name.equals("glob")
            || name.equals("sniff_csv");
    return new HeadraceException(
        SqlErrorCode.SQL_FUNCTION_REFUSED,
        "Cannot call '"
            + name
            + "' in a query: "
            + (readsFiles ? "queries read tables, not files." : "it reaches into the engine."),
        readsFiles
            ? "Declare a source for the files and name it in FROM."
            : "Allowed in FROM are tables, subqueries, VALUES, range, generate_series, unnest,"
                + " json_each and json_tree.",
        call.position().in(origin),
        null);
  }

  private static HeadraceException unknown(
      TableReference table, Set<String> names, Location origin) {
    String name = table.fullName();
    String hint;
    if (name.matches(".*[/\\\\*].*|.*\\.(csv|tsv|json|jsonl|ndjson|parquet|gz|zst|txt|db)")) {
      hint = "Queries read tables, not files: declare a source for the file and name that.";
    } else {
      hint =
          Names.nearest(name, names)
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("Name a source or a table of the project.");
    }
    return new HeadraceException(
        SqlErrorCode.SQL_UNKNOWN_TABLE,
        "Cannot find the table '" + name + "': nothing of that name is declared.",
        hint,
        table.position().in(origin),
        null);
  }
}
