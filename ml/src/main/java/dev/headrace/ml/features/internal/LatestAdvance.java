package dev.headrace.ml.features.internal;

import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Window;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings latest values forward without reading the history.
 *
 * <p>With W the longest window of a view and T the new moment, rows up to T - W decide nothing but
 * which entities there are and when they were last seen, and both are in the latest values there
 * are. So the rows of (T - W, T] are aggregated, and an entity that has none of these keeps its
 * {@code _event_at} and gets the values of an empty window. Features over the whole past are
 * carried on where old value and new rows suffice: counts, sums, least and greatest values, newest
 * values.
 *
 * <p>It is only done when it is certain to give what a rebuild would: rows were added and none
 * taken away, and where the whole past matters, the added ones are newer than all others.
 */
final class LatestAdvance {
  private static final String LATEST = "hr_latest";
  private static final String ADDED = "hr_added";

  private final SqlEngine engine;
  private final Dialect dialect;
  private final ViewResolver.Resolved resolved;
  private final ViewRows rows;
  private final LatestSource source;
  private final long asOf;

  LatestAdvance(SqlEngine engine, ViewResolver.Resolved resolved, LatestSource source, long asOf) {
    this.engine = engine;
    this.dialect = Dialect.of(engine);
    this.resolved = resolved;
    this.rows = resolved.rows();
    this.source = source;
    this.asOf = asOf;
  }

  /** The query; empty when only a rebuild is certain to be right. */
  Optional<LatestSql.Plan> plan(Watch watch) {
    Optional<Relation> latest = source.latest();
    boolean possible =
        rows.arrival().isEmpty()
            && rows.cells().values().stream().allMatch(cell -> isSpan(cell) || isCarried(cell))
            && latest.filter(this::hasKept).isPresent();
    if (latest.isEmpty() || !possible) {
      return Optional.empty();
    }
    Optional<Long> before = asOfOf(latest.get(), watch);
    Optional<Relation.Files> added = source.added();
    if (before.isEmpty() || added.isEmpty() || before.get() > asOf) {
      return Optional.empty();
    }
    Optional<Relation> later = source.since(bound(before.get()));
    long longest =
        rows.cells().values().stream()
            .filter(LatestAdvance::isSpan)
            .mapToLong(cell -> ((Window.Span) cell.window().orElseThrow()).micros())
            .max()
            .orElse(0);
    Optional<Relation> near = source.since(bound(asOf - longest));
    if (later.isEmpty() || near.isEmpty()) {
      return Optional.empty();
    }
    boolean windowed = rows.cells().values().stream().allMatch(LatestAdvance::isSpan);
    return isComplete(before.get(), added.get(), later.get(), windowed, watch)
        ? Optional.of(advance(latest.get(), added.get(), near.get(), longest))
        : Optional.empty();
  }

  /** Whether what derived features need is there; an earlier Headrace did not keep it. */
  private boolean hasKept(Relation latest) {
    return latest instanceof Relation.Files files
        && rows.kept().stream()
            .allMatch(name -> files.schema().field(Formulas.KEPT + name).isPresent());
  }

  /** The moment that the latest values are those of. */
  private Optional<Long> asOfOf(Relation latest, Watch watch) {
    Query query =
        Query.of(
            "select max(epoch_us(%s)) from %s"
                .formatted(SqlQuotes.identifier(LatestSql.AS_OF), LATEST),
            Map.of(LATEST, latest));
    try (Rows found = engine.execute(query, watch)) {
      List<@Nullable Object> row = found.next();
      return row != null && row.getFirst() instanceof Number before
          ? Optional.of(before.longValue())
          : Optional.empty();
    }
  }

  /**
   * Whether the added rows are all that is new: none was there before that had not come to pass. If
   * the whole past matters, all of them must also be later than the moment before.
   */
  private boolean isComplete(
      long before, Relation.Files added, Relation later, boolean windowed, Watch watch) {
    ViewRows laterRows = rows.over("hr_later", later, bound(before));
    ViewRows addedRows = rows.over(ADDED, added);
    Query query =
        new Query(
            "select (select count(*) from (%s) r where e > %d), (select count(*) from (%s) r where e > %d), (select count(*) from (%s) r where e <= %d)"
                .formatted(
                    laterRows.select(),
                    before,
                    addedRows.select(),
                    before,
                    addedRows.select(),
                    before),
            Map.of(laterRows.source(), later, addedRows.source(), added),
            laterRows.parameters());
    try (Rows found = engine.execute(query, watch)) {
      List<@Nullable Object> row = found.next();
      return row != null
          && row.get(0) instanceof Number all
          && row.get(1) instanceof Number fresh
          && row.get(2) instanceof Number late
          && all.longValue() == fresh.longValue()
          && (windowed || late.longValue() == 0);
    }
  }

  private static boolean isSpan(Cell cell) {
    return cell.window().orElse(null) instanceof Window.Span;
  }

  private boolean isCarried(Cell cell) {
    return cell.window().isEmpty()
        && switch (cell.aggregation()) {
          case Computation.Count _, Computation.Min _, Computation.Max _ -> true;
          // A total of fractions depends on the order in which it is made.
          case Computation.Sum _ -> !Cells.isFraction(resolved.types().get(cell.of()));
          case Computation.Last _ -> cell.condition().isEmpty();
          case Computation.First _,
              Computation.Mean _,
              Computation.Stddev _,
              Computation.ApproxDistinct _,
              Computation.LastK _,
              Computation.TopK _,
              Computation.Percentile _,
              Computation.Histogram _ ->
              false;
        };
  }

  /** A moment as a value of the time column, rounded down to its resolution. */
  private Object bound(long micros) {
    Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L));
    if (rows.time().type() == Type.Primitive.TIMESTAMPTZ) {
      return instant;
    }
    if (rows.time().type() == Type.Primitive.DATE) {
      return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
    return instant.atOffset(ZoneOffset.UTC).toLocalDateTime();
  }

  private LatestSql.Plan advance(
      Relation latest, Relation.Files added, Relation near, long longest) {
    List<Cell> spans = rows.cells().values().stream().filter(LatestAdvance::isSpan).toList();
    List<Cell> carried = rows.cells().values().stream().filter(cell -> !isSpan(cell)).toList();
    Map<String, Relation> relations = new HashMap<>();
    relations.put(LATEST, latest);
    List<String> with = new ArrayList<>();
    String keys = String.join(", ", rows.keyNames());
    ViewRows nearRows = rows.over("hr_near", near, bound(asOf - longest));
    relations.put(nearRows.source(), near);
    with.add(
        "hr_near_moments as (select distinct %s, cast(%d as bigint) as t from (%s) r where e <= %d and e > %d)"
            .formatted(keys, asOf, nearRows.select(), asOf, asOf - longest));
    with.addAll(
        new PairPlan(nearRows, resolved.types(), dialect)
            .with("hr_near_moments", spans, "hr_near"));
    ViewRows addedRows = rows.over(ADDED, added);
    relations.put(addedRows.source(), added);
    with.add(
        "hr_added_moments as (select distinct %s, cast(%d as bigint) as t from (%s) r where e <= %d)"
            .formatted(keys, asOf, addedRows.select(), asOf));
    with.addAll(
        new PairPlan(addedRows, resolved.types(), dialect)
            .with("hr_added_moments", carried, ADDED));
    with.add("hr_before as (" + before(carried) + ")");
    with.add(rows.alias() + "_all as (" + merged(spans, carried, keys) + ")");
    with.add(
        rows.alias()
            + " as ("
            + ViewSelect.of(
                rows, rows.keyNames(), rows.alias() + "_all", ViewSelect.Expiry.KEPT, dialect)
            + ")");
    String sql =
        "with "
            + String.join(",\n", with)
            + "\nselect "
            + String.join(", ", LatestSql.columns(rows, dialect))
            + " from "
            + rows.alias();
    return new LatestSql.Plan(
        new Query(sql, relations, nearRows.parameters()),
        Relations.rows(near) + Relations.rows(added));
  }

  private String before(List<Cell> carried) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < rows.keys().size(); i++) {
      columns.add(SqlQuotes.identifier(rows.keys().get(i).name()) + " as k" + i);
    }
    columns.add("epoch_us(" + SqlQuotes.identifier(LatestSql.EVENT_AT) + ") as hr_e");
    rows.cells()
        .forEach(
            (name, cell) -> {
              if (carried.contains(cell)) {
                String column = rows.view().feature(name).isPresent() ? name : Formulas.KEPT + name;
                columns.add(SqlQuotes.identifier(column) + " as " + cell.column());
              }
            });
    return "select " + String.join(", ", columns) + " from " + LATEST;
  }

  /** Every entity that was known or is new, with what is near, carried or empty. */
  private String merged(List<Cell> spans, List<Cell> carried, String keys) {
    List<String> columns = new ArrayList<>();
    columns.add("cast(" + asOf + " as bigint) as t");
    columns.add("greatest(coalesce(b.hr_e, a.hr_e), coalesce(a.hr_e, b.hr_e)) as hr_e");
    for (Cell cell : spans) {
      columns.add(Cells.orEmpty(cell, "n." + cell.column()));
    }
    for (Cell cell : carried) {
      String old = "b." + cell.column();
      String fresh = "a." + cell.column();
      columns.add(
          (switch (cell.aggregation()) {
                case Computation.Count _ -> "coalesce(" + old + ", 0) + coalesce(" + fresh + ", 0)";
                case Computation.Sum _ ->
                    "case when %s is null then %s when %s is null then %s else %s + %s end"
                        .formatted(old, fresh, fresh, old, old, fresh);
                case Computation.Min _ ->
                    "least(coalesce(%s, %s), coalesce(%s, %s))".formatted(old, fresh, fresh, old);
                case Computation.Max _ ->
                    "greatest(coalesce(%s, %s), coalesce(%s, %s))"
                        .formatted(old, fresh, fresh, old);
                case Computation.Last _ ->
                    "case when a.hr_e is not null then " + fresh + " else " + old + " end";
                default -> throw new IllegalStateException(cell + " is not carried");
              })
              + " as "
              + cell.column());
    }
    return "select %s, %s from hr_before b full join %s a using (%s) left join hr_near n using (%s)"
        .formatted(keys, String.join(", ", columns), ADDED, keys, keys);
  }
}
