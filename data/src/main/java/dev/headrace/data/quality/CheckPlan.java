package dev.headrace.data.quality;

import dev.headrace.core.project.Declaration.Origin;
import dev.headrace.core.project.Problems;
import dev.headrace.data.quality.internal.BoundsScan;
import dev.headrace.data.quality.internal.GroupScan;
import dev.headrace.data.quality.internal.Probe;
import dev.headrace.data.quality.internal.Resolver;
import dev.headrace.data.quality.internal.RowScan;
import dev.headrace.data.quality.internal.Sql;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The queries that answer all checks of a table: pure data, nothing has been read.
 *
 * @param table the table's name in the project
 * @param schema its columns
 * @param checks in order of declaration; a declaration about several columns gives several
 */
public record CheckPlan(String table, Schema schema, List<PlannedCheck> checks) {
  public CheckPlan {
    checks = List.copyOf(checks);
  }

  /**
   * One query of the plan.
   *
   * @param purpose what it does, in a word
   * @param checks ids of the checks it answers
   */
  public record Scan(String purpose, List<String> checks, String sql) {}

  /**
   * Plans the checks that make sense, and adds a problem for whatever is wrong with the others: an
   * unknown column, a value that is none of the column's type, an empty interval.
   *
   * @param otherTables columns of the project's other tables, for foreign keys
   * @param origin where the declaration stands; asked for {@code checks[2].range.total}
   */
  public static CheckPlan of(
      String table,
      Schema schema,
      List<CheckSpec> checks,
      Function<String, Optional<Schema>> otherTables,
      Origin origin,
      Problems problems) {
    return new CheckPlan(
        table, schema, new Resolver(table, schema, otherTables, origin, problems).resolve(checks));
  }

  /** Names of other tables that foreign keys point to, in lower case. */
  public SortedSet<String> referencedTables() {
    return checks.stream()
        .flatMap(
            check -> check.probe() instanceof Probe.Referring r ? Stream.of(r) : Stream.empty())
        .map(Probe.Referring::relation)
        .filter(relation -> !relation.equals(Sql.THIS))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The queries an audit executes when every check holds, by an engine that can do no more than
   * SQL. A violated range is counted by the scan of rows, a violated uniqueness or foreign key by a
   * query of its own. Where the engine {@linkplain
   * dev.headrace.spi.engine.SqlEngine#countDistinctByBits(String, long, long) counts by bits}, a
   * whole-number key that lies close is proven unique by a bit for each number, instead of by
   * blocks; and a whole-number foreign key asks the other table first, in one or two short queries,
   * whether all numbers between its bounds are keys, and is joined only where they are not.
   */
  public List<Scan> scans() {
    List<Scan> scans = new ArrayList<>();
    BoundsScan bounds = new BoundsScan(checks);
    scans.add(new Scan("bounds", ids(bounds.checks()), bounds.sql()));
    List<PlannedCheck> byRow =
        checks.stream()
            .filter(check -> RowScan.answers(check) && !bounds.checks().contains(check))
            .toList();
    if (!byRow.isEmpty()) {
      scans.add(new Scan("rows", ids(byRow), new RowScan(byRow).sql()));
    }
    for (PlannedCheck check : checks) {
      switch (check.probe()) {
        case Probe.Distinct probe ->
            scans.add(
                new Scan(
                    "unique",
                    List.of(check.id()),
                    GroupScan.repeatingBlocks(check, probe)
                        .orElseGet(() -> GroupScan.repeats(check, probe))));
        case Probe.Referring probe ->
            scans.add(
                new Scan("foreign-key", List.of(check.id()), GroupScan.matches(check, probe)));
        case Probe.Own(String sql) -> scans.add(new Scan("sql", List.of(check.id()), sql));
        case Probe.ByRow probe -> {}
        case Probe.Count count -> {}
        case Probe.Age age -> {}
      }
    }
    return scans;
  }

  /**
   * Conditions that the failing rows of a check meet, by the check's id, for an engine to
   * {@linkplain dev.headrace.spi.engine.WriteTarget#lookFor() look for} while it writes the rows:
   * of the checks whose values would have to be read for nothing else. What a user wrote as a
   * condition of his own is not among them, since it may depend on when it is asked.
   */
  public SortedMap<String, String> lookFor() {
    SortedMap<String, String> conditions = new TreeMap<>();
    for (PlannedCheck check : checks) {
      if (check.where().isEmpty()
          && check.probe() instanceof Probe.Matching matching
          && matching.test() == Probe.Matching.Test.PATTERN) {
        conditions.put(check.id(), matching.violation());
      }
    }
    return conditions;
  }

  /** The plan as a person reads it. */
  public String text() {
    List<Scan> scans = scans();
    StringBuilder text = new StringBuilder();
    text.append(table).append(": ").append(checks.size()).append(" checks in ");
    text.append(scans.size()).append(scans.size() == 1 ? " query\n" : " queries\n");
    for (Scan scan : scans) {
      text.append('\n').append(scan.purpose());
      scan.checks().forEach(id -> text.append("\n  - ").append(id));
      text.append('\n').append(scan.sql().indent(4));
    }
    return text.toString();
  }

  private static List<String> ids(List<PlannedCheck> checks) {
    return checks.stream().map(PlannedCheck::id).toList();
  }
}
