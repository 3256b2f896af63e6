package dev.headrace.data.sql;

import dev.headrace.data.sql.SqlAnalysis.Call;
import dev.headrace.data.sql.SqlAnalysis.Parameter;
import dev.headrace.data.sql.SqlAnalysis.TableReference;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a statement says that may ask models.
 *
 * @param sql all of it, with what its calls read
 * @param calls also those within others
 */
public record AskingAnalysis(SqlAnalysis sql, List<ModelCall> calls) {
  public AskingAnalysis {
    calls = List.copyOf(calls);
  }

  /**
   * Reads a statement.
   *
   * @param origin where its first character is
   * @param analyzer reads a statement without calls
   * @throws HeadraceException SQL_MODEL_CALL, and those of {@code analyzer}
   */
  public static AskingAnalysis of(
      String sql, Location origin, BiFunction<String, Location, SqlAnalysis> analyzer) {
    return of(sql, origin, analyzer, Set.of());
  }

  private static AskingAnalysis of(
      String sql,
      Location origin,
      BiFunction<String, Location, SqlAnalysis> analyzer,
      Set<String> before) {
    AskedStatement asked = AskedStatement.of(sql, origin);
    SqlAnalysis whole = analyzer.apply(asked.text(), origin);
    if (asked.calls().isEmpty() && before.isEmpty()) {
      return new AskingAnalysis(whole, List.of());
    }
    asked.requireInFrom(
        whole.tables().stream()
            .map(table -> table.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet()));
    Set<String> made = new LinkedHashSet<>(before);
    made.addAll(asked.calls().keySet());
    AskingAnalysis all = new AskingAnalysis(without(whole, made), List.of());
    for (ModelCall call : asked.calls().values()) {
      all = all.and(call);
      String rows = asked.rows(call).orElse(null);
      if (rows != null) {
        all = all.and(of(rows, origin, analyzer, made));
      }
    }
    return all;
  }

  private static SqlAnalysis without(SqlAnalysis analysis, Set<String> names) {
    return new SqlAnalysis(
        analysis.tables().stream()
            .filter(table -> !names.contains(table.name().toLowerCase(Locale.ROOT)))
            .toList(),
        analysis.parameters(),
        analysis.tableFunctions(),
        analysis.restricted(),
        analysis.volatileCalls(),
        analysis.fingerprint());
  }

  private AskingAnalysis and(ModelCall call) {
    return new AskingAnalysis(
        new SqlAnalysis(
            sql.tables(),
            sql.parameters(),
            sql.tableFunctions(),
            sql.restricted(),
            sql.volatileCalls(),
            sql.fingerprint() + "\n" + call.shown()),
        both(calls, List.of(call)));
  }

  private AskingAnalysis and(AskingAnalysis rows) {
    List<TableReference> tables = both(sql.tables(), rows.sql.tables());
    List<Parameter> parameters = both(sql.parameters(), rows.sql.parameters());
    List<Call> functions = both(sql.tableFunctions(), rows.sql.tableFunctions());
    return new AskingAnalysis(
        new SqlAnalysis(
            tables,
            parameters,
            functions,
            both(sql.restricted(), rows.sql.restricted()),
            both(sql.volatileCalls(), rows.sql.volatileCalls()),
            sql.fingerprint() + "\n" + rows.sql.fingerprint()),
        both(calls, rows.calls));
  }

  /** Steps of WITH are read with every call that sees them, and count once. */
  private static <T> List<T> both(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).distinct().toList();
  }
}
