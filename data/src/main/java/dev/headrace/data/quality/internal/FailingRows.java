package dev.headrace.data.quality.internal;

import dev.headrace.data.quality.PlannedCheck;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Builds the query for the rows that fail: the table's columns, {@code _check} and {@code _reason}.
 * A row that fails two checks comes twice.
 *
 * <p>Checks that look at one row share one scan, unless more rows fail than are kept: those are
 * many, so that a scan of their own ends early at the limit.
 */
public final class FailingRows {
  private static final String CHECK = "_check";
  private static final String REASON = "_reason";

  private final String columns;
  private final int kept;

  /**
   * @param kept most rows per check
   */
  public FailingRows(Schema schema, int kept) {
    this.columns =
        Sql.names(
            schema.names().stream()
                .filter(name -> !name.equalsIgnoreCase(CHECK) && !name.equalsIgnoreCase(REASON))
                .toList());
    this.kept = kept;
  }

  /**
   * The query; empty when there is nothing to select.
   *
   * @param failing rows that fail, per check with any
   */
  public Optional<String> sql(SequencedMap<PlannedCheck, Long> failing) {
    List<PlannedCheck> shared = new ArrayList<>();
    List<String> branches = new ArrayList<>();
    failing.forEach(
        (check, rows) -> {
          if (check.probe() instanceof Probe.ByRow && rows <= kept) {
            shared.add(check);
          } else {
            own(check).ifPresent(branches::add);
          }
        });
    if (!shared.isEmpty()) {
      branches.addFirst(shared(shared));
    }
    return branches.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("\nunion all\n", branches));
  }

  private Optional<String> own(PlannedCheck check) {
    return switch (check.probe()) {
      case Probe.ByRow probe ->
          Optional.of(
              limited(
                  check,
                  probe.reason(),
                  "from " + Sql.name(Sql.THIS) + " where " + RowScan.failing(check, probe)));
      case Probe.Distinct probe ->
          Optional.of(
              limited(
                  check,
                  repeatReason(probe),
                  "from " + Sql.name(Sql.THIS) + " where " + GroupScan.isRepeat(check, probe)));
      case Probe.Referring probe ->
          Optional.of(
              limited(
                  check,
                  Sql.text(probe.field().name() + " is ")
                      + " || "
                      + Sql.shown(Sql.name(probe.field().name()))
                      + " || "
                      + Sql.text(", which is no " + probe.target()),
                  GroupScan.fromOrphans(check, probe, "*")));
      case Probe.Own probe ->
          Optional.of(
              limited(
                  check,
                  Sql.text("found by the check's query"),
                  "from " + Sql.users(probe.sql()) + " as __found"));
      case Probe.Count count -> Optional.empty();
      case Probe.Age age -> Optional.empty();
    };
  }

  private String limited(PlannedCheck check, String reason, String from) {
    return "(select %s, %s as %s, %s as %s\n%s\nlimit %s)"
        .formatted(columns, Sql.text(check.id()), CHECK, reason, REASON, from, kept);
  }

  private String shared(List<PlannedCheck> checks) {
    StringBuilder any = new StringBuilder();
    StringBuilder ids = new StringBuilder();
    StringBuilder failing = new StringBuilder();
    StringBuilder reasons = new StringBuilder();
    for (int i = 0; i < checks.size(); i++) {
      PlannedCheck check = checks.get(i);
      Probe.ByRow probe = (Probe.ByRow) check.probe();
      String condition = "(" + RowScan.failing(check, probe) + ")";
      any.append(i == 0 ? "" : " or ").append(condition);
      ids.append(i == 0 ? "" : ", ").append("(" + i + ", " + Sql.text(check.id()) + ")");
      failing.append("\n    when " + i + " then " + condition);
      reasons.append("\n    when " + i + " then " + probe.reason());
    }
    return """
    select %s, __id as %s, case __number%s end as %s
    from (select * from %s where %s) as __failing
    cross join (values %s) as __checks(__number, __id)
    where case __number%s end"""
        .formatted(columns, CHECK, reasons, REASON, Sql.name(Sql.THIS), any, ids, failing);
  }

  private static String repeatReason(Probe.Distinct probe) {
    StringBuilder values = new StringBuilder();
    for (String column : probe.columns()) {
      values
          .append(Sql.text((values.isEmpty() ? "" : ", ") + column + " = "))
          .append(" || ")
          .append(Sql.shown(Sql.name(column)))
          .append(" || ");
    }
    return values + Sql.text(" occurs more than once");
  }
}
