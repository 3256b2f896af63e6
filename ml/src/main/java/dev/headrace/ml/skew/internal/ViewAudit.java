package dev.headrace.ml.skew.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.features.Moments;
import dev.headrace.ml.skew.SkewReport;
import dev.headrace.ml.skew.SkewReport.Age;
import dev.headrace.ml.skew.SkewReport.Cause;
import dev.headrace.ml.skew.SkewReport.OfView;
import dev.headrace.ml.skew.SkewReport.Skip;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares the logged vectors of one view with what the lake gives. */
public final class ViewAudit {
  private static final String LOGGED = "hr_logged";
  private static final String LAKE = "hr_lake";
  private static final String EVENT = "hr_e";

  /** Values whose cause is looked for, and states of the lake in which it is. */
  private static final int MOST_EXPLAINED = 100_000;

  private static final int MOST_STATES = 20;

  private final FeatureStore store;
  private final SqlEngine engine;
  private final FeatureView view;
  private final Relation.Files logged;
  private final ValueComparer comparer;
  private final long ttlMicros;
  private final List<Tally> tallies = new ArrayList<>();

  /** By state of the table of latest values, the vectors with values that differ, and which. */
  private final Map<String, Map<Long, BitSet>> differing = new HashMap<>();

  private int remembered;

  /**
   * @param logged as {@link LoggedVectors#table} has them
   * @param samples of values that differ, at most, by feature
   */
  public ViewAudit(
      FeatureStore store,
      SqlEngine engine,
      FeatureView view,
      Relation.Files logged,
      ValueComparer comparer,
      int samples) {
    this.store = store;
    this.engine = engine;
    this.view = view;
    this.logged = logged;
    this.comparer = comparer;
    this.ttlMicros =
        Optional.ofNullable(view.spec().ttl())
            .map(ttl -> ttl.toSeconds() * 1_000_000 + ttl.toNanosPart() / 1_000)
            .orElse(Long.MAX_VALUE);
    view.names().forEach(name -> tallies.add(new Tally(name, samples)));
  }

  /**
   * The comparison.
   *
   * @param now the rows of the view's table
   * @param then the rows that a state of the view's table of latest values was made of
   * @param skipped vectors that are not among the logged ones
   */
  public SkewReport.OfView run(
      Relation now,
      Function<String, Optional<Relation>> then,
      Map<Skip, Long> skipped,
      Watch watch) {
    if (logged.rows() == 0) {
      return new OfView(
          view.name(),
          0,
          skipped,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          features());
    }
    each(logged, now, watch, this::compare);
    each(asOfReading(), now, watch, this::compareAge);
    differing.entrySet().stream()
        .filter(state -> !state.getKey().isEmpty())
        .sorted(Comparator.comparingInt(state -> -state.getValue().size()))
        .limit(MOST_STATES)
        .forEach(
            state ->
                then.apply(state.getKey())
                    .ifPresent(
                        rows ->
                            each(
                                ofState(state.getKey()),
                                rows,
                                watch,
                                (vector, lake) -> explain(state.getValue(), vector, lake))));
    return summary(skipped, watch);
  }

  private interface Comparison {
    void of(Vector vector, Vector.Lake lake);
  }

  /** Hands over each vector with what some rows give for it. */
  private void each(Relation vectors, Relation rows, Watch watch, Comparison comparison) {
    Query lake = store.at(new Moments(vectors), view.name(), rows, watch);
    String features =
        view.names().stream()
            .map(name -> ", l." + SqlQuotes.identifier(name))
            .collect(Collectors.joining());
    String sql =
        "select v.%s, v.hr_key, v.%s, v.%s, v.hr_status, v.hr_source, v.hr_json, l.%s%s from %s v join %s l on v.%s = l.%s"
            .formatted(
                Moments.ID,
                Moments.VALUES_AT,
                Moments.READ_AT,
                EVENT,
                features,
                LOGGED,
                LAKE,
                Moments.ID,
                Moments.ID);
    Query query = Query.of(sql, Map.of(LOGGED, vectors, LAKE, new Relation.View(lake)));
    try (Rows found = engine.execute(query, watch)) {
      for (List<@Nullable Object> row = found.next(); row != null; row = found.next()) {
        long readAt = number(row.get(3));
        Vector vector =
            Vector.of(
                number(row.get(0)),
                String.valueOf(row.get(1)),
                number(row.get(2)),
                readAt,
                String.valueOf(row.get(4)),
                String.valueOf(row.get(5)),
                row.get(6));
        List<@Nullable Object> values = row.subList(8, row.size());
        comparison.of(vector, Vector.Lake.of(row.get(7), readAt, ttlMicros, values));
      }
    }
  }

  private static long number(@Nullable Object value) {
    return ((Number) java.util.Objects.requireNonNull(value)).longValue();
  }

  private boolean same(Vector vector, Vector.Lake lake, int feature) {
    return vector.status() == lake.status()
        && (!vector.told() || comparer.same(served(vector, feature), lake.values().get(feature)));
  }

  private JsonNode served(Vector vector, int feature) {
    return vector.told()
        ? vector.values().path(view.names().get(feature))
        : MissingNode.getInstance();
  }

  private void compare(Vector vector, Vector.Lake lake) {
    for (int i = 0; i < tallies.size(); i++) {
      tallies.get(i).compared();
      if (!same(vector, lake, i)) {
        tallies.get(i).differs(vector, served(vector, i), lake, i);
        if (remembered++ < MOST_EXPLAINED) {
          differing
              .computeIfAbsent(vector.source(), _ -> new HashMap<>())
              .computeIfAbsent(vector.id(), _ -> new BitSet())
              .set(i);
        }
      }
    }
  }

  private void compareAge(Vector vector, Vector.Lake lake) {
    for (int i = 0; i < tallies.size(); i++) {
      if (!same(vector, lake, i)) {
        tallies.get(i).outdated();
      }
    }
  }

  private void explain(Map<Long, BitSet> differing, Vector vector, Vector.Lake lake) {
    BitSet features = differing.getOrDefault(vector.id(), new BitSet());
    features.stream()
        .forEach(
            i ->
                tallies
                    .get(i)
                    .because(vector.id(), same(vector, lake, i) ? Cause.HISTORY : Cause.SERVING));
  }

  /** The same vectors, with the values asked for as of the reading. */
  private Relation asOfReading() {
    return changed(name -> name.equals(Moments.VALUES_AT) ? Moments.READ_AT : name, "");
  }

  private Relation ofState(String state) {
    return changed(Function.identity(), " where hr_source = " + SqlQuotes.literal(state));
  }

  private Relation changed(Function<String, String> column, String where) {
    String columns =
        logged.schema().names().stream()
            .map(
                name ->
                    SqlQuotes.identifier(column.apply(name)) + " as " + SqlQuotes.identifier(name))
            .collect(Collectors.joining(", "));
    return new Relation.View(
        Query.of("select " + columns + " from " + LOGGED + where, Map.of(LOGGED, logged)));
  }

  private OfView summary(Map<Skip, Long> skipped, Watch watch) {
    String age = "cast(%s - %s as double)".formatted(Moments.READ_AT, Moments.VALUES_AT);
    String sql =
        "select min(%s), max(%s), percentile_cont(0.5) within group (order by %s), percentile_cont(0.99) within group (order by %s), max(%s) from %s"
            .formatted(Moments.READ_AT, Moments.READ_AT, age, age, age, LOGGED);
    try (Rows rows = engine.execute(Query.of(sql, Map.of(LOGGED, logged)), watch)) {
      List<@Nullable Object> row = java.util.Objects.requireNonNull(rows.next());
      return new OfView(
          view.name(),
          logged.rows(),
          skipped,
          Optional.of(instant(row.get(0))),
          Optional.of(instant(row.get(1))),
          Optional.of(new Age(length(row.get(2)), length(row.get(3)), length(row.get(4)))),
          features());
    }
  }

  private List<SkewReport.OfFeature> features() {
    return tallies.stream().map(Tally::report).toList();
  }

  private static Instant instant(@Nullable Object micros) {
    return Instant.EPOCH.plus(number(micros), ChronoUnit.MICROS);
  }

  private static Duration length(@Nullable Object micros) {
    return Duration.of(number(micros), ChronoUnit.MICROS);
  }
}
