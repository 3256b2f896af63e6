package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Times are sorted as the JDK sorts them, equal ones in their order. */
class ScratchTest {
  private static final int[] COUNTS = {0, 1, 2, 23, 24, 25, 300, 4_095, 4_096, 20_000};

  private static void assertSorted(Scratch scratch, long[] times) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(JAVA_LONG, times.length + 3L);
      MemorySegment.copy(times, 0, source, JAVA_LONG, 3 * Long.BYTES, times.length);
      scratch.sort(source, 3, times.length);
    }
    int[] order =
        IntStream.range(0, times.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> times[i]))
            .mapToInt(i -> i)
            .toArray();
    assertThat(Arrays.copyOf(scratch.order(), times.length)).isEqualTo(order);
    assertThat(Arrays.copyOf(scratch.times(), times.length))
        .isEqualTo(Arrays.stream(order).mapToLong(i -> times[i]).toArray());
  }

  @Test
  void sort_ofTimesAroundAnEpoch_isTheJdks() {
    Random random = new Random(17);
    Scratch scratch = new Scratch();
    for (int count : COUNTS) {
      assertSorted(scratch, random.longs(count, -50, 50).toArray());
      assertSorted(scratch, random.longs(count, -1L << 40, 1L << 41).toArray());
      assertSorted(scratch, random.longs(count).toArray());
    }
  }

  @Test
  void sort_ofWhatIsSortedOrTurned_isTheJdks() {
    Scratch scratch = new Scratch();
    for (int count : COUNTS) {
      assertSorted(scratch, IntStream.range(0, count).mapToLong(i -> i / 3).toArray());
      assertSorted(scratch, IntStream.range(0, count).mapToLong(i -> 1_000_000L - i).toArray());
    }
  }
}
