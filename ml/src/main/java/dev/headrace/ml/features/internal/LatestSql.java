package dev.headrace.ml.features.internal;

import dev.headrace.core.graph.Asset;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.features.FeatureViewSpec;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the query of a view's latest values. They are those of the moment of the newest row: what
 * has not been loaded cannot be told, so the clock does not move them. Rows that claim to be of the
 * future are not seen before it has come.
 */
public final class LatestSql {
  /** The name of the column with the time of an entity's newest row. */
  public static final String EVENT_AT = "_event_at";

  /** The name of the column with the moment that the values are those of. */
  public static final String AS_OF = "_as_of";

  private static final String ALIAS = "hr_v0";

  private final SqlEngine engine;
  private final Dialect dialect;
  private final Asset asset;
  private final LatestSource source;

  public LatestSql(SqlEngine engine, Asset asset, LatestSource source) {
    this.engine = engine;
    this.dialect = Dialect.of(engine);
    this.asset = asset;
    this.source = source;
  }

  /**
   * What is to be done.
   *
   * @param rowsRead of the view's table
   */
  public record Plan(Query query, long rowsRead) {}

  /**
   * The query.
   *
   * @param now no later row is seen
   */
  public Plan plan(Instant now, Watch watch) {
    FeatureViewSpec spec = (FeatureViewSpec) asset.declaration().spec();
    FeatureView view = FeatureView.of(asset.name(), spec);
    Relation all = source.all();
    ViewResolver.Resolved resolved =
        new ViewResolver(engine).resolve(ALIAS, asset, new LinkedHashSet<>(view.names()), all);
    long nowMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    long asOf = newest(resolved.rows(), nowMicros, watch);
    return new LatestAdvance(engine, resolved, source, asOf)
        .plan(watch)
        .orElseGet(() -> whole(resolved, asOf));
  }

  /** The time of the newest row that may be seen: of its event or its arrival. */
  private long newest(ViewRows rows, long nowMicros, Watch watch) {
    String seen = rows.arrival().isPresent() ? "greatest(e, a)" : "e";
    Query query =
        new Query(
            "select max(v) from (select %s as v from (%s) r) s where v <= $now"
                .formatted(seen, rows.select()),
            Map.of(rows.source(), rows.relation()),
            Map.of("now", nowMicros));
    try (Rows found = engine.execute(query, watch)) {
      List<@Nullable Object> row = found.next();
      return row != null && row.getFirst() instanceof Number newest
          ? newest.longValue()
          : nowMicros;
    }
  }

  private Plan whole(ViewResolver.Resolved resolved, long asOf) {
    ViewRows rows = resolved.rows();
    List<String> with = with(resolved, asOf, dialect);
    String sql =
        "with "
            + String.join(",\n", with)
            + "\nselect "
            + String.join(", ", columns(rows, dialect))
            + " from "
            + rows.alias();
    return new Plan(
        Query.of(sql, Map.of(rows.source(), rows.relation())), Relations.rows(rows.relation()));
  }

  /** Common table expressions down to one with a row per entity, named like the view's alias. */
  static List<String> with(ViewResolver.Resolved resolved, long asOf, Dialect dialect) {
    ViewRows rows = resolved.rows();
    List<String> with = new ArrayList<>();
    String moments = rows.alias() + "_moments";
    String keys = String.join(", ", rows.keyNames());
    with.add(
        "%s as (select distinct %s, cast(%d as bigint) as t from (%s) r where e <= %d)"
            .formatted(moments, keys, asOf, rows.select(), asOf));
    String all = rows.alias() + "_all";
    with.addAll(
        new PairPlan(rows, resolved.types(), dialect).with(moments, rows.cells().values(), all));
    with.add(
        rows.alias()
            + " as ("
            + ViewSelect.of(rows, rows.keyNames(), all, ViewSelect.Expiry.KEPT, dialect)
            + ")");
    return with;
  }

  /** The columns of the table of latest values, from keys, {@code hr_e}, {@code t} and features. */
  static List<String> columns(ViewRows rows, Dialect dialect) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < rows.keys().size(); i++) {
      columns.add("k" + i + " as " + SqlQuotes.identifier(rows.keys().get(i).name()));
    }
    columns.add(dialect.moment("hr_e") + " as " + SqlQuotes.identifier(EVENT_AT));
    columns.add(dialect.moment("t") + " as " + SqlQuotes.identifier(AS_OF));
    rows.view().names().forEach(name -> columns.add(SqlQuotes.identifier(name)));
    rows.kept()
        .forEach(
            name ->
                columns.add(
                    SqlQuotes.identifier(name)
                        + " as "
                        + SqlQuotes.identifier(Formulas.KEPT + name)));
    return columns;
  }
}
