package dev.headrace.ml.features.internal;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.FeatureError;
import dev.headrace.ml.features.FeatureStatistics;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Asks for the distribution of latest values: one scan, and two per feature for its drift. */
public final class StatisticsQueries {
  private static final String NOW = "hr_now";
  private static final int CLASSES = 10;

  private final SqlEngine engine;
  private final Lake lake;
  private final FeatureView view;
  private final Publication.Stored stored;
  private final VersionId version;

  /**
   * @throws HeadraceException FEATURES_NOT_BUILT
   */
  public StatisticsQueries(SqlEngine engine, Lake lake, Published published, FeatureView view) {
    this.engine = engine;
    this.lake = lake;
    this.view = view;
    Publication.Content content =
        published
            .table(view.name())
            .map(Publication::content)
            .filter(shown -> shown.data() instanceof Publication.Stored)
            .orElseThrow(
                () ->
                    new HeadraceException(
                        FeatureError.FEATURES_NOT_BUILT,
                        "Cannot describe view '%s': it has not been built in environment '%s'."
                            .formatted(view.name(), published.environment()),
                        "Build it first: headrace features build " + view.name() + "."));
    this.stored = (Publication.Stored) content.data();
    this.version = Relations.version(content);
  }

  /** Runs them. */
  public FeatureStatistics run(Watch watch) {
    Relation.Files now = lake.scan(version, stored.snapshotId());
    Optional<Snapshot> before = before();
    Optional<Relation.Files> then =
        before.map(snapshot -> lake.scan(version, snapshot.snapshotId()));
    List<Field> features =
        now.schema().fields().stream()
            .filter(field -> view.feature(field.name()).isPresent())
            .toList();
    List<String> columns = new ArrayList<>();
    columns.add("count(*)");
    columns.add("max(epoch_us(_as_of))");
    columns.add("max(epoch_us(_event_at))");
    columns.add(
        "percentile_cont(0.5) within group (order by cast(epoch_us(_as_of) - epoch_us(_event_at)"
            + " as double))");
    columns.add(
        view.spec().ttl() == null
            ? "0"
            : "count(*) filter (where epoch_us(_as_of) - epoch_us(_event_at) > "
                + view.spec().ttl().toMillis() * 1_000
                + ")");
    features.forEach(field -> columns.addAll(summary(field)));
    List<@Nullable Object> row =
        one(
            Query.of("select " + String.join(", ", columns) + " from " + NOW, Map.of(NOW, now)),
            watch);
    long entities = number(row.get(0)).longValue();
    List<FeatureStatistics.OfFeature> found = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      Field field = features.get(i);
      List<@Nullable Object> part = row.subList(5 + 6 * i, 11 + 6 * i);
      found.add(
          new FeatureStatistics.OfFeature(
              field.name(),
              entities == 0 ? 0 : 1 - number(part.get(0)).doubleValue() / entities,
              number(part.get(1)).longValue(),
              text(part.get(2)),
              text(part.get(3)),
              text(part.get(4)),
              part.get(5) instanceof Double mean && Double.isFinite(mean)
                  ? Optional.of(mean)
                  : Optional.empty(),
              then.flatMap(relation -> drift(field, now, relation, watch))));
    }
    return new FeatureStatistics(
        view.name(),
        entities,
        instant(row.get(1)),
        instant(row.get(2)),
        row.get(3) instanceof Number age
            ? Optional.of(Duration.ofSeconds(Math.round(age.doubleValue() / 1e6)))
            : Optional.empty(),
        number(row.get(4)).longValue(),
        before.map(Snapshot::snapshotId),
        found);
  }

  /** The snapshot of the build before, while it is there. */
  private Optional<Snapshot> before() {
    Snapshot last = null;
    for (Snapshot snapshot : lake.snapshots(version)) {
      if (snapshot.snapshotId() == stored.snapshotId()) {
        return Optional.ofNullable(last);
      }
      last = snapshot;
    }
    return Optional.empty();
  }

  private static List<String> summary(Field field) {
    String name = SqlQuotes.identifier(field.name());
    String none = "cast(null as string)";
    if (isNested(field.type())) {
      return List.of("count(" + name + ")", "0", none, none, none, "cast(null as double)");
    }
    boolean number = isNumber(field.type());
    boolean ordered = field.type() != Type.Primitive.BOOLEAN;
    return List.of(
        "count(" + name + ")",
        "count(distinct " + name + ")",
        ordered ? "cast(min(" + name + ") as string)" : none,
        number
            ? "cast(percentile_cont(0.5) within group (order by cast("
                + name
                + " as double)) as string)"
            : none,
        ordered ? "cast(max(" + name + ") as string)" : none,
        number ? "avg(cast(" + name + " as double))" : "cast(null as double)");
  }

  private Optional<Double> drift(Field field, Relation now, Relation.Files then, Watch watch) {
    boolean known = then.schema().field(field.name()).isPresent();
    if (isNested(field.type()) || !known || then.rows() == 0) {
      return Optional.empty();
    }
    String name = SqlQuotes.identifier(field.name());
    String classes =
        isNumber(field.type()) ? tenths(name, then, watch) : frequent(name, then, watch);
    Map<Object, Double> p = shares(classes, now, watch);
    Map<Object, Double> q = shares(classes, then, watch);
    Set<Object> all = new HashSet<>(p.keySet());
    all.addAll(q.keySet());
    double pn = p.values().stream().mapToDouble(Double::doubleValue).sum() + 0.5 * all.size();
    double qn = q.values().stream().mapToDouble(Double::doubleValue).sum() + 0.5 * all.size();
    double index = 0;
    for (Object each : all) {
      double here = (p.getOrDefault(each, 0.0) + 0.5) / pn;
      double there = (q.getOrDefault(each, 0.0) + 0.5) / qn;
      index += (here - there) * Math.log(here / there);
    }
    return Optional.of(index);
  }

  /** The class of a number: how many of the nine inner tenths' bounds lie below it. */
  private String tenths(String name, Relation then, Watch watch) {
    List<String> bounds = new ArrayList<>();
    for (int i = 1; i < CLASSES; i++) {
      bounds.add(
          "percentile_cont(0.%d) within group (order by cast(%s as double))".formatted(i, name));
    }
    List<@Nullable Object> row =
        one(
            Query.of("select " + String.join(", ", bounds) + " from " + NOW, Map.of(NOW, then)),
            watch);
    Set<Object> distinct = new java.util.LinkedHashSet<>();
    row.stream()
        .filter(bound -> bound instanceof Double value && Double.isFinite(value))
        .forEach(distinct::add);
    StringBuilder sql = new StringBuilder("case when " + name + " is null then -1 else 0");
    for (Object bound : distinct) {
      sql.append(" + case when cast(%s as double) > %s then 1 else 0 end".formatted(name, bound));
    }
    return sql.append(" end").toString();
  }

  private String frequent(String name, Relation then, Watch watch) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Query query =
        Query.of(
            "select cast(%s as string) as v, count(*) as n from %s where %s is not null group by 1 order by n desc, v limit %d"
                .formatted(name, NOW, name, CLASSES),
            Map.of(NOW, then));
    try (Rows rows = engine.execute(query, watch)) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        ranks.put(String.valueOf(row.getFirst()), ranks.size());
      }
    }
    StringBuilder sql = new StringBuilder("case when " + name + " is null then -1");
    ranks.forEach(
        (value, rank) ->
            sql.append(
                " when cast(%s as string) = %s then %d"
                    .formatted(name, SqlQuotes.literal(value), rank)));
    return sql.append(" else ").append(CLASSES).append(" end").toString();
  }

  private Map<Object, Double> shares(String classes, Relation of, Watch watch) {
    Map<Object, Double> shares = new TreeMap<>();
    Query query =
        Query.of(
            "select cast(%s as bigint) as c, count(*) as n from %s group by 1"
                .formatted(classes, NOW),
            Map.of(NOW, of));
    try (Rows rows = engine.execute(query, watch)) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        shares.put(number(row.get(0)).longValue(), number(row.get(1)).doubleValue());
      }
    }
    return shares;
  }

  private List<@Nullable Object> one(Query query, Watch watch) {
    try (Rows rows = engine.execute(query, watch)) {
      List<@Nullable Object> row = rows.next();
      if (row == null) {
        throw new IllegalStateException("an aggregate without a row");
      }
      return row;
    }
  }

  private static Number number(@Nullable Object value) {
    return value instanceof Number number ? number : 0L;
  }

  private static Optional<String> text(@Nullable Object value) {
    return Optional.ofNullable(value).map(Object::toString);
  }

  private static Optional<Instant> instant(@Nullable Object micros) {
    return micros instanceof Number number
        ? Optional.of(
            Instant.ofEpochSecond(
                Math.floorDiv(number.longValue(), 1_000_000L),
                Math.floorMod(number.longValue(), 1_000_000L) * 1_000))
        : Optional.empty();
  }

  private static boolean isNumber(Type type) {
    return type instanceof Type.Decimal
        || type == Type.Primitive.INT
        || type == Type.Primitive.LONG
        || type == Type.Primitive.FLOAT
        || type == Type.Primitive.DOUBLE;
  }

  private static boolean isNested(Type type) {
    return type instanceof Type.Struct
        || type instanceof Type.ListOf
        || type instanceof Type.MapOf
        || type == Type.Primitive.BINARY;
  }
}
