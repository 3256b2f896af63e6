package dev.headrace.decisions.experiments.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A row per unit: its key, when it was exposed, its variant, the levels it belongs to, and what it
 * adds up to in each column, as whole numbers. A unit's totals lie side by side, each in as few
 * bytes as the largest of its column needs: ten million units with forty totals are a gigabyte, and
 * adding a row touches one or two places of memory. A total that outgrows its bytes widens all
 * columns that are as narrow.
 *
 * <p>Written by one thread; what is not written any more may be read by many.
 */
public final class UnitTable implements AutoCloseable {
  private static final int GONE = -1;

  private final Block keys;
  private final Block variantCodes;
  private final Block levelCodes;
  private Block totals;
  private final Names variants;
  private final List<Names> levels;
  private int[] widths;
  private RowLayout layout;
  private int rows;
  private final @Nullable Arena mapped;

  /**
   * @param levels how many things a unit has a level of
   * @param widths bytes of each column's totals: 1, 2, 4 or 8
   * @param capacity units that there is room for at once; more find room, too
   */
  UnitTable(int levels, List<Integer> widths, long capacity) {
    this.widths = widths.stream().mapToInt(Integer::intValue).toArray();
    this.layout = new RowLayout(this.widths);
    this.variants = new Names();
    this.levels = IntStream.range(0, levels).mapToObj(_ -> new Names()).toList();
    this.keys = new Block(capacity * Long.BYTES);
    this.variantCodes = new Block(capacity * Integer.BYTES);
    this.levelCodes = new Block(capacity * Integer.BYTES * levels);
    this.totals = new Block(capacity * layout.rowBytes());
    this.mapped = null;
  }

  /** What lies in a file. */
  UnitTable(UnitFile.Parts parts, Arena mapped) {
    this.widths = parts.widths().stream().mapToInt(Integer::intValue).toArray();
    this.layout = new RowLayout(this.widths);
    this.variants = parts.variants();
    this.levels = parts.levels();
    this.rows = parts.rows();
    this.keys = new Block(parts.sections().get(0));
    this.variantCodes = new Block(parts.sections().get(1));
    this.levelCodes = new Block(parts.sections().get(2));
    this.totals = new Block(parts.sections().get(3));
    this.mapped = mapped;
  }

  /** Bytes of the sections of so many rows, in the order in which they lie in a file. */
  static List<Long> sectionBytes(int rows, int levels, List<Integer> widths) {
    return List.of(
        (long) rows * Long.BYTES,
        (long) rows * Integer.BYTES,
        (long) rows * Integer.BYTES * levels,
        rows * (Long.BYTES + widths.stream().mapToLong(Integer::longValue).sum()));
  }

  UnitFile.Parts parts() {
    List<Long> bytes = sectionBytes(rows, levels.size(), widths());
    List<Block> blocks = List.of(keys, variantCodes, levelCodes, totals);
    return new UnitFile.Parts(
        rows,
        widths(),
        variants,
        levels,
        IntStream.range(0, blocks.size())
            .mapToObj(i -> blocks.get(i).bytes().asSlice(0, bytes.get(i)))
            .toList());
  }

  public int rows() {
    return rows;
  }

  List<Integer> widths() {
    return Arrays.stream(widths).boxed().toList();
  }

  /**
   * A row for a unit; its totals are 0.
   *
   * @param variant null where it met several
   * @param exposed in microseconds
   * @return its number
   */
  int append(long key, @Nullable String variant, long exposed) {
    int code = variant == null ? 0 : variants.number(variant) + 1;
    return append(key, code, exposed);
  }

  private int append(long key, int variantCode, long exposed) {
    if (rows == Integer.MAX_VALUE - 8) {
      throw new ArithmeticException("more units than can be numbered");
    }
    int row = rows++;
    keys.ensure((long) rows * Long.BYTES);
    variantCodes.ensure((long) rows * Integer.BYTES);
    levelCodes.ensure((long) rows * Integer.BYTES * levels.size());
    totals.ensure((long) rows * layout.rowBytes());
    keys.bytes().set(JAVA_LONG_UNALIGNED, (long) row * Long.BYTES, key);
    layout.expose(totals.bytes(), row, exposed);
    variantCodes.bytes().set(JAVA_INT_UNALIGNED, (long) row * Integer.BYTES, variantCode);
    return row;
  }

  /** A unit that takes part no more. */
  public int appendGone(long key) {
    return append(key, GONE, 0);
  }

  void setLevel(int row, int which, String level) {
    setLevelCode(row, which, levels.get(which).number(level));
  }

  private void setLevelCode(int row, int which, int code) {
    long at = ((long) row * levels.size() + which) * Integer.BYTES;
    levelCodes.bytes().set(JAVA_INT_UNALIGNED, at, code);
  }

  /**
   * Appends units of another table.
   *
   * @param other is not written any more
   */
  public Copying copying(UnitTable other) {
    return new Copying(other);
  }

  /** Appends units of another table, as they are there, with their totals. */
  public final class Copying {
    private final UnitTable other;

    /** What the numbers of the other table's texts are here. */
    private final int[] variantNumbers;

    private final int[][] levelNumbers;

    private Copying(UnitTable other) {
      this.other = other;
      this.variantNumbers = numbers(variants, other.variants);
      this.levelNumbers =
          IntStream.range(0, levels.size())
              .mapToObj(l -> numbers(levels.get(l), other.levels.get(l)))
              .toArray(int[][]::new);
    }

    private static int[] numbers(Names here, Names there) {
      return there.all().stream().mapToInt(here::number).toArray();
    }

    /**
     * Appends a unit.
     *
     * @return its row here
     */
    public int append(int row) {
      int code = other.variantCode(row);
      int copy =
          UnitTable.this.append(
              other.key(row), code > 0 ? variantNumbers[code - 1] + 1 : code, other.exposed(row));
      for (int l = 0; l < levelNumbers.length; l++) {
        setLevelCode(copy, l, levelNumbers[l][other.levelCode(row, l)]);
      }
      if (Arrays.equals(widths, other.widths)) {
        long bytes = layout.rowBytes();
        MemorySegment.copy(other.totals.bytes(), row * bytes, totals.bytes(), copy * bytes, bytes);
      } else {
        for (int c = 0; c < widths.length; c++) {
          set(copy, c, other.total(row, c));
        }
      }
      return copy;
    }
  }

  public long key(int row) {
    return keys.bytes().get(JAVA_LONG_UNALIGNED, (long) row * Long.BYTES);
  }

  /** The keys of some rows. */
  public void keys(int from, int count, long[] into) {
    for (int i = 0; i < count; i++) {
      into[i] = key(from + i);
    }
  }

  /** The least and the greatest key; the least is above the greatest where there are none. */
  record KeyRange(long least, long most) {}

  KeyRange keyRange() {
    MemorySegment all = keys.bytes();
    long end = (long) rows * Long.BYTES;
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (long at = 0; at < end; at += Long.BYTES) {
      long key = all.get(JAVA_LONG_UNALIGNED, at);
      least = Math.min(least, key);
      most = Math.max(most, key);
    }
    return new KeyRange(least, most);
  }

  long exposed(int row) {
    return layout.exposed(totals.bytes(), row);
  }

  public boolean isGone(int row) {
    return variantCode(row) == GONE;
  }

  /** 0 where it met several variants, else a number from 1 up; below 0 where it is gone. */
  int variantCode(int row) {
    return variantCodes.bytes().get(JAVA_INT_UNALIGNED, (long) row * Integer.BYTES);
  }

  int levelCode(int row, int which) {
    return levelCodes
        .bytes()
        .get(JAVA_INT_UNALIGNED, ((long) row * levels.size() + which) * Integer.BYTES);
  }

  Names variants() {
    return variants;
  }

  Names levels(int which) {
    return levels.get(which);
  }

  /**
   * Tells in which columns a unit's totals differ from those it has in another table.
   *
   * @param into where the columns go, in ascending order
   * @return how many they are
   */
  int differing(UnitTable other, int otherRow, int row, int[] into) {
    if (Arrays.equals(widths, other.widths)) {
      return layout.differing(other.totals.bytes(), otherRow, totals.bytes(), row, into);
    }
    int count = 0;
    for (int c = 0; c < widths.length; c++) {
      if (other.total(otherRow, c) != total(row, c)) {
        into[count++] = c;
      }
    }
    return count;
  }

  /**
   * Reads a row for nothing but to have it near: of many rows at once, all are fetched at once.
   *
   * @return some number that depends on what was read, so that it is
   */
  public long touch(int row) {
    return variantCode(row) + layout.touch(totals.bytes(), row);
  }

  long total(int row, int column) {
    return layout.read(totals.bytes(), row, column);
  }

  /**
   * @throws ArithmeticException where the total is no whole number of 64 bits
   */
  void add(int row, int column, long more) {
    set(row, column, Math.addExact(total(row, column), more));
  }

  void set(int row, int column, long total) {
    if (!RowLayout.fits(total, widths[column])) {
      widen(widths[column], total);
    }
    layout.write(totals.bytes(), row, column, total);
  }

  /** All columns that are as narrow get room for a number: it happens three times at most. */
  private void widen(int narrow, long number) {
    int wide = narrow;
    while (!RowLayout.fits(number, wide)) {
      wide *= 2;
    }
    int[] wider = widths.clone();
    for (int c = 0; c < wider.length; c++) {
      wider[c] = wider[c] == narrow ? wide : wider[c];
    }
    RowLayout laid = new RowLayout(wider);
    Block all = new Block(0);
    all.ensure((long) rows * laid.rowBytes());
    for (int row = 0; row < rows; row++) {
      laid.expose(all.bytes(), row, exposed(row));
      for (int c = 0; c < wider.length; c++) {
        laid.write(all.bytes(), row, c, total(row, c));
      }
    }
    totals.close();
    totals = all;
    widths = wider;
    layout = laid;
  }

  @Override
  public void close() {
    List.of(keys, variantCodes, levelCodes, totals).forEach(Block::close);
    if (mapped != null) {
      mapped.close();
    }
  }
}
