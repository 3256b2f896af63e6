package dev.headrace.ml.online;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.ValueStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that puts rows until memory has no room for more; says why it stopped, how many rows it
 * was told are there, and how many of them it can read. Argument: directory.
 */
final class FillingWriter {
  private static final int BATCH = 20;
  private static final String TEXT = "x".repeat(1_500);

  private FillingWriter() {}

  static EntityKey user(long number) {
    return KilledWriter.VIEW.keyCodec().encode(List.of(number));
  }

  private static List<OnlineRow> batch(long from) {
    List<OnlineRow> rows = new ArrayList<>();
    for (long number = from; number < from + BATCH; number++) {
      rows.add(
          KilledWriter.VIEW.row(
              user(number), KilledWriter.START, KilledWriter.START, List.of(number, TEXT)));
    }
    return rows;
  }

  static long readable(EmbeddedStore store, long upTo) {
    long found = 0;
    for (long number = 0; number < upTo; number++) {
      var rows = store.read("user", List.of(user(number)), KilledWriter.START);
      if (rows.status(0) == ValueStatus.PRESENT && rows.longAt(0, 0) == number) {
        found++;
      }
    }
    return found;
  }

  public static void main(String[] args) {
    try (EmbeddedStore store =
        EmbeddedStore.open(Path.of(args[0]), Durability.INTERVAL, Duration.ofSeconds(1))) {
      store.begin(KilledWriter.VIEW);
      store.serve(KilledWriter.VIEW.id());
      long put = 0;
      try {
        while (true) {
          store.put(KilledWriter.VIEW.id(), batch(put));
          put += BATCH;
        }
      } catch (HeadraceException e) {
        System.out.println(e.code() + " " + put + " " + readable(store, put));
        System.out.println(e.getMessage() + " " + e.hint());
      }
    }
  }
}
