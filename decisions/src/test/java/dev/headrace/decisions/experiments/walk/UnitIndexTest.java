package dev.headrace.decisions.experiments.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitIndexTest {
  private final Random random = new Random(7);

  @Test
  void find_ofHashedKeys_isThatOfAMap() {
    Map<Long, Integer> expected = new HashMap<>();
    try (UnitIndex index = new UnitIndex(0)) {
      for (int row = 0; row < 20_000; row++) {
        long key = row % 3 == 0 ? random.nextInt(5_000) : random.nextLong();
        Integer before = expected.put(key, row);
        assertThat(index.put(key, row)).isEqualTo(before == null ? UnitIndex.NONE : before);
      }
      expected.forEach((key, row) -> assertThat(index.find(key)).isEqualTo(row));
      assertThat(index.find(-12_345)).isEqualTo(UnitIndex.NONE);
    }
  }

  @Test
  void find_ofKeysThatLieClose_isWhereTheyWerePut() {
    try (UnitTable table = new UnitTable(0, List.of(1), 0)) {
      for (long key = -50; key < 50; key += 2) {
        table.append(key, "a", 0);
      }
      try (UnitIndex index = UnitWalk.index(table)) {
        for (int row = 0; row < table.rows(); row++) {
          assertThat(index.find(table.key(row))).isEqualTo(row);
          assertThat(index.find(table.key(row) + 1)).isEqualTo(UnitIndex.NONE);
        }
        assertThat(index.find(Long.MIN_VALUE)).isEqualTo(UnitIndex.NONE);
        assertThat(index.find(Long.MAX_VALUE)).isEqualTo(UnitIndex.NONE);
        assertThat(index.put(-50, 99)).isZero();
        assertThat(index.find(-50)).isEqualTo(99);
      }
    }
  }

  @Test
  void of_keysThatAreAsFarApartAsCanBe_isHashed() {
    try (UnitTable table = new UnitTable(0, List.of(1), 0)) {
      table.append(Long.MIN_VALUE, "a", 0);
      table.append(Long.MAX_VALUE, "a", 0);
      table.append(0, "a", 0);
      try (UnitIndex index = UnitWalk.index(table)) {
        assertThat(index.find(Long.MIN_VALUE)).isZero();
        assertThat(index.find(Long.MAX_VALUE)).isOne();
        assertThat(index.find(0)).isEqualTo(2);
        assertThat(index.find(1)).isEqualTo(UnitIndex.NONE);
      }
    }
  }
}
