package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.release.ChangedDays;
import dev.headrace.decisions.experiments.kept.Kept.Added;
import dev.headrace.decisions.experiments.kept.Kept.Layer;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.SumSql;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One experiment's turn at what is kept of it, while nobody else writes its directory: what has to
 * be computed is told by {@link Advance}, and is computed, written and added here.
 */
final class Keeping {
  /** Changes with the meaning of what is kept. */
  private static final String FORM = "3";

  private final Path place;
  private final Lake lake;
  private final long totalsAtOnce;
  private final ExperimentSpec spec;
  private final UnitScan scan;
  private final List<Type> types;
  private final Published published;
  private final Scanner scanner;
  private final Watch watch;
  private final RowsOfDays rows;
  private final Schema unit;
  private final Schema row;

  Keeping(
      Path place,
      Lake lake,
      long totalsAtOnce,
      ExperimentSpec spec,
      UnitScan scan,
      List<Type> types,
      Published published,
      Scanner scanner,
      Watch watch) {
    this.place = place;
    this.lake = lake;
    this.totalsAtOnce = totalsAtOnce;
    this.spec = spec;
    this.scan = scan;
    this.types = types;
    this.published = published;
    this.scanner = scanner;
    this.watch = watch;
    this.rows = new RowsOfDays(scan);
    Schema described = scanner.schema(scan, scan.totals().kept());
    List<Field> fields = new ArrayList<>();
    described
        .fields()
        .forEach(field -> fields.add(new Field(fields.size() + 1, field.name(), field.type())));
    this.row = new Schema(fields);
    this.unit = Layers.unit(row);
  }

  Sums sums(String sql) {
    String definition =
        Sha256.shortHex(String.join("\n", FORM, scanner.engine().name(), sql, row.toString()));
    Optional<Kept> kept = Kept.read(place);
    Advance advance =
        Advance.of(kept, definition, scan, spec.assignments(), published, new ChangedDays(lake));
    Map<String, Kept.State> states = Advance.states(scan, published);
    return switch (advance) {
      case Advance.Nothing _ -> kept.orElseThrow().sums();
      case Advance.Past _ -> scanner.sums(scan, sql, watch);
      case Advance.Anew _ -> keep(anew(definition, states));
      case Advance.Days days -> keep(merged(further(kept.orElseThrow(), days, states)));
    };
  }

  private Sums keep(Kept kept) {
    kept.write(place);
    sweep(new HashSet<>(kept.files()));
    return kept.sums();
  }

  /** Files of attempts that were not finished, and of layers that were merged. */
  private void sweep(Set<String> wanted) {
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".parquet") && !wanted.contains(file.toString())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Kept anew(String definition, Map<String, Kept.State> states) {
    int parts = parts();
    List<WrittenFile> files = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      String sql = parts == 1 ? scan.totals().kept() : scan.totals().kept(part, parts);
      files.addAll(write(scanner.over(scan, sql, Map.of(), Map.of()), row, "all"));
    }
    Layer base = layer(files, List.of(), Added.NOTHING);
    return new Kept(definition, states, List.of(base), sumsOf(layers(List.of(base)).totals()));
  }

  /** In how many turns all units are added up, so that each fits into memory. */
  private int parts() {
    if ((double) scanner.rows(scan, spec.assignments()) * scan.columns() <= totalsAtOnce) {
      return 1;
    }
    // There are fewer units than exposures.
    Query query = scanner.over(scan, scan.exposure().numberOfUnits(), Map.of(), Map.of());
    try (Rows rows = scanner.engine().execute(query, watch)) {
      List<@Nullable Object> first = rows.next();
      double units = first != null && first.getFirst() instanceof Number n ? n.doubleValue() : 0;
      return (int) Math.max(1, Math.ceil(units * scan.columns() / totalsAtOnce));
    }
  }

  private Kept further(Kept kept, Advance.Days days, Map<String, Kept.State> states) {
    List<WrittenFile> changed =
        days.redone().isEmpty()
            ? List.of()
            : write(changedUnits().query(kept, days), unit, "changed");
    Layers before = layers(kept.layers());
    List<WrittenFile> fresh = changed.isEmpty() ? List.of() : write(redone(changed), row, "redone");
    Added added = days.later().isEmpty() ? Added.NOTHING : added(kept, days, before);
    Layer layer = layer(fresh, changed, added);
    List<Layer> layers = new ArrayList<>(kept.layers());
    layers.add(layer);
    Layers after = layers(layers);
    Sums sums = sums(kept.sums(), before, layer, after).orElseGet(() -> sumsOf(after.totals()));
    return new Kept(kept.definition(), states, layers, sums);
  }

  /** The totals of changed units, from all their rows. */
  private Query redone(List<WrittenFile> changed) {
    Map<String, Relation> relations =
        Map.of(UnitScan.CHANGED, Layers.files(unit, paths(changed), rows(changed)));
    String sql = scan.totals().keptOfChanged(firstExposed(relations));
    return scanner.over(scan, sql, relations, Map.of());
  }

  /** What later days add to the totals of units that are known. */
  private Added added(Kept kept, Advance.Days days, Layers before) {
    Map<String, String> conditions = new LinkedHashMap<>();
    Map<String, Object> parameters = new HashMap<>();
    days.later()
        .forEach(
            (table, ranges) -> conditions.put(table, rows.condition(table, ranges, parameters)));
    boolean exposedBefore = exposedBefore(kept, days);
    List<Integer> columns = scan.totals().addedColumns(conditions.keySet(), exposedBefore);
    if (columns.isEmpty()) {
      return Added.NOTHING;
    }
    Query query =
        scanner.over(
            scan,
            scan.totals().added(conditions, exposedBefore),
            Map.of(UnitScan.TOTALS, before.known()),
            parameters);
    List<WrittenFile> files = write(query, Layers.added(row, columns), "added");
    return new Added(paths(files), rows(files), columns);
  }

  /** The sums with a layer above those they are of; empty where all units have to be asked. */
  private Optional<Sums> sums(Sums kept, Layers before, Layer layer, Layers after) {
    if (new SumSql(scan).dependsOnAll() || !kept.isFinite()) {
      return Optional.empty();
    }
    Optional<Sums> sums = Optional.of(kept);
    if (!layer.naming().isEmpty()) {
      Sums fresh = sumsOf(Layers.files(row, layer.files(), layer.rows()));
      Sums old = sumsOf(before.totalsOf(Layers.files(unit, layer.naming(), layer.rows())));
      sums = fresh.isFinite() ? kept.replacing(old, fresh) : Optional.empty();
    }
    if (sums.isPresent() && !layer.added().isNothing()) {
      Sums.Change change = change(before, after, layer.added().columns());
      sums = change.isFinite() ? change.of(sums.get()) : Optional.empty();
    }
    return sums;
  }

  private Sums.Change change(Layers before, Layers after, List<Integer> columns) {
    Relation added = after.lastAdded();
    Query query =
        Query.of(
            new SumSql(scan).changes(columns, types),
            Map.of(UnitScan.TOTALS, before.totalsOf(added), SumSql.ADDED, added));
    try (Rows rows = scanner.engine().execute(query, watch)) {
      return Sums.changes(rows, scanner.zone());
    }
  }

  /** Units that came with the newest day have no rows of long ago that count. */
  private Optional<LocalDate> firstExposed(Map<String, Relation> relations) {
    if (scan.exposedAt().isEmpty()) {
      return Optional.empty();
    }
    Query query = scanner.over(scan, scan.exposure().firstOfChanged(), relations, Map.of());
    try (Rows rows = scanner.engine().execute(query, watch)) {
      List<@Nullable Object> first = rows.next();
      return first == null ? Optional.empty() : Sums.day(first.getFirst(), scanner.zone());
    }
  }

  /** Whether all that is kept was exposed before the first of the later days. */
  private boolean exposedBefore(Kept kept, Advance.Days days) {
    boolean zoned =
        scan.exposedAt().map(at -> at.type() == Type.Primitive.TIMESTAMPTZ).orElse(false);
    // Days of instants begin in the project's zone in the one, in UTC in the other.
    long slack = zoned ? 2 : 1;
    return kept.sums()
        .newestExposure()
        .map(newest -> newest.plusDays(slack))
        .filter(
            first ->
                days.later().values().stream()
                    .noneMatch(later -> later.ranges().getFirst().from().isBefore(first)))
        .isPresent();
  }

  /** Later layers make reading slower: once they hold as much as the first, all are one. */
  private Kept merged(Kept kept) {
    double later = kept.layers().stream().skip(1).mapToDouble(this::wholeRows).sum();
    if (later <= kept.layers().getFirst().rows()) {
      return kept;
    }
    Relation all = layers(kept.layers()).totals();
    Query query = Query.of("select * from " + UnitScan.TOTALS, Map.of(UnitScan.TOTALS, all));
    Layer one = layer(write(query, row, "merged"), List.of(), Added.NOTHING);
    return new Kept(kept.definition(), kept.tables(), List.of(one), kept.sums());
  }

  /** What a layer holds, in rows of all columns. */
  private double wholeRows(Layer layer) {
    Added added = layer.added();
    return layer.rows() + (double) added.rows() * added.columns().size() / scan.columns();
  }

  private ChangedUnits changedUnits() {
    return new ChangedUnits(spec, scan, scanner, published, lake, rows);
  }

  private Layers layers(List<Layer> layers) {
    return new Layers(scan, row, layers);
  }

  private Sums sumsOf(Relation totals) {
    return scanner.sums(Query.of(scan.sumsOfTotals(types), Map.of(UnitScan.TOTALS, totals)), watch);
  }

  private List<WrittenFile> write(Query query, Schema schema, String part) {
    String prefix = part + "-" + UUID.randomUUID();
    return scanner
        .engine()
        .write(query, new WriteTarget(place, prefix, schema, Optional.empty()), watch);
  }

  private static Layer layer(List<WrittenFile> rows, List<WrittenFile> others, Added added) {
    return new Layer(paths(rows), rows(rows), paths(others), added);
  }

  private static List<String> paths(List<WrittenFile> files) {
    return files.stream().map(WrittenFile::path).toList();
  }

  private static long rows(List<WrittenFile> files) {
    return files.stream().mapToLong(WrittenFile::rows).sum();
  }
}
