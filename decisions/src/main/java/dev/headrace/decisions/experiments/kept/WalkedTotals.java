package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.parallel.SideBySide;
import dev.headrace.decisions.experiments.kept.Kept.Added;
import dev.headrace.decisions.experiments.kept.Kept.Layer;
import dev.headrace.decisions.experiments.scan.Exposure;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.walk.UnitChanges;
import dev.headrace.decisions.experiments.walk.UnitFile;
import dev.headrace.decisions.experiments.walk.UnitIndex;
import dev.headrace.decisions.experiments.walk.UnitSums;
import dev.headrace.decisions.experiments.walk.UnitTable;
import dev.headrace.decisions.experiments.walk.UnitWalk;
import dev.headrace.decisions.experiments.walk.WalkedPass;
import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WrittenFile;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Totals that are added up by walking through rows, and that lie in files of {@link UnitFile}, in
 * layers: a unit's row is that of the last layer that has one.
 */
final class WalkedTotals implements UnitTotals {
  /** Not worth several threads. */
  private static final long FEW = 100_000;

  private final Keeping keeping;
  private final UnitWalk walk;
  private final UnitScan scan;
  private final Scanner scanner;
  private final Watch watch;

  WalkedTotals(Keeping keeping, UnitWalk walk) {
    this.keeping = keeping;
    this.walk = walk;
    this.scan = keeping.scan();
    this.scanner = keeping.scanner();
    this.watch = keeping.watch();
  }

  /** Changes with the meaning of what is kept. */
  @Override
  public String form() {
    return "walked 1";
  }

  @Override
  public boolean canRead(Kept kept) {
    return kept.layers().stream()
        .flatMap(layer -> layer.files().stream())
        .allMatch(file -> UnitFile.isWhole(Path.of(file)));
  }

  @Override
  public Kept anew(String definition, Map<String, Kept.State> states) {
    double units = keeping.numberOfUnits();
    int turns = (int) Math.max(1, Math.ceil(units / unitsAtOnce()));
    int beside = partsOf((long) units / turns);
    UnitSums sums = walk.sums();
    List<String> files = new ArrayList<>();
    long rows = 0;
    for (int turn = 0; turn < turns; turn++) {
      List<Part> parts = new ArrayList<>();
      try {
        List<Runnable> work = new ArrayList<>();
        for (int i = 0; i < beside; i++) {
          Part part =
              new Part(
                  turn * beside + i, turns * beside, walk.table((long) units / turns / beside));
          parts.add(part);
          work.add(() -> fill(part));
        }
        SideBySide.run(work);
        for (Part part : parts) {
          sums.add(part.table, UnitSums.RowSet.all(part.table));
          files.add(write(part.table, "all"));
          rows += part.table.rows();
        }
      } finally {
        parts.forEach(part -> part.table.close());
      }
    }
    return new Kept(definition, states, List.of(layer(files, rows)), sums.sums());
  }

  /**
   * Some of the units.
   *
   * @param number of the part, from 0
   * @param all how many parts there are
   */
  private record Part(int number, int all, UnitTable table) {}

  private void fill(Part part) {
    Exposure exposure = scan.exposure();
    boolean isAll = part.all == 1;
    String exposed = isAll ? exposure.units() : exposure.unitsOf(part.number, part.all);
    walk.units(exposed, Map.of(), part.table, watch);
    try (UnitIndex index = UnitWalk.index(part.table)) {
      for (WalkedPass pass : walk.passes()) {
        String own =
            isAll ? "" : "\n  and " + Exposure.isOf(pass.measure().unit(), part.number, part.all);
        walk.rows(pass, own, Map.of(), Map.of(), part.table, index::find, watch);
      }
    }
  }

  /** In how many parts so many units are walked side by side: rows are then read as often. */
  private static int partsOf(long units) {
    return units < FEW ? 1 : Runtime.getRuntime().availableProcessors();
  }

  /** As many as fit into half of what the engine may take: it needs little while rows are read. */
  private double unitsAtOnce() {
    return (double) keeping.totalsAtOnce() * KeptTotals.BYTES_PER_TOTAL / 2 / walk.bytesPerUnit();
  }

  @Override
  public Kept further(Kept kept, Advance.Days days, Map<String, Kept.State> states) {
    try (LatestUnits before = LatestUnits.open(kept.layers());
        Touched touched = new Touched(before)) {
      if (!days.redone().isEmpty()) {
        redo(kept, days, touched);
      }
      add(days, touched);
      List<UnitChanges> changes = new ArrayList<>();
      List<Runnable> work = new ArrayList<>();
      sum(touched, changes, work);
      Map<UnitTable, String> files = new ConcurrentHashMap<>();
      List<UnitTable> tables = touched.tables();
      tables.forEach(table -> work.add(() -> files.put(table, write(table, "changed"))));
      SideBySide.run(work);
      Sums sums = sums(kept, touched, changes);
      List<Layer> layers = new ArrayList<>(kept.layers());
      if (!tables.isEmpty()) {
        layers.add(
            layer(
                tables.stream().map(files::get).toList(),
                tables.stream().mapToLong(UnitTable::rows).sum()));
      }
      return merged(new Kept(kept.definition(), states, layers, sums));
    }
  }

  /** A table of units, and where each is in it. */
  private record Indexed(UnitTable table, UnitIndex index) implements AutoCloseable {
    @Override
    public void close() {
      table.close();
      index.close();
    }
  }

  /**
   * Units that get other totals, as they become: those of which all rows are read again, and others
   * that rows are added to, in parts that are walked side by side.
   */
  private final class Touched implements AutoCloseable {
    private final LatestUnits before;
    private Optional<Indexed> redone = Optional.empty();
    private final List<Indexed> added = new ArrayList<>();

    Touched(LatestUnits before) {
      this.before = before;
      int parts = partsOf(before.end());
      for (int part = 0; part < parts; part++) {
        // A day is about a part of all units; room that grows is copied again and again.
        long expected = before.end() / 4 / parts;
        added.add(new Indexed(walk.table(expected), new UnitIndex(expected)));
      }
    }

    Indexed redone(long expected) {
      Indexed made = new Indexed(walk.table(expected), new UnitIndex(expected));
      redone = Optional.of(made);
      return made;
    }

    /**
     * Where a row of a later day is added: to a copy of what is known of its unit, made when the
     * first of them is met. Below 0 where its unit takes no part, or was read again with this row.
     */
    int rowToAdd(Indexed to, long key) {
      int row = to.index.find(key);
      if (row == UnitIndex.NONE
          && (redone.isEmpty() || redone.get().index.find(key) == UnitIndex.NONE)) {
        row = before.copyTo(to.table, key);
        if (row != UnitIndex.NONE) {
          to.index.put(key, row);
        }
      }
      return row;
    }

    private List<Indexed> all() {
      List<Indexed> all = new ArrayList<>(added);
      redone.ifPresent(all::addFirst);
      return all;
    }

    /** Those with units. */
    List<UnitTable> tables() {
      return all().stream().map(Indexed::table).filter(table -> table.rows() > 0).toList();
    }

    @Override
    public void close() {
      all().forEach(Indexed::close);
    }
  }

  /** Units that changed rows are about, from all their rows. */
  private void redo(Kept kept, Advance.Days days, Touched touched) {
    List<WrittenFile> changed = keeping.changed(kept, days);
    if (changed.isEmpty()) {
      return;
    }
    Map<String, Relation> relations =
        Map.of(
            UnitScan.CHANGED,
            Layers.files(
                Layers.unit(keeping.row()), Keeping.paths(changed), Keeping.rows(changed)));
    Indexed redone = touched.redone(Keeping.rows(changed));
    UnitTable table = redone.table;
    UnitIndex index = redone.index;
    walk.units(scan.exposure().unitsOfChanged(), relations, table, watch);
    for (int row = 0; row < table.rows(); row++) {
      index.put(table.key(row), row);
    }
    Optional<LocalDate> first = walk.firstExposed(table);
    for (WalkedPass pass : walk.passes()) {
      String unit = pass.measure().unit();
      // In order, a few rows of each vector come together again, and all of a unit.
      String own =
          "\n  and "
              + unit
              + " in (select unit from "
              + UnitScan.CHANGED
              + ")"
              + walk.notLongBefore(pass, first)
              + "\norder by "
              + unit;
      walk.rows(pass, own, relations, Map.of(), table, index::find, watch);
    }
    Query units =
        Query.of("select cast(unit as bigint) as unit from " + UnitScan.CHANGED, relations);
    try (Columns columns = scanner.engine().columns(units, watch)) {
      long[] keys = new long[0];
      for (int n = columns.next(); n > 0; n = columns.next()) {
        keys = keys.length < n ? new long[n] : keys;
        columns.longs(0, keys, 0);
        for (int i = 0; i < n; i++) {
          if (index.find(keys[i]) == UnitIndex.NONE && touched.before.contains(keys[i])) {
            index.put(keys[i], table.appendGone(keys[i]));
          }
        }
      }
    }
  }

  private void add(Advance.Days days, Touched touched) {
    for (WalkedPass pass : walk.passes()) {
      String table = pass.measure().table();
      if (days.later().containsKey(table)) {
        Map<String, Object> parameters = new HashMap<>();
        String later =
            "\n  and "
                + keeping
                    .rowsOfDays()
                    .condition(table, Objects.requireNonNull(days.later().get(table)), parameters);
        List<Runnable> parts = new ArrayList<>();
        for (int part = 0; part < touched.added.size(); part++) {
          Indexed to = touched.added.get(part);
          String unit = pass.measure().unit();
          String own =
              "\n  and " + Exposure.isOf(unit, part, touched.added.size()) + "\norder by " + unit;
          parts.add(
              () ->
                  walk.rows(
                      pass,
                      later + own,
                      Map.of(),
                      parameters,
                      to.table,
                      key -> touched.rowToAdd(to, key),
                      watch));
        }
        SideBySide.run(parts);
      }
    }
  }

  /**
   * Says what has to be done to know by how much sums change.
   *
   * @param changes get what comes of it
   */
  private void sum(Touched touched, List<UnitChanges> changes, List<Runnable> work) {
    touched.redone.ifPresent(
        redone -> {
          UnitChanges own = walk.changes();
          changes.add(own);
          work.add(
              () -> {
                touched.before.addTo(own.former(), redone.table);
                own.addNew(redone.table);
              });
        });
    for (Indexed part : touched.added) {
      UnitChanges own = walk.changes();
      changes.add(own);
      work.add(() -> touched.before.addChanges(own, part.table));
    }
  }

  private Sums sums(Kept kept, Touched touched, List<UnitChanges> changes) {
    UnitChanges all = walk.changes();
    changes.forEach(all::add);
    return all.sums()
        .of(kept.sums())
        .orElseGet(
            () -> {
              UnitSums anew = walk.sums();
              touched.before.addOthersTo(anew, touched.all().stream().map(Indexed::index).toList());
              touched.tables().forEach(table -> anew.add(table, UnitSums.RowSet.all(table)));
              return anew.sums();
            });
  }

  /** Once later layers hold as many rows as the first, all are one. */
  private Kept merged(Kept kept) {
    Layer first = kept.layers().getFirst();
    long later = kept.layers().stream().skip(1).mapToLong(Layer::rows).sum();
    if (later <= first.rows()) {
      return kept;
    }
    List<String> files = new ArrayList<>();
    long rows = 0;
    try (LatestUnits all = LatestUnits.open(kept.layers())) {
      int next = 0;
      while (next < all.end()) {
        try (UnitTable table = walk.table(0)) {
          next = all.copyTo(table, next, (int) Math.max(1, Math.min(1 << 30, unitsAtOnce())));
          rows += table.rows();
          files.add(write(table, "merged"));
        }
      }
    }
    return new Kept(kept.definition(), kept.tables(), List.of(layer(files, rows)), kept.sums());
  }

  private String write(UnitTable table, String part) {
    Path file = keeping.file(part, UnitFile.SUFFIX);
    UnitFile.write(table, file);
    return file.toString();
  }

  private static Layer layer(List<String> files, long rows) {
    return new Layer(files, rows, List.of(), Added.NOTHING);
  }
}
