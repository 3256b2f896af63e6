package dev.headrace.decisions.experiments.walk;

import dev.headrace.decisions.experiments.scan.Extremes;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, sums and sums of products of units, per variant, per variant and level of each
 * dimension, of the day of exposure, of the strata and of strata by day: what {@link
 * dev.headrace.decisions.experiments.scan.SumSql} asks an engine for. All of it is whole numbers of
 * 128 bits, so that the order of units does not matter.
 */
public final class UnitSums {
  /** Rows whose groups are made before any is added. */
  private static final int AT_ONCE = 512;

  private final Shape shape;
  private final Map<Key, GroupSums> groups = new LinkedHashMap<>();
  private long newest = Long.MIN_VALUE;

  /**
   * What is summed.
   *
   * @param values what becomes of each column's totals
   * @param pairs names of sums of products, with their columns
   * @param informative names of numbers of units with a value in one of some columns
   * @param means columns whose extremes are told
   * @param dimensions how many are declared
   * @param crossings levels that are crossed, by the position that they have among slices
   * @param exposedAt whether units have a day of exposure, which is the level after all dimensions
   * @param zone in which the newest day is told; empty where times have no zone
   */
  record Shape(
      List<WalkedValue> values,
      Map<String, List<Integer>> pairs,
      Map<String, List<Integer>> informative,
      List<Integer> means,
      int dimensions,
      Map<Integer, List<Integer>> crossings,
      boolean exposedAt,
      Optional<ZoneId> zone) {
    static Shape of(UnitScan scan, List<WalkedValue> values, Optional<ZoneId> zone) {
      return new Shape(
          values,
          scan.pairs(),
          scan.informative(),
          scan.means(),
          scan.dimensions(),
          scan.crossings(),
          scan.exposedAt().isPresent(),
          zone);
    }

    /** The day of a moment in microseconds. */
    LocalDate day(long micros) {
      Instant moment = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
      return LocalDate.ofInstant(moment, zone.orElse(ZoneOffset.UTC));
    }

    int levels() {
      return dimensions + (exposedAt ? 1 : 0);
    }
  }

  /**
   * @param slice the position of a dimension; -1 for all units
   * @param variant null where units met several
   */
  private record Key(int slice, String level, @Nullable String variant) {}

  UnitSums(Shape shape) {
    this.shape = shape;
  }

  /** Adds some rows of a table, by as many threads as there are processors. */
  public void add(UnitTable table, RowSet rows) {
    int pieces =
        Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), rows.end() >> 12));
    List<UnitSums> parts =
        IntStream.range(0, pieces)
            .parallel()
            .mapToObj(
                piece -> {
                  UnitSums part = new UnitSums(shape);
                  part.add(
                      table,
                      rows,
                      (int) ((long) rows.end() * piece / pieces),
                      (int) ((long) rows.end() * (piece + 1) / pieces));
                  return part;
                })
            .toList();
    parts.forEach(this::merge);
  }

  /** Which rows of a table: those before {@code end} that are asked for. */
  public interface RowSet {
    int end();

    boolean contains(int row);

    /** All that are there. */
    static RowSet all(UnitTable table) {
      return new RowSet() {
        @Override
        public int end() {
          return table.rows();
        }

        @Override
        public boolean contains(int row) {
          return !table.isGone(row);
        }
      };
    }
  }

  void merge(UnitSums other) {
    newest = Math.max(newest, other.newest);
    other.groups.forEach(
        (key, sums) -> {
          GroupSums own = groups.putIfAbsent(key, sums);
          if (own != null) {
            own.merge(sums);
          }
        });
  }

  private void add(UnitTable table, RowSet rows, int from, int to) {
    Located groups = new Located(table);
    WalkedValue[] of = shape.values.toArray(WalkedValue[]::new);
    long[] values = new long[of.length];
    Consumer<GroupSums> adding = sums -> sums.add(values);
    int[] wanted = new int[AT_ONCE];
    int row = from;
    while (row < to) {
      int count = 0;
      for (; row < to && count < AT_ONCE; row++) {
        if (rows.contains(row)) {
          wanted[count++] = row;
        }
      }
      groups.make(wanted, count);
      for (int i = 0; i < count; i++) {
        for (int c = 0; c < values.length; c++) {
          values[c] = of[c].of(table.total(wanted[i], c));
        }
        groups.each(wanted[i], adding);
      }
    }
  }

  /** Levels that are crossed, with their groups by variant and levels. */
  private record Crossing(
      int slice, List<Integer> positions, Map<List<Integer>, GroupSums> groups) {}

  /** The groups of one table's rows, found by the numbers of their levels. */
  final class Located {
    private final UnitTable table;
    private final @Nullable GroupSums[] all;
    private final List<@Nullable GroupSums[][]> byLevel = new ArrayList<>();
    private final List<Crossing> crossings = new ArrayList<>();

    Located(UnitTable table) {
      this.table = table;
      int variants = table.variants().size() + 1;
      this.all = new GroupSums[variants];
      for (int l = 0; l < shape.levels(); l++) {
        byLevel.add(new GroupSums[table.levels(l).size()][variants]);
      }
      shape.crossings.forEach(
          (slice, positions) ->
              crossings.add(new Crossing(slice, positions, new LinkedHashMap<>())));
    }

    void make(int[] rows, int count) {
      for (int i = 0; i < count; i++) {
        make(rows[i]);
      }
    }

    /**
     * Makes the groups that a row is in, before {@link #each} goes to them. Apart from it, in loops
     * of their own: a compiler that had left out the way to make one fell back to the interpreter
     * for each table, with all that is done for each row.
     */
    void make(int row) {
      int variant = table.variantCode(row);
      if (!shape.exposedAt && all[variant] == null) {
        all[variant] = made(-1, "", variant);
      }
      for (int l = 0; l < byLevel.size(); l++) {
        int level = table.levelCode(row, l);
        @Nullable GroupSums[] variants = byLevel.get(l)[level];
        if (variants[variant] == null) {
          variants[variant] = made(l, table.levels(l).text(level), variant);
        }
      }
    }

    /** Goes to every group that a row is in. */
    void each(int row, Consumer<GroupSums> group) {
      newest = Math.max(newest, table.exposed(row));
      int variant = table.variantCode(row);
      if (!shape.exposedAt) { // With days, all units are those of all days.
        group.accept(Objects.requireNonNull(all[variant]));
      }
      for (int l = 0; l < byLevel.size(); l++) {
        @Nullable GroupSums[] variants = byLevel.get(l)[table.levelCode(row, l)];
        group.accept(Objects.requireNonNull(variants[variant]));
      }
      for (Crossing crossing : crossings) {
        List<Integer> codes = new ArrayList<>(List.of(variant));
        crossing.positions.forEach(l -> codes.add(table.levelCode(row, l)));
        group.accept(crossing.groups.computeIfAbsent(codes, _ -> crossed(crossing, row, variant)));
      }
    }

    private GroupSums crossed(Crossing crossing, int row, int variant) {
      List<String> texts =
          crossing.positions.stream()
              .map(l -> table.levels(l).text(table.levelCode(row, l)))
              .toList();
      return made(crossing.slice, String.join(Sums.AND, texts), variant);
    }

    private GroupSums made(int slice, String level, int variant) {
      String name = variant == 0 ? null : table.variants().text(variant - 1);
      return groups.computeIfAbsent(new Key(slice, level, name), _ -> new GroupSums(shape));
    }
  }

  /** What was added, as an engine would have told it. */
  public Sums sums() {
    Map<String, Sums.Arm> arms = new TreeMap<>();
    Map<Integer, Map<String, Map<String, Sums.Arm>>> slices = new TreeMap<>();
    long inSeveral = 0;
    for (Map.Entry<Key, GroupSums> group : whole().entrySet()) {
      Key key = group.getKey();
      GroupSums sums = group.getValue();
      if (key.slice < 0) {
        if (key.variant == null) {
          inSeveral = sums.units();
        } else {
          arms.put(key.variant, arm(sums, sums.extremes()));
        }
      } else if (key.variant != null) {
        slices
            .computeIfAbsent(key.slice, _ -> new TreeMap<>())
            .computeIfAbsent(key.level, _ -> new TreeMap<>())
            .put(key.variant, arm(sums, Map.of()));
      }
    }
    return new Sums(arms, inSeveral, newestDay(), slices);
  }

  /** All groups, with those of all units. */
  private Map<Key, GroupSums> whole() {
    if (!shape.exposedAt) {
      return groups;
    }
    Map<Key, GroupSums> whole = new LinkedHashMap<>(groups);
    groups.forEach(
        (key, sums) -> {
          if (key.slice == shape.dimensions) {
            whole
                .computeIfAbsent(new Key(-1, "", key.variant), _ -> new GroupSums(shape))
                .merge(sums);
          }
        });
    return whole;
  }

  private static Sums.Arm arm(GroupSums sums, Map<Integer, Extremes> extremes) {
    Map<String, BigDecimal> values = sums.values();
    return new Sums.Arm(sums.units(), values, Set.of(), Map.of(), extremes);
  }

  private Optional<LocalDate> newestDay() {
    if (!shape.exposedAt || newest == Long.MIN_VALUE) {
      return Optional.empty();
    }
    return Optional.of(shape.day(newest));
  }
}
