package dev.headrace.decisions.experiments.kept;

import dev.headrace.decisions.experiments.kept.Kept.Added;
import dev.headrace.decisions.experiments.kept.Kept.Layer;
import dev.headrace.decisions.experiments.scan.Exposure;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
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

/**
 * Totals that are added up by walking through rows, and that lie in files of {@link UnitFile}, in
 * layers: a unit's row is that of the last layer that has one.
 */
final class WalkedTotals implements UnitTotals {
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
  public Kept anew(String definition, Map<String, Kept.State> states) {
    double units = keeping.numberOfUnits();
    int parts = (int) Math.max(1, Math.ceil(units / unitsAtOnce()));
    UnitSums sums = walk.sums();
    List<String> files = new ArrayList<>();
    long rows = 0;
    for (int part = 0; part < parts; part++) {
      try (UnitTable table = walk.table((long) (units / parts))) {
        Exposure exposure = scan.exposure();
        String exposed = parts == 1 ? exposure.units() : exposure.unitsOf(part, parts);
        walk.units(exposed, Map.of(), table, watch);
        try (UnitIndex index = UnitWalk.index(table)) {
          for (WalkedPass pass : walk.passes()) {
            String own =
                parts == 1 ? "" : "\n  and " + Exposure.isOf(pass.measure().unit(), part, parts);
            walk.rows(pass, own, Map.of(), Map.of(), table, index::find, watch);
          }
        }
        sums.add(table, UnitSums.RowSet.all(table));
        files.add(write(table, "all"));
        rows += table.rows();
      }
    }
    return new Kept(definition, states, List.of(layer(files, rows)), sums.sums());
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
      touched.settle();
      add(days, touched);
      Sums sums = sums(kept, touched);
      List<Layer> layers = new ArrayList<>(kept.layers());
      layers.add(layer(List.of(write(touched.table, "changed")), touched.table.rows()));
      return merged(new Kept(kept.definition(), states, layers, sums));
    }
  }

  /**
   * Units that get other totals, as they become.
   *
   * <p>Those of which all rows are read again come first; of others, what was known is copied when
   * the first of their rows is met.
   */
  private final class Touched implements AutoCloseable {
    private final LatestUnits before;
    private final UnitTable table;
    private final UnitIndex index;
    private int redone;

    Touched(LatestUnits before) {
      this.before = before;
      // A day is about a part of all units; room that grows is copied again and again.
      long expected = before.end() / 4;
      this.table = walk.table(expected);
      this.index = new UnitIndex(expected);
    }

    /** What was added until now is whole. */
    void settle() {
      redone = table.rows();
    }

    /** Where a row of a later day is added; below 0 where its unit takes no part, or is whole. */
    int rowToAdd(long key) {
      int row = index.find(key);
      if (row == UnitIndex.NONE) {
        row = before.copyTo(table, key);
        if (row != UnitIndex.NONE) {
          index.put(key, row);
        }
        return row;
      }
      return row < redone ? UnitIndex.NONE : row;
    }

    @Override
    public void close() {
      table.close();
      index.close();
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
    walk.units(scan.exposure().unitsOfChanged(), relations, touched.table, watch);
    for (int row = 0; row < touched.table.rows(); row++) {
      touched.index.put(touched.table.key(row), row);
    }
    Optional<LocalDate> first = walk.firstExposed(touched.table);
    for (WalkedPass pass : walk.passes()) {
      String own =
          "\n  and "
              + pass.measure().unit()
              + " in (select unit from "
              + UnitScan.CHANGED
              + ")"
              + walk.notLongBefore(pass, first);
      walk.rows(pass, own, relations, Map.of(), touched.table, touched.index::find, watch);
    }
    Query units =
        Query.of("select cast(unit as bigint) as unit from " + UnitScan.CHANGED, relations);
    try (Columns columns = scanner.engine().columns(units, watch)) {
      long[] keys = new long[0];
      for (int n = columns.next(); n > 0; n = columns.next()) {
        keys = keys.length < n ? new long[n] : keys;
        columns.longs(0, keys, 0);
        for (int i = 0; i < n; i++) {
          if (touched.index.find(keys[i]) == UnitIndex.NONE && touched.before.contains(keys[i])) {
            touched.index.put(keys[i], touched.table.appendGone(keys[i]));
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
        String own =
            "\n  and "
                + keeping
                    .rowsOfDays()
                    .condition(table, Objects.requireNonNull(days.later().get(table)), parameters);
        walk.rows(pass, own, Map.of(), parameters, touched.table, touched::rowToAdd, watch);
      }
    }
  }

  private Sums sums(Kept kept, Touched touched) {
    UnitSums now = walk.sums();
    now.add(touched.table, UnitSums.RowSet.all(touched.table));
    UnitSums old = walk.sums();
    touched.before.addTo(old, touched.table);
    return kept.sums()
        .replacing(old.sums(), now.sums())
        .orElseGet(
            () -> {
              UnitSums all = walk.sums();
              touched.before.addOthersTo(all, touched.index);
              all.add(touched.table, UnitSums.RowSet.all(touched.table));
              return all.sums();
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
