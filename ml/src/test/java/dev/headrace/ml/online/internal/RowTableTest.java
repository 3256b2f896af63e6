package dev.headrace.ml.online.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.RowBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowTableTest {
  private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;

  private static EntityKey key(long number) {
    return new EntityKey(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  /** A row that tells whose it is; torn from two of them, its end does not follow from its head. */
  private static RowBytes row(long number, int version, int fill) {
    byte[] row = new byte[HEAD_BYTES + fill];
    ByteBuffer.wrap(row).putLong(number).putInt(version);
    Arrays.fill(row, HEAD_BYTES, row.length, (byte) (31 * number + version));
    return RowBytes.of(row);
  }

  /** The version of a row that is whole and of this key. */
  private static int version(RowBytes row, long number) {
    ByteBuffer bytes = ByteBuffer.wrap(row.array(), row.offset(), row.length());
    assertThat(bytes.getLong()).isEqualTo(number);
    int version = bytes.getInt();
    while (bytes.hasRemaining()) {
      if (bytes.get() != (byte) (31 * number + version)) {
        throw new AssertionError("a torn row of " + number + " at version " + version);
      }
    }
    return version;
  }

  private static @Nullable String text(@Nullable RowBytes row) {
    return row == null
        ? null
        : HexFormat.of().formatHex(row.array(), row.offset(), row.offset() + row.length());
  }

  @Test
  void put_andGet_areThoseOfAMap() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    RowTable table = new RowTable();
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < 60_000; i++) {
      byte[] bytes = new byte[random.nextInt(4)]; // Few and short: many are put again.
      random.nextBytes(bytes);
      RowBytes row = row(i, 0, random.nextInt(20));
      table.put(new EntityKey(bytes), row);
      expected.put(HexFormat.of().formatHex(bytes), String.valueOf(text(row)));
    }
    assertThat(table.size()).isEqualTo(expected.size());
    expected.forEach(
        (key, row) ->
            assertThat(text(table.get(new EntityKey(HexFormat.of().parseHex(key)))))
                .isEqualTo(row));
    assertThat(table.get(key(1))).as("longer than any").isNull();
    assertThat(visited(table)).isEqualTo(expected);
  }

  private static Map<String, String> visited(RowTable table) throws IOException {
    Map<String, String> visited = new HashMap<>();
    table.visit(
        (key, row) ->
            assertThat(visited.put(HexFormat.of().formatHex(key), String.valueOf(text(row))))
                .as("a key visited before")
                .isNull());
    return visited;
  }

  @Test
  void put_rowsOfAllSizes_areFoundAgain() {
    RowTable table = new RowTable();
    int[] fills = {0, 1, 3_000, 5_000, 200_000, 262_144, 300_000, 1 << 20, (1 << 21) + 5};
    for (int version = 0; version < 3; version++) {
      for (int i = 0; i < fills.length; i++) {
        table.put(key(i), row(i, version, fills[(i + version) % fills.length]));
      }
      for (int i = 0; i < fills.length; i++) {
        RowBytes found = table.get(key(i));
        assertThat(found).isNotNull();
        assertThat(found.length()).isEqualTo(HEAD_BYTES + fills[(i + version) % fills.length]);
        assertThat(version(found, i)).isEqualTo(version);
      }
    }
  }

  @Test
  void put_theSameRowsAgainAndAgain_takesAQuarterMoreAtMost() {
    SplittableRandom random = new SplittableRandom(11);
    RowTable table = new RowTable();
    int keys = 20_000;
    int fill = 200;
    long entry = Slab.sizeOf(Long.BYTES, HEAD_BYTES + fill);
    for (int number = 0; number < keys; number++) {
      table.put(key(number), row(number, 0, fill));
    }
    for (int i = 1; i <= 150_000; i++) { // In no order: holes are everywhere.
      int number = random.nextInt(keys);
      table.put(key(number), row(number, i, fill));
    }
    long rows = keys * entry;
    assertThat(table.heldBytes()).isBetween(rows, rows * 5 / 4 + (3 << 20));
    for (int number = 0; number < keys; number++) {
      RowBytes found = table.get(key(number));
      assertThat(found).isNotNull();
      version(found, number);
    }
  }

  @Test
  void put_oneKeyForever_staysSmall() {
    RowTable table = new RowTable();
    for (int version = 0; version < 200_000; version++) {
      table.put(key(1), row(1, version, 100));
      if (version % 1_000 == 0) {
        table.put(key(2), row(2, version, 400_000)); // Larger than a slab of small ones lets in.
      }
    }
    RowBytes found = table.get(key(1));
    assertThat(found).isNotNull();
    assertThat(version(found, 1)).isEqualTo(199_999);
    assertThat(table.heldBytes()).isLessThan(3 << 20);
  }

  /** What a reader must see whatever the writer does: whole rows, none lost, never back in time. */
  private static Callable<Long> reader(
      RowTable table, int keys, int present, int seed, AtomicBoolean done) {
    return () -> {
      int[] seen = new int[keys];
      SplittableRandom random = new SplittableRandom(seed);
      long found = 0;
      while (!done.get()) {
        int number = random.nextInt(keys);
        RowBytes row = table.get(key(number));
        if (row == null) {
          assertThat(number).as("a key that was there").isGreaterThanOrEqualTo(present);
          assertThat(seen[number]).as("a key that was seen").isZero();
        } else {
          found++;
          int version = version(row, number);
          assertThat(version).isGreaterThanOrEqualTo(seen[number]);
          seen[number] = version;
        }
      }
      return found;
    };
  }

  @Test
  void get_whileAnotherThreadPuts_seesWholeRowsAndNothingOlderThanBefore() throws Exception {
    int keys = 5_000;
    int present = 500;
    RowTable table = new RowTable();
    AtomicBoolean done = new AtomicBoolean();
    for (int number = 0; number < present; number++) {
      table.put(key(number), row(number, 1, 50));
    }
    try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
      List<Future<Long>> running = new ArrayList<>();
      running.add(readers.submit(reader(table, keys, present, 3, done)));
      running.add(readers.submit(reader(table, keys, present, 4, done)));
      SplittableRandom random = new SplittableRandom(5);
      for (int version = 2; version <= 40; version++) { // In order: slabs are hollow at once.
        for (int number = 0; number < keys; number++) {
          table.put(key(number), row(number, version, random.nextInt(100)));
        }
      }
      for (int version = 41; version <= 250_000; version++) { // In none: slabs are cleaned.
        int number = random.nextInt(keys);
        table.put(key(number), row(number, version, random.nextInt(100)));
      }
      done.set(true);
      for (Future<Long> each : running) {
        assertThat(each.get()).isPositive();
      }
    }
    assertThat(table.size()).isEqualTo(keys);
  }

  @Test
  void get_whileTheTableGrows_losesNoKey() throws Exception {
    for (int round = 0; round < 20; round++) { // From the first slots on: growth is most of it.
      RowTable table = new RowTable();
      AtomicBoolean done = new AtomicBoolean();
      table.put(key(0), row(0, 1, 10));
      try (ExecutorService readers = Executors.newFixedThreadPool(1)) {
        Future<Long> running = readers.submit(reader(table, 4_000, 1, round, done));
        for (int number = 1; number < 4_000; number++) {
          table.put(key(number), row(number, 1, 10));
          table.put(key(number / 2), row(number / 2, number + 1, 12));
        }
        done.set(true);
        running.get();
      }
    }
  }

  @Test
  void visit_whileAnotherThreadPuts_meetsEveryKeyOnceWithAWholeRow() throws Exception {
    int keys = 3_000;
    RowTable table = new RowTable();
    for (int number = 0; number < keys; number++) {
      table.put(key(number), row(number, 1, 30));
    }
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService visitors = Executors.newFixedThreadPool(1)) {
      Future<Integer> visiting =
          visitors.submit(
              () -> {
                int rounds = 0;
                int[] before = new int[keys];
                while (!done.get()) {
                  int[] versions = new int[keys];
                  table.visit(
                      (key, row) -> {
                        int number = (int) ByteBuffer.wrap(key).getLong();
                        int version = version(row, number);
                        if (number < keys) {
                          assertThat(versions[number]).as("visited before").isZero();
                          versions[number] = version;
                        }
                      });
                  for (int number = 0; number < keys; number++) {
                    assertThat(versions[number]).isPositive();
                    assertThat(versions[number]).isGreaterThanOrEqualTo(before[number]);
                  }
                  before = versions;
                  rounds++;
                }
                return rounds;
              });
      SplittableRandom random = new SplittableRandom(9);
      int next = keys;
      for (int version = 2; version <= 150_000; version++) {
        int number = random.nextInt(keys);
        table.put(key(number), row(number, version, random.nextInt(60)));
        if (version % 20 == 0) {
          table.put(key(next), row(next, version, 5)); // So that it grows meanwhile.
          next++;
        }
      }
      done.set(true);
      assertThat(visiting.get()).isPositive();
    }
  }
}
