package dev.headrace.ml.features.internal.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers for keys against a {@link HashMap}. */
class LongIdsTest {
  @Test
  void add_ofKeysOldAndNew_numbersThemInTheirOrder() {
    Random random = new Random(29);
    Map<Long, Integer> expected = new HashMap<>();
    try (LongIds ids = new LongIds()) {
      for (int i = 0; i < 50_000; i++) {
        long key =
            switch (i % 4) {
              case 0 -> random.nextInt(1_000);
              case 1 -> (long) random.nextInt(5_000) << 32;
              case 2 -> random.nextLong();
              default -> -random.nextInt(100) * 4_096L;
            };
        int wanted = expected.computeIfAbsent(key, _ -> expected.size());
        assertThat(ids.add(key)).isEqualTo(wanted);
      }
      assertThat(ids.size()).isEqualTo(expected.size());
      expected.forEach((key, id) -> assertThat(ids.find(key)).isEqualTo(id));
      assertThat(ids.find(123_456_789_123L)).isEqualTo(-1);
    }
  }

  @Test
  void find_ofKeysThatLieClose_tellsTheSameOnceSettled() {
    Random random = new Random(31);
    for (long least : new long[] {-2_000, 0, Long.MAX_VALUE - 4_000, Long.MIN_VALUE}) {
      Map<Long, Integer> expected = new HashMap<>();
      try (LongIds ids = new LongIds()) {
        for (int i = 0; i < 5_000; i++) {
          long key = least + random.nextInt(4_000);
          expected.computeIfAbsent(key, _ -> ids.add(key));
        }
        ids.settle();
        for (int i = -10; i < 4_010; i++) {
          long key = least + i;
          assertThat(ids.find(key)).isEqualTo(expected.getOrDefault(key, -1));
        }
        assertThat(ids.find(least ^ Long.MIN_VALUE)).isEqualTo(-1);
      }
    }
  }

  @Test
  void find_ofTheLeastAndTheGreatestKey_tellsThemApart() {
    try (LongIds ids = new LongIds()) {
      assertThat(ids.add(Long.MIN_VALUE)).isZero();
      assertThat(ids.add(Long.MAX_VALUE)).isEqualTo(1);
      ids.settle();
      assertThat(ids.find(Long.MIN_VALUE)).isZero();
      assertThat(ids.find(Long.MAX_VALUE)).isEqualTo(1);
      assertThat(ids.find(0)).isEqualTo(-1);
    }
  }

  @Test
  void find_ofKeysNobodyAdded_isMinusOne() {
    try (LongIds ids = new LongIds()) {
      assertThat(ids.find(0)).isEqualTo(-1);
      assertThat(ids.add(7)).isZero();
      assertThat(ids.find(0)).isEqualTo(-1);
    }
  }
}
