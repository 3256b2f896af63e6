package dev.headrace.data.quality.internal;

import dev.headrace.data.quality.PlannedCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One query that counts the failing rows of any number of checks that look at one row at a time.
 *
 * <p>Patterns and checks with a condition of their own share one scan; bare bounds have another,
 * because beside a pattern they would be read from the rows. A check that compares one column with
 * fixed values counts in a scan of its own, which reads nothing where the statistics or the
 * dictionaries of the files show that no value fails.
 */
public final class RowScan {
  private static final int ABSENT = -1;

  private final Aggregates aggregates = new Aggregates();
  private final List<Position> positions = new ArrayList<>();

  private record Position(int rows, int failing, int low, int high, int example) {}

  public RowScan(List<PlannedCheck> checks) {
    for (PlannedCheck check : checks) {
      positions.add(place(check));
    }
  }

  /** Whether a check can be answered by such a scan. */
  public static boolean answers(PlannedCheck check) {
    return check.probe() instanceof Probe.ByRow
        || check.probe() instanceof Probe.Count
        || check.probe() instanceof Probe.Age;
  }

  /** The condition under which a row fails the check. */
  public static String failing(PlannedCheck check, Probe.ByRow probe) {
    return given(check, probe.violation());
  }

  public String sql() {
    return aggregates.sql();
  }

  /** What was found out about each check, in the order they were given. */
  public List<Measured> read(List<@Nullable Object> row) {
    return positions.stream()
        .map(
            at ->
                new Measured(
                    BoundsScan.number(row, at.rows),
                    at.failing == ABSENT ? 0 : BoundsScan.number(row, at.failing),
                    at.low == ABSENT ? null : row.get(at.low),
                    at.high == ABSENT ? null : row.get(at.high),
                    at.example == ABSENT ? null : row.get(at.example)))
        .toList();
  }

  private Position place(PlannedCheck check) {
    int rows =
        check.where().isEmpty()
            ? aggregates.positionByStatistics("count(*)")
            : aggregates.position("count(case when " + given(check, "true") + " then 1 end)");
    return switch (check.probe()) {
      case Probe.Count count -> new Position(rows, ABSENT, ABSENT, ABSENT, ABSENT);
      case Probe.Age(var field, var allowed) ->
          new Position(rows, ABSENT, ABSENT, aggregate("max", check, field.name()), ABSENT);
      case Probe.Present present ->
          new Position(rows, count(check, present), ABSENT, ABSENT, ABSENT);
      case Probe.Within within ->
          new Position(
              rows,
              ruledOut(check, within) ? countAlone(within) : count(check, within),
              aggregate("min", check, within.field().name()),
              aggregate("max", check, within.field().name()),
              ABSENT);
      case Probe.Matching matching when ruledOut(check, matching) ->
          new Position(
              rows,
              countAlone(matching),
              ABSENT,
              ABSENT,
              aggregates.position(
                  "min(" + Sql.name(matching.field().name()) + ")", matching.violation()));
      case Probe.Matching matching ->
          new Position(
              rows,
              count(check, matching),
              ABSENT,
              ABSENT,
              aggregates.position(
                  "min(case when "
                      + failing(check, matching)
                      + " then "
                      + Sql.name(matching.field().name())
                      + " end)"));
      case Probe.Distinct distinct -> throw new IllegalArgumentException(check.id());
      case Probe.Referring referring -> throw new IllegalArgumentException(check.id());
      case Probe.Own own -> throw new IllegalArgumentException(check.id());
    };
  }

  /** Whether statistics of files may show that no row fails. */
  private static boolean ruledOut(PlannedCheck check, Probe.ByRow probe) {
    return check.where().isEmpty()
        && switch (probe) {
          case Probe.Present present -> true;
          case Probe.Within within -> true;
          case Probe.Matching matching -> matching.test() == Probe.Matching.Test.VALUES;
        };
  }

  private int countAlone(Probe.ByRow probe) {
    return aggregates.position("count(*)", probe.violation());
  }

  private int count(PlannedCheck check, Probe.ByRow probe) {
    return aggregates.position("count(case when " + failing(check, probe) + " then 1 end)");
  }

  private int aggregate(String function, PlannedCheck check, String column) {
    String name = Sql.name(column);
    return check.where().isEmpty()
        ? aggregates.positionByStatistics(function + "(" + name + ")")
        : aggregates.position(
            function + "(case when " + given(check, "true") + " then " + name + " end)");
  }

  private static String given(PlannedCheck check, String condition) {
    Optional<String> where = check.where().map(Sql::users);
    if (where.isEmpty()) {
      return condition;
    }
    return condition.equals("true") ? where.get() : where.get() + " and " + condition;
  }
}
