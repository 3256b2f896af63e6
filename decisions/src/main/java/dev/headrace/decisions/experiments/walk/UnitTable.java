package dev.headrace.decisions.experiments.walk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.IdentityHashMap;
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
  private int[] offsets;
  private int rowBytes;
  private int rows;
  private final @Nullable Arena mapped;
  private final IdentityHashMap<UnitTable, Translation> translations = new IdentityHashMap<>();

  /**
   * @param levels how many things a unit has a level of
   * @param widths bytes of each column's totals: 1, 2, 4 or 8
   * @param capacity units that there is room for at once; more find room, too
   */
  UnitTable(int levels, List<Integer> widths, long capacity) {
    this.widths = widths.stream().mapToInt(Integer::intValue).toArray();
    this.offsets = new int[this.widths.length];
    this.rowBytes = layOut(this.widths, offsets);
    this.variants = new Names();
    this.levels = IntStream.range(0, levels).mapToObj(_ -> new Names()).toList();
    this.keys = new Block(capacity * Long.BYTES);
    this.variantCodes = new Block(capacity * Integer.BYTES);
    this.levelCodes = new Block(capacity * Integer.BYTES * levels);
    this.totals = new Block(capacity * rowBytes);
    this.mapped = null;
  }

  /** What lies in a file. */
  UnitTable(UnitFile.Parts parts, Arena mapped) {
    this.widths = parts.widths().stream().mapToInt(Integer::intValue).toArray();
    this.offsets = new int[widths.length];
    this.rowBytes = layOut(widths, offsets);
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

  private static int layOut(int[] widths, int[] offsets) {
    int bytes = Long.BYTES; // The moment of exposure, which every row is compared with.
    for (int c = 0; c < widths.length; c++) {
      offsets[c] = bytes;
      bytes += widths[c];
    }
    return bytes;
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
    totals.ensure((long) rows * rowBytes);
    keys.bytes().set(JAVA_LONG_UNALIGNED, (long) row * Long.BYTES, key);
    totals.bytes().set(JAVA_LONG_UNALIGNED, (long) row * rowBytes, exposed);
    variantCodes.bytes().set(JAVA_INT_UNALIGNED, (long) row * Integer.BYTES, variantCode);
    return row;
  }

  /** A unit that takes part no more. */
  public int appendGone(long key) {
    return append(key, GONE, 0);
  }

  /** A unit as it is in another table, with its totals. */
  public int append(UnitTable other, int row) {
    Translation own = translation(other);
    int code = other.variantCode(row);
    int copy = append(other.key(row), code > 0 ? own.variant(code) : code, other.exposed(row));
    for (int l = 0; l < levels.size(); l++) {
      setLevelCode(copy, l, own.level(l, other.levelCode(row, l)));
    }
    if (Arrays.equals(widths, other.widths)) {
      MemorySegment.copy(
          other.totals.bytes(),
          (long) row * rowBytes,
          totals.bytes(),
          (long) copy * rowBytes,
          rowBytes);
    } else {
      for (int c = 0; c < widths.length; c++) {
        set(copy, c, other.total(row, c));
      }
    }
    return copy;
  }

  void setLevel(int row, int which, String level) {
    setLevelCode(row, which, levels.get(which).number(level));
  }

  private void setLevelCode(int row, int which, int code) {
    long at = ((long) row * levels.size() + which) * Integer.BYTES;
    levelCodes.bytes().set(JAVA_INT_UNALIGNED, at, code);
  }

  private Translation translation(UnitTable other) {
    Translation known = translations.get(other);
    if (known == null) {
      known = new Translation(other);
      translations.put(other, known);
    }
    return known;
  }

  /** What the numbers of another table's texts are here, found when they are first met. */
  private final class Translation {
    private final UnitTable other;
    private final int[] variantCodes;
    private final int[][] levelCodes;

    Translation(UnitTable other) {
      this.other = other;
      this.variantCodes = new int[other.variants.size() + 1];
      this.levelCodes = new int[levels.size()][];
      for (int l = 0; l < levelCodes.length; l++) {
        levelCodes[l] = new int[other.levels.get(l).size()];
      }
    }

    int variant(int code) {
      if (variantCodes[code] == 0) {
        variantCodes[code] = variants.number(other.variants.text(code - 1)) + 1;
      }
      return variantCodes[code];
    }

    int level(int which, int code) {
      int[] known = levelCodes[which];
      if (code >= known.length) {
        return levels.get(which).number(other.levels.get(which).text(code));
      }
      if (known[code] == 0) {
        known[code] = levels.get(which).number(other.levels.get(which).text(code)) + 1;
      }
      return known[code] - 1;
    }
  }

  public long key(int row) {
    return keys.bytes().get(JAVA_LONG_UNALIGNED, (long) row * Long.BYTES);
  }

  long exposed(int row) {
    return totals.bytes().get(JAVA_LONG_UNALIGNED, (long) row * rowBytes);
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
    int count = 0;
    if (!Arrays.equals(widths, other.widths)) {
      for (int c = 0; c < widths.length; c++) {
        if (other.total(otherRow, c) != total(row, c)) {
          into[count++] = c;
        }
      }
      return count;
    }
    long theirs = (long) otherRow * rowBytes;
    long ours = (long) row * rowBytes;
    int column = 0;
    while (column < widths.length) {
      int from = offsets[column];
      long same =
          MemorySegment.mismatch(
              other.totals.bytes(),
              theirs + from,
              theirs + rowBytes,
              totals.bytes(),
              ours + from,
              ours + rowBytes);
      if (same < 0) {
        break;
      }
      while (column < widths.length - 1 && offsets[column + 1] <= from + same) {
        column++;
      }
      into[count++] = column++;
    }
    return count;
  }

  long total(int row, int column) {
    return read(totals.bytes(), (long) row * rowBytes + offsets[column], widths[column]);
  }

  /**
   * @throws ArithmeticException where the total is no whole number of 64 bits
   */
  void add(int row, int column, long more) {
    set(row, column, Math.addExact(total(row, column), more));
  }

  void set(int row, int column, long total) {
    if (!fits(total, widths[column])) {
      widen(widths[column], total);
    }
    write(totals.bytes(), (long) row * rowBytes + offsets[column], widths[column], total);
  }

  private static boolean fits(long total, int width) {
    int free = Long.SIZE - width * Byte.SIZE;
    return total << free >> free == total;
  }

  private static long read(MemorySegment from, long at, int width) {
    return switch (width) {
      case 1 -> from.get(JAVA_BYTE, at);
      case 2 -> from.get(JAVA_SHORT_UNALIGNED, at);
      case 4 -> from.get(JAVA_INT_UNALIGNED, at);
      default -> from.get(JAVA_LONG_UNALIGNED, at);
    };
  }

  private static void write(MemorySegment to, long at, int width, long total) {
    switch (width) {
      case 1 -> to.set(JAVA_BYTE, at, (byte) total);
      case 2 -> to.set(JAVA_SHORT_UNALIGNED, at, (short) total);
      case 4 -> to.set(JAVA_INT_UNALIGNED, at, (int) total);
      default -> to.set(JAVA_LONG_UNALIGNED, at, total);
    }
  }

  /** All columns that are as narrow get room for a number: it happens three times at most. */
  private void widen(int narrow, long number) {
    int wide = narrow;
    while (!fits(number, wide)) {
      wide *= 2;
    }
    int[] wider = widths.clone();
    for (int c = 0; c < wider.length; c++) {
      wider[c] = wider[c] == narrow ? wide : wider[c];
    }
    int[] at = new int[wider.length];
    int bytes = layOut(wider, at);
    Block all = new Block((long) Math.max(rows, 1) * bytes);
    for (int row = 0; row < rows; row++) {
      all.bytes().set(JAVA_LONG_UNALIGNED, (long) row * bytes, exposed(row));
      for (int c = 0; c < wider.length; c++) {
        write(all.bytes(), (long) row * bytes + at[c], wider[c], total(row, c));
      }
    }
    totals.close();
    totals = all;
    widths = wider;
    offsets = at;
    rowBytes = bytes;
  }

  @Override
  public void close() {
    List.of(keys, variantCodes, levelCodes, totals).forEach(Block::close);
    if (mapped != null) {
      mapped.close();
    }
  }
}
