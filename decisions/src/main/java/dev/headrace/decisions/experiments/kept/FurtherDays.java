package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.parallel.SideBySide;
import dev.headrace.decisions.experiments.scan.Exposure;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.walk.UnitChanges;
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
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Days that are not in what is kept: the units that get other totals, as they become. Of some all
 * rows are read again, to others rows are added; all of it is walked side by side, and nobody waits
 * for anybody before the end.
 */
final class FurtherDays implements AutoCloseable {
  private final Keeping keeping;
  private final UnitWalk walk;
  private final UnitScan scan;
  private final Scanner scanner;
  private final Watch watch;
  private final LatestUnits before;

  /** Rows of the units, among those of before, that are redone or take part no more. */
  private final BitSet again = new BitSet();

  /** The row among those that are added to, of the unit's part, by the row of before. */
  private final UnitIndex copies;

  private final List<UnitTable> added = new ArrayList<>();
  private Optional<Redone> redone = Optional.empty();

  /**
   * @param parts in how many parts units are walked that rows are added to
   */
  FurtherDays(Keeping keeping, UnitWalk walk, LatestUnits before, int parts) {
    this.keeping = keeping;
    this.walk = walk;
    this.scan = keeping.scan();
    this.scanner = keeping.scanner();
    this.watch = keeping.watch();
    this.before = before;
    this.copies = UnitIndex.ofNumbers(before.end());
    for (int part = 0; part < parts; part++) {
      // A day is about a part of all units; room that grows is copied again and again.
      added.add(walk.table(before.end() / 4 / parts));
    }
  }

  /**
   * Units that got other totals.
   *
   * @param file empty where there are none
   */
  record Touched(UnitTable table, UnitChanges changes, Optional<String> file) {}

  /**
   * Units that changed rows are about.
   *
   * @param changed {@link UnitScan#CHANGED}: which they are
   */
  private record Redone(UnitTable table, Map<String, Relation> changed) {}

  /**
   * Does it.
   *
   * @param write puts a table into a file and says which
   */
  List<Touched> walk(Kept kept, Advance.Days days, Function<UnitTable, String> write) {
    if (!days.redone().isEmpty()) {
      findRedone(keeping.changed(kept, days));
    }
    List<Supplier<Touched>> work = new ArrayList<>();
    redone.ifPresent(units -> work.add(() -> redo(units, write)));
    for (int i = 0; i < added.size(); i++) {
      int part = i;
      work.add(() -> add(days, part, write));
    }
    return SideBySide.resultsOfThreads(work);
  }

  private void findRedone(List<WrittenFile> files) {
    if (files.isEmpty()) {
      return;
    }
    Map<String, Relation> changed =
        Map.of(
            UnitScan.CHANGED,
            Layers.files(Layers.unit(keeping.row()), Keeping.paths(files), Keeping.rows(files)));
    redone = Optional.of(new Redone(walk.table(Keeping.rows(files)), changed));
    Query units = Query.of("select cast(unit as bigint) as unit from " + UnitScan.CHANGED, changed);
    try (Columns columns = scanner.engine().columns(units, watch)) {
      long[] keys = new long[0];
      for (int n = columns.next(); n > 0; n = columns.next()) {
        keys = keys.length < n ? new long[n] : keys;
        columns.longs(0, keys, 0);
        for (int i = 0; i < n; i++) {
          int known = before.rowOf(keys[i]);
          if (known != UnitIndex.NONE) {
            again.set(known);
          }
        }
      }
    }
  }

  private Touched redo(Redone units, Function<UnitTable, String> write) {
    UnitTable table = units.table;
    walk.units(scan.exposure().unitsOfChanged(), units.changed, table, watch);
    Optional<LocalDate> first = walk.firstExposed(table);
    try (UnitIndex index = UnitWalk.index(table)) {
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
        walk.rows(pass, own, units.changed, Map.of(), table, index::find, watch);
      }
      again.stream()
          .mapToLong(before::key)
          .filter(key -> index.find(key) == UnitIndex.NONE)
          .forEach(table::appendGone);
    }
    UnitChanges changes = walk.changes();
    before.addTo(changes.former(), again);
    changes.addNew(table);
    return touched(table, changes, write);
  }

  private Touched add(Advance.Days days, int part, Function<UnitTable, String> write) {
    UnitTable table = added.get(part);
    LatestUnits.Copying copying = before.copying(table);
    for (WalkedPass pass : walk.passes()) {
      String from = pass.measure().table();
      if (days.later().containsKey(from)) {
        Map<String, Object> parameters = new HashMap<>();
        String unit = pass.measure().unit();
        String own =
            "\n  and "
                + keeping
                    .rowsOfDays()
                    .condition(from, Objects.requireNonNull(days.later().get(from)), parameters)
                + "\n  and "
                + Exposure.isOf(unit, part, added.size())
                + "\norder by "
                + unit;
        walk.rows(
            pass,
            own,
            Map.of(),
            parameters,
            table,
            (keys, count, rows) -> rowsToAdd(copying, keys, count, rows),
            watch);
      }
    }
    UnitChanges changes = walk.changes();
    before.addChanges(changes, table);
    return touched(table, changes, write);
  }

  /**
   * Where rows of a later day are added: to a copy of what is known of their unit, made when the
   * first of them is met. Below 0 where a unit takes no part, or was read again with these rows.
   */
  private void rowsToAdd(LatestUnits.Copying copying, long[] keys, int count, int[] rows) {
    before.find(keys, count, rows);
    for (int i = 0; i < count; i++) {
      int known = rows[i];
      if (known != UnitIndex.NONE) {
        rows[i] = copies.find(known);
        if (rows[i] == UnitIndex.NONE && !again.get(known)) {
          rows[i] = copying.append(known);
          copies.put(known, rows[i]);
        }
      }
    }
  }

  private static Touched touched(
      UnitTable table, UnitChanges changes, Function<UnitTable, String> write) {
    return new Touched(
        table, changes, table.rows() == 0 ? Optional.empty() : Optional.of(write.apply(table)));
  }

  /** The sums of all units, from what they were. */
  Sums sums(Sums were, List<Touched> touched) {
    UnitChanges all = walk.changes();
    touched.forEach(units -> all.add(units.changes));
    return all.sums()
        .of(were)
        .orElseGet(
            () -> {
              UnitSums anew = walk.sums();
              before.addOthersTo(anew, row -> copies.find(row) != UnitIndex.NONE || again.get(row));
              touched.forEach(units -> anew.add(units.table, UnitSums.RowSet.all(units.table)));
              return anew.sums();
            });
  }

  @Override
  public void close() {
    added.forEach(UnitTable::close);
    redone.ifPresent(units -> units.table.close());
    copies.close();
  }
}
