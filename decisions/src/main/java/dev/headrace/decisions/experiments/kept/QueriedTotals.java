package dev.headrace.decisions.experiments.kept;

import dev.headrace.decisions.experiments.kept.Kept.Added;
import dev.headrace.decisions.experiments.kept.Kept.Layer;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.SumSql;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Totals that an engine adds up and that lie in Parquet files, in layers: of units, metrics and
 * engines of every kind.
 */
final class QueriedTotals implements UnitTotals {
  private final Keeping keeping;
  private final UnitScan scan;
  private final List<Type> types;
  private final Scanner scanner;
  private final Watch watch;
  private final Schema unit;
  private final Schema row;

  QueriedTotals(Keeping keeping) {
    this.keeping = keeping;
    this.scan = keeping.scan();
    this.types = keeping.types();
    this.scanner = keeping.scanner();
    this.watch = keeping.watch();
    this.row = keeping.row();
    this.unit = Layers.unit(row);
  }

  /** Changes with the meaning of what is kept. */
  @Override
  public String form() {
    return "3";
  }

  /** A file that is not whole has no footer, and the engine says so. */
  @Override
  public boolean canRead(Kept kept) {
    return true;
  }

  @Override
  public Kept anew(String definition, Map<String, Kept.State> states) {
    int parts = parts();
    List<WrittenFile> files = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      String sql = parts == 1 ? scan.totals().kept() : scan.totals().kept(part, parts);
      files.addAll(keeping.write(scanner.over(scan, sql, Map.of(), Map.of()), row, "all"));
    }
    Layer base = layer(files, List.of(), Added.NOTHING);
    return new Kept(definition, states, List.of(base), sumsOf(layers(List.of(base)).totals()));
  }

  /** In how many turns all units are added up, so that each fits into memory. */
  private int parts() {
    double totals = keeping.numberOfUnits() * scan.columns();
    return (int) Math.max(1, Math.ceil(totals / keeping.totalsAtOnce()));
  }

  @Override
  public Kept further(Kept kept, Advance.Days days, Map<String, Kept.State> states) {
    List<WrittenFile> changed = days.redone().isEmpty() ? List.of() : keeping.changed(kept, days);
    Layers before = layers(kept.layers());
    List<WrittenFile> fresh =
        changed.isEmpty() ? List.of() : keeping.write(redone(changed), row, "redone");
    Added added = days.later().isEmpty() ? Added.NOTHING : added(kept, days, before);
    Layer layer = layer(fresh, changed, added);
    List<Layer> layers = new ArrayList<>(kept.layers());
    layers.add(layer);
    Layers after = layers(layers);
    Sums sums = sums(kept.sums(), before, layer, after).orElseGet(() -> sumsOf(after.totals()));
    return merged(new Kept(kept.definition(), states, layers, sums));
  }

  /** The totals of changed units, from all their rows. */
  private Query redone(List<WrittenFile> changed) {
    Map<String, Relation> relations =
        Map.of(UnitScan.CHANGED, Layers.files(unit, Keeping.paths(changed), Keeping.rows(changed)));
    String sql = scan.totals().keptOfChanged(firstExposed(relations));
    return scanner.over(scan, sql, relations, Map.of());
  }

  /** What later days add to the totals of units that are known. */
  private Added added(Kept kept, Advance.Days days, Layers before) {
    Map<String, String> conditions = new LinkedHashMap<>();
    Map<String, Object> parameters = new HashMap<>();
    days.later()
        .forEach(
            (table, ranges) ->
                conditions.put(table, keeping.rowsOfDays().condition(table, ranges, parameters)));
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
    List<WrittenFile> files = keeping.write(query, Layers.added(row, columns), "added");
    return new Added(Keeping.paths(files), Keeping.rows(files), columns);
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
      return Sums.changes(scan, rows, scanner.zone());
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
    Layer one = layer(keeping.write(query, row, "merged"), List.of(), Added.NOTHING);
    return new Kept(kept.definition(), kept.tables(), List.of(one), kept.sums());
  }

  /** What a layer holds, in rows of all columns. */
  private double wholeRows(Layer layer) {
    Added added = layer.added();
    return layer.rows() + (double) added.rows() * added.columns().size() / scan.columns();
  }

  private Layers layers(List<Layer> layers) {
    return new Layers(scan, row, layers);
  }

  private Sums sumsOf(Relation totals) {
    return scanner.sums(
        scan, Query.of(scan.sumsOfTotals(types), Map.of(UnitScan.TOTALS, totals)), watch);
  }

  private static Layer layer(List<WrittenFile> rows, List<WrittenFile> others, Added added) {
    return new Layer(Keeping.paths(rows), Keeping.rows(rows), Keeping.paths(others), added);
  }
}
