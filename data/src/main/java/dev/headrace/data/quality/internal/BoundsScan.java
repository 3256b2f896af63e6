package dev.headrace.data.quality.internal;

import dev.headrace.data.quality.PlannedCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One query of nothing but {@code count}, {@code min} and {@code max}, which engines answer from
 * the metadata of the files without reading a row. It decides checks without a condition whose
 * verdict follows from those; a range that turns out to be violated is left to {@link RowScan},
 * which counts the rows. Of a whole-number key it tells how close its values lie, by which {@link
 * GroupScan} chooses how to prove that none repeats, and of numbers that refer to a key the least
 * and the greatest.
 */
public final class BoundsScan {
  private final Aggregates aggregates = new Aggregates();
  private final List<PlannedCheck> checks = new ArrayList<>();

  public BoundsScan(List<PlannedCheck> all) {
    aggregates.position("count(*)");
    for (PlannedCheck check : all) {
      if (answers(check)) {
        checks.add(check);
        positions(check.probe());
      } else if (GroupScan.wholeNumber(check.probe()).isPresent()) {
        positions(check.probe());
      }
    }
  }

  /** The checks it can decide. */
  public List<PlannedCheck> checks() {
    return List.copyOf(checks);
  }

  public String sql() {
    return aggregates.sql();
  }

  /** Rows of the table. */
  public long rows(List<@Nullable Object> row) {
    return number(row, 0);
  }

  /** What was found out about the checks that are decided. */
  public Map<PlannedCheck, Measured> read(List<@Nullable Object> row) {
    long rows = rows(row);
    Map<PlannedCheck, Measured> found = new LinkedHashMap<>();
    for (PlannedCheck check : checks) {
      int[] at = positions(check.probe());
      switch (check.probe()) {
        case Probe.Present present ->
            found.put(check, Measured.of(rows, rows - number(row, at[0])));
        case Probe.Count count -> found.put(check, Measured.of(rows, 0));
        case Probe.Age age -> found.put(check, new Measured(rows, 0, null, row.get(at[0]), null));
        case Probe.Within within -> {
          Object low = row.get(at[0]);
          Object high = row.get(at[1]);
          if (low == null
              || high == null
              || (within.interval().contains(low) && within.interval().contains(high))) {
            found.put(check, new Measured(rows, 0, low, high, null));
          }
        }
        default -> throw new IllegalStateException(check.id());
      }
    }
    return found;
  }

  /** The values of the whole-number column that the probe is about; empty where there is none. */
  public Optional<KeyRange> keyRange(Probe probe, List<@Nullable Object> row) {
    int[] at = GroupScan.wholeNumber(probe).isPresent() ? positions(probe) : new int[0];
    return at.length == 3
            && row.get(at[1]) instanceof Number least
            && row.get(at[2]) instanceof Number greatest
        ? Optional.of(new KeyRange(number(row, at[0]), least.longValue(), greatest.longValue()))
        : Optional.empty();
  }

  private static boolean answers(PlannedCheck check) {
    return check.where().isEmpty()
        && switch (check.probe()) {
          case Probe.Present present -> true;
          case Probe.Count count -> true;
          case Probe.Age age -> true;
          case Probe.Within within -> within.decidedByBounds();
          case Probe.Matching matching -> false;
          case Probe.Distinct distinct -> false;
          case Probe.Referring referring -> false;
          case Probe.Own own -> false;
        };
  }

  private int[] positions(Probe probe) {
    Optional<String> column = probe.columns().stream().findFirst().map(Sql::name);
    return switch (probe) {
      case Probe.Present present ->
          new int[] {aggregates.position("count(" + column.orElseThrow() + ")")};
      case Probe.Age age -> new int[] {aggregates.position("max(" + column.orElseThrow() + ")")};
      case Probe.Within within ->
          new int[] {
            aggregates.position("min(" + column.orElseThrow() + ")"),
            aggregates.position("max(" + column.orElseThrow() + ")")
          };
      case Probe.Distinct _, Probe.Referring _ when GroupScan.wholeNumber(probe).isPresent() ->
          new int[] {
            aggregates.position("count(" + column.orElseThrow() + ")"),
            aggregates.position("min(" + column.orElseThrow() + ")"),
            aggregates.position("max(" + column.orElseThrow() + ")")
          };
      default -> new int[0];
    };
  }

  static long number(List<@Nullable Object> row, int position) {
    return row.get(position) instanceof Number number ? number.longValue() : 0;
  }
}
