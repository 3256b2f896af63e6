package dev.headrace.decisions.experiments.scan;

import dev.headrace.data.duckdb.DuckDbErrorCode;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.spi.error.HeadraceException;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says which metric it is whose values cannot be added up. */
public final class AddingUp {
  private static final Pattern COLUMN = Pattern.compile("\\bv(\\d+)\\b");

  private AddingUp() {}

  /**
   * What {@code work} gives.
   *
   * @throws HeadraceException EXPERIMENT_VALUE instead of what an engine says of columns and
   *     statements that nobody has written
   */
  public static <T> T of(UnitScan scan, Supplier<T> work) {
    try {
      return work.get();
    } catch (HeadraceException e) {
      boolean ofValues =
          e.code() == DuckDbErrorCode.DUCKDB_VALUE || e.code() == DuckDbErrorCode.DUCKDB_CONVERSION;
      if (!ofValues) {
        throw e;
      }
      List<String> metrics = metrics(scan, String.valueOf(e.getMessage()));
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_VALUE,
          "Cannot add up %s%s per unit: %s"
              .formatted(
                  metrics.size() > 1 ? "one of " : "",
                  String.join(", ", metrics),
                  String.valueOf(e.getMessage()).replaceFirst("^Cannot \\w+ 'sql': ", "")),
          "Sums of whole numbers and decimals have a limit: cast the metric's values to double, or"
              + " leave rows out with its 'where'.",
          e);
    }
  }

  /** Those whose column the message names; all where it names none. */
  private static List<String> metrics(UnitScan scan, String message) {
    Matcher column = COLUMN.matcher(message);
    List<Integer> named = column.find() ? List.of(Integer.parseInt(column.group(1))) : List.of();
    return scan.metrics().stream()
        .filter(metric -> named.isEmpty() || metric.columns().containsAll(named))
        .map(UnitScan.Measured::metric)
        .distinct()
        .map(name -> "'" + name + "'")
        .toList();
  }
}
