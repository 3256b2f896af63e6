package dev.headrace.ml.online.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.online.EntityKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
import org.junit.jupiter.api.Test;

class RowTableTest {
  private static EntityKey key(long number) {
    return new EntityKey(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  private static byte[] row(long number, int version) {
    return ByteBuffer.allocate(12).putLong(number).putInt(version).array();
  }

  @Test
  void put_andGet_areThoseOfAMap() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    RowTable table = new RowTable();
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < 60_000; i++) {
      byte[] bytes = new byte[random.nextInt(4)]; // Few and short: many are put again.
      random.nextBytes(bytes);
      byte[] row = row(i, 0);
      table.put(new EntityKey(bytes), row);
      expected.put(HexFormat.of().formatHex(bytes), HexFormat.of().formatHex(row));
    }
    assertThat(table.size()).isEqualTo(expected.size());
    expected.forEach(
        (key, row) ->
            assertThat(table.get(new EntityKey(HexFormat.of().parseHex(key))))
                .isEqualTo(HexFormat.of().parseHex(row)));
    assertThat(table.get(key(1))).as("longer than any").isNull();
    Map<String, String> visited = new HashMap<>();
    table.visit(
        (key, row) ->
            assertThat(visited.put(HexFormat.of().formatHex(key), HexFormat.of().formatHex(row)))
                .as("a key visited before")
                .isNull());
    assertThat(visited).isEqualTo(expected);
  }

  @Test
  void get_whileAnotherThreadPuts_seesWholeRowsAndNothingOlderThanBefore() throws Exception {
    int keys = 5_000;
    RowTable table = new RowTable();
    AtomicBoolean done = new AtomicBoolean();
    Callable<Long> reader =
        () -> {
          int[] seen = new int[keys];
          SplittableRandom random = new SplittableRandom(3);
          long found = 0;
          while (!done.get()) {
            int number = random.nextInt(keys);
            byte[] row = table.get(key(number));
            int version = row == null ? 0 : ByteBuffer.wrap(row).getInt(8);
            if (row != null) {
              found++;
              assertThat(ByteBuffer.wrap(row).getLong()).isEqualTo(number);
            }
            assertThat(version).isGreaterThanOrEqualTo(seen[number]);
            seen[number] = version;
          }
          return found;
        };
    try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
      List<Future<Long>> running = new ArrayList<>();
      running.add(readers.submit(reader));
      running.add(readers.submit(reader));
      for (int version = 1; version <= 60; version++) {
        for (int number = 0; number < keys; number++) {
          table.put(key(number), row(number, version));
        }
      }
      done.set(true);
      for (Future<Long> each : running) {
        assertThat(each.get()).isPositive();
      }
    }
    assertThat(table.size()).isEqualTo(keys);
  }
}
