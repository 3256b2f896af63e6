package dev.headrace.data.quality;

import dev.headrace.data.quality.internal.BoundsScan;
import dev.headrace.data.quality.internal.FailingRows;
import dev.headrace.data.quality.internal.GroupScan;
import dev.headrace.data.quality.internal.KeyRange;
import dev.headrace.data.quality.internal.Measured;
import dev.headrace.data.quality.internal.Probe;
import dev.headrace.data.quality.internal.RowScan;
import dev.headrace.data.quality.internal.Sql;
import dev.headrace.data.quality.internal.Verdict;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One execution of one plan; see {@link Auditor}. */
final class Audit {
  private final SqlEngine engine;
  private final Instant now;
  private final CheckPlan plan;
  private final Set<String> hold;
  private final Map<String, Relation> relations = new HashMap<>();
  private final Watch watch;
  private final Map<PlannedCheck, CheckResult> results = new HashMap<>();
  private final Set<PlannedCheck> withoutFailingRows = new HashSet<>();
  private long tableRows;
  private int queries;

  Audit(
      SqlEngine engine,
      Instant now,
      CheckPlan plan,
      Relation table,
      Map<String, Relation> others,
      Set<String> hold,
      Watch watch) {
    this.engine = engine;
    this.now = now;
    this.plan = plan;
    this.hold = hold;
    this.watch = watch;
    others.forEach((name, relation) -> relations.put(name.toLowerCase(Locale.ROOT), relation));
    relations.put(Sql.THIS, table);
    for (String other : plan.referencedTables()) {
      if (!relations.containsKey(other)) {
        throw new HeadraceException(
            QualityError.QUALITY_TABLE_MISSING,
            "Cannot check table '%s': its foreign key's table '%s' is not there."
                .formatted(plan.table(), other),
            "Build '" + other + "' first.");
      }
    }
  }

  AuditReport run() {
    BoundsScan bounds = new BoundsScan(plan.checks());
    List<@Nullable Object> row = one(bounds.sql());
    tableRows = bounds.rows(row);
    bounds.read(row).forEach((check, found) -> results.put(check, Verdict.of(check, found, now)));

    for (PlannedCheck check : plan.checks()) {
      if (hold.contains(check.id())) {
        results.put(check, Verdict.of(check, new Measured(tableRows, 0, null, null, null), now));
      }
    }
    List<PlannedCheck> open =
        plan.checks().stream().filter(check -> !results.containsKey(check)).toList();
    scanRows(open.stream().filter(RowScan::answers).toList());
    Map<PlannedCheck, Long> selectedRows = selectedRows(open);
    for (PlannedCheck check : open) {
      switch (check.probe()) {
        case Probe.Distinct probe ->
            guarded(check, () -> unique(check, probe, bounds.keyRange(probe, row), selectedRows));
        case Probe.Referring probe ->
            guarded(
                check, () -> foreignKey(check, probe, bounds.keyRange(probe, row), selectedRows));
        case Probe.Own(String sql) -> guarded(check, () -> own(check, sql));
        case Probe.ByRow probe -> {}
        case Probe.Count count -> {}
        case Probe.Age age -> {}
      }
    }
    List<CheckResult> inOrder =
        plan.checks().stream().map(check -> Objects.requireNonNull(results.get(check))).toList();
    return new AuditReport(plan.table(), now, tableRows, inOrder, queries, failingRows());
  }

  /** Answers all in one scan; if that is not valid SQL, halves it until the culprit is alone. */
  private void scanRows(List<PlannedCheck> checks) {
    if (checks.isEmpty()) {
      return;
    }
    RowScan scan = new RowScan(checks);
    try {
      List<Measured> found = scan.read(one(scan.sql()));
      for (int i = 0; i < checks.size(); i++) {
        results.put(checks.get(i), Verdict.of(checks.get(i), found.get(i), now));
      }
    } catch (HeadraceException e) {
      requireFaultOfChecks(e);
      if (checks.size() == 1) {
        results.put(checks.getFirst(), Verdict.error(checks.getFirst(), e));
        return;
      }
      scanRows(checks.subList(0, checks.size() / 2));
      scanRows(checks.subList(checks.size() / 2, checks.size()));
    }
  }

  /** Rows that the conditions of checks on groups of rows select. */
  private Map<PlannedCheck, Long> selectedRows(List<PlannedCheck> checks) {
    Map<PlannedCheck, Long> rows = new HashMap<>();
    for (PlannedCheck check : checks) {
      boolean grouped =
          check.probe() instanceof Probe.Distinct || check.probe() instanceof Probe.Referring;
      if (grouped && check.where().isPresent()) {
        guarded(
            check,
            () -> {
              PlannedCheck counted =
                  new PlannedCheck(
                      check.id(), check.severity(), check.where(), new Probe.Count(null, null));
              RowScan scan = new RowScan(List.of(counted));
              rows.put(check, scan.read(one(scan.sql())).getFirst().rows());
            });
      } else {
        rows.put(check, tableRows);
      }
    }
    return rows;
  }

  private void unique(
      PlannedCheck check,
      Probe.Distinct probe,
      Optional<KeyRange> range,
      Map<PlannedCheck, Long> selectedRows) {
    Long rows = selectedRows.get(check);
    if (rows == null) {
      return;
    }
    Optional<String> proof =
        range
            .filter(KeyRange::isDense)
            .flatMap(
                keys ->
                    engine.countDistinctByBits(
                        Sql.names(probe.columns()), keys.least(), keys.greatest()))
            .map(bits -> GroupScan.repeatsByBits(check, probe, bits))
            .or(() -> GroupScan.repeatingBlocks(check, probe));
    if (proof.isPresent() && number(one(proof.get()), 0) == 0) {
      results.put(check, Verdict.repeats(check, rows, 0, 0));
      return;
    }
    List<@Nullable Object> repeats = one(GroupScan.repeats(check, probe));
    results.put(check, Verdict.repeats(check, rows, number(repeats, 0), number(repeats, 1)));
  }

  private void foreignKey(
      PlannedCheck check,
      Probe.Referring probe,
      Optional<KeyRange> range,
      Map<PlannedCheck, Long> selectedRows) {
    Long rows = selectedRows.get(check);
    if (rows == null) {
      return;
    }
    if (range.isPresent() && areAllKeys(range.get(), probe)) {
      results.put(check, Verdict.orphans(check, probe, rows, 0, null));
      return;
    }
    List<@Nullable Object> matches = one(GroupScan.matches(check, probe));
    if (number(matches, 0) == number(matches, 1)) {
      results.put(check, Verdict.orphans(check, probe, rows, 0, null));
      return;
    }
    List<@Nullable Object> orphans = one(GroupScan.orphans(check, probe));
    results.put(check, Verdict.orphans(check, probe, rows, number(orphans, 0), orphans.get(1)));
  }

  /**
   * Whether every number between the bounds of the referring values is a key: then each of those
   * values is, and nobody has to look at one. There must be as many keys, which the metadata of the
   * other table's files tell.
   */
  private boolean areAllKeys(KeyRange bounds, Probe.Referring probe) {
    if (!(relations.get(probe.relation()) instanceof Relation.Files)) {
      return false; // A view would be computed once more.
    }
    Optional<String> bits =
        engine.countDistinctByBits(Sql.name(probe.key().name()), bounds.least(), bounds.greatest());
    return bits.isPresent()
        && number(one(GroupScan.keys(probe)), 0) >= bounds.numbers()
        && number(one(GroupScan.keysBetween(probe, bounds, bits.get())), 0) == bounds.numbers();
  }

  private void own(PlannedCheck check, String sql) {
    Schema answer = engine.describe(query("select * from " + Sql.users(sql) + " as __answer"));
    boolean verdict =
        answer.fields().size() == 1 && answer.fields().getFirst().type() == Primitive.BOOLEAN;
    if (verdict) {
      // Two rows are enough to tell that it is not one.
      List<@Nullable Object> answers = new ArrayList<>();
      try (Rows rows = execute("select * from " + Sql.users(sql) + " as __answer limit 2")) {
        for (var row = rows.next(); row != null; row = rows.next()) {
          answers.add(row.getFirst());
        }
      }
      results.put(check, Verdict.answered(check, tableRows, answers));
      return;
    }
    if (!plan.schema().names().stream().allMatch(name -> answer.field(name).isPresent())) {
      withoutFailingRows.add(check);
    }
    long failing = number(one("select count(*) from " + Sql.users(sql) + " as __answer"), 0);
    results.put(check, Verdict.found(check, tableRows, failing));
  }

  private Optional<Query> failingRows() {
    LinkedHashMap<PlannedCheck, Long> failing = new LinkedHashMap<>();
    for (PlannedCheck check : plan.checks()) {
      CheckResult result = results.get(check);
      if (result != null && result.failingRows() > 0 && !withoutFailingRows.contains(check)) {
        failing.put(check, result.failingRows());
      }
    }
    return new FailingRows(plan.schema(), Auditor.FAILING_ROWS_KEPT).sql(failing).map(this::query);
  }

  private void guarded(PlannedCheck check, Runnable work) {
    try {
      work.run();
    } catch (HeadraceException e) {
      requireFaultOfChecks(e);
      results.put(check, Verdict.error(check, e));
    }
  }

  /** Passes on what is not the fault of a check's own SQL. */
  private static void requireFaultOfChecks(HeadraceException e) {
    switch (e.code().kind()) {
      case INVALID, MISSING, DENIED -> {}
      case CONFLICT, LIMIT, EXTERNAL, UNKNOWN_OUTCOME, INTERNAL -> throw e;
    }
  }

  private List<@Nullable Object> one(String sql) {
    try (Rows rows = execute(sql)) {
      List<@Nullable Object> row = rows.next();
      if (row == null) {
        throw new IllegalStateException("an aggregate yields one row");
      }
      return row;
    }
  }

  private Rows execute(String sql) {
    queries++;
    return engine.execute(query(sql), watch);
  }

  private Query query(String sql) {
    return Query.of(sql, relations);
  }

  private static long number(List<@Nullable Object> row, int position) {
    return row.get(position) instanceof Number number ? number.longValue() : 0;
  }
}
