package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.parallel.SideBySide;
import dev.headrace.decisions.experiments.kept.Kept.Added;
import dev.headrace.decisions.experiments.kept.Kept.Layer;
import dev.headrace.decisions.experiments.scan.Exposure;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.walk.UnitFile;
import dev.headrace.decisions.experiments.walk.UnitIndex;
import dev.headrace.decisions.experiments.walk.UnitSums;
import dev.headrace.decisions.experiments.walk.UnitTable;
import dev.headrace.decisions.experiments.walk.UnitWalk;
import dev.headrace.decisions.experiments.walk.WalkedPass;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Totals that are added up by walking through rows, and that lie in files of {@link UnitFile}, in
 * layers: a unit's row is that of the last layer that has one.
 */
final class WalkedTotals implements UnitTotals {
  /**
   * A number of units is told with an error of a tenth or so. Room that does not suffice is copied
   * into half as much again, which costs more than room that is left over.
   */
  private static final double LIKELY_MOST = 1.25;

  /** Parts by a hash differ by less than that. */
  private static final double UNEVEN = 1.01;

  /** Not worth several threads. */
  private static final long FEW = 100_000;

  private final Keeping keeping;
  private final UnitWalk walk;
  private final UnitScan scan;
  private final Watch watch;

  WalkedTotals(Keeping keeping, UnitWalk walk) {
    this.keeping = keeping;
    this.walk = walk;
    this.scan = keeping.scan();
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
    long exposures = keeping.exposures();
    double most = units * LIKELY_MOST;
    if (exposures > 0) {
      most = Math.min(most, (double) exposures); // No more units than exposures.
    }
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
          int all = turns * beside;
          Part part = new Part(turn * beside + i, all, walk.table((long) (most * UNEVEN / all)));
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
        FurtherDays further = new FurtherDays(keeping, walk, before, partsOf(before.end()))) {
      List<FurtherDays.Touched> touched =
          further.walk(kept, days, table -> write(table, "changed"));
      List<Layer> layers = new ArrayList<>(kept.layers());
      List<String> files = touched.stream().flatMap(units -> units.file().stream()).toList();
      if (!files.isEmpty()) {
        layers.add(layer(files, touched.stream().mapToLong(units -> units.table().rows()).sum()));
      }
      Sums sums = further.sums(kept.sums(), touched);
      return merged(new Kept(kept.definition(), states, layers, sums));
    }
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
          int most = (int) Math.max(1, Math.min(1 << 30, unitsAtOnce()));
          next = all.copying(table).append(next, most);
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
