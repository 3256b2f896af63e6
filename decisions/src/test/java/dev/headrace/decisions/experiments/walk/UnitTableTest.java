package dev.headrace.decisions.experiments.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitTableTest {
  private static final int COLUMNS = 5;
  private static final List<Integer> WIDTHS = List.of(1, 2, 4, 8, 2);

  @TempDir Path directory;

  @Test
  void add_ofNumbersThatOutgrowTheirBytes_keepsEveryTotal() {
    Random random = new Random(3);
    long[][] expected = new long[200][COLUMNS];
    try (UnitTable table = new UnitTable(1, WIDTHS, 2)) {
      for (int row = 0; row < expected.length; row++) {
        assertThat(table.append(row * 10L, row % 3 == 0 ? null : "v" + row % 2, -row))
            .isEqualTo(row);
        table.setLevel(row, 0, "L" + row % 4);
      }
      for (int i = 0; i < 20_000; i++) {
        int row = random.nextInt(expected.length);
        int column = random.nextInt(COLUMNS);
        long more = random.nextInt() >> random.nextInt(32);
        table.add(row, column, more);
        expected[row][column] += more;
      }
      assertThat(table.widths()).isEqualTo(List.of(8, 8, 8, 8, 8));
      assertTotals(table, expected);

      Path file = directory.resolve("a" + UnitFile.SUFFIX);
      UnitFile.write(table, file);
      try (UnitTable read = UnitFile.open(file);
          UnitTable copy = new UnitTable(1, WIDTHS, 0)) {
        assertTotals(read, expected);
        UnitTable.Copying copying = copy.copying(read);
        for (int row = 0; row < expected.length; row++) {
          assertThat(copying.append(row)).isEqualTo(row);
        }
        assertTotals(copy, expected);
      }
    }
  }

  private static void assertTotals(UnitTable table, long[][] expected) {
    assertThat(table.rows()).isEqualTo(expected.length);
    for (int row = 0; row < expected.length; row++) {
      assertThat(table.key(row)).isEqualTo(row * 10L);
      assertThat(table.exposed(row)).isEqualTo(-row);
      assertThat(table.isGone(row)).isFalse();
      int variant = table.variantCode(row);
      assertThat(variant == 0 ? null : table.variants().text(variant - 1))
          .isEqualTo(row % 3 == 0 ? null : "v" + row % 2);
      assertThat(table.levels(0).text(table.levelCode(row, 0))).isEqualTo("L" + row % 4);
      for (int column = 0; column < COLUMNS; column++) {
        assertThat(table.total(row, column)).isEqualTo(expected[row][column]);
      }
    }
  }

  @Test
  void add_beyond64Bits_isRefused() {
    try (UnitTable table = new UnitTable(0, List.of(8), 1)) {
      int row = table.append(1, "a", 0);
      table.add(row, 0, Long.MAX_VALUE);
      assertThatThrownBy(() -> table.add(row, 0, 1)).isInstanceOf(ArithmeticException.class);
      assertThat(table.total(row, 0)).isEqualTo(Long.MAX_VALUE);
    }
  }

  /** Columns that end anywhere in a word, rows of any length, and tables that are not as wide. */
  @Test
  void differing_isTheColumnsWhoseTotalsAreOthers() {
    Random random = new Random(11);
    int[] into = new int[40];
    for (int round = 0; round < 2_000; round++) {
      List<Integer> widths =
          random.ints(1 + random.nextInt(40), 0, 4).mapToObj(power -> 1 << power).toList();
      try (UnitTable former = new UnitTable(0, widths, 0);
          UnitTable table = new UnitTable(0, widths, 0)) {
        former.append(7, "a", 99);
        int was = former.append(8, "a", 100);
        for (int c = 0; c < widths.size(); c++) {
          former.set(was, c, random.nextInt(-100, 100));
        }
        int row = table.copying(former).append(was);
        List<Integer> expected = new ArrayList<>();
        for (int c = 0; c < widths.size(); c++) {
          if (random.nextInt(4) == 0) {
            table.add(row, c, random.nextBoolean() ? 1 : random.nextInt(1, 1 << 20));
            expected.add(c);
          }
        }
        int count = table.differing(former, was, row, into);
        assertThat(IntStream.of(into).limit(count).boxed().toList())
            .as("%s", widths)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void appendGone_isToldFromUnitsThatMetSeveralVariants() {
    try (UnitTable table = new UnitTable(0, List.of(1), 1)) {
      assertThat(table.isGone(table.append(1, null, 0))).isFalse();
      assertThat(table.isGone(table.appendGone(2))).isTrue();
    }
  }
}
