package dev.headrace.ml.online;

import dev.headrace.ml.online.internal.Journal;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that writes to a store until it is killed, and says of each write when it was
 * acknowledged. Its writers have users of their own and count up.
 */
final class KilledWriter {
  static final int WRITERS = 3;
  static final int USERS_PER_BATCH = 7;
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Small enough that snapshots are made all the time, and killed. */
  static final Journal.Limits OFTEN = new Journal.Limits(Duration.ofMillis(20), 32 << 10);

  static final ViewLayout VIEW =
      new ViewLayout(
          new BuildId("user", "v1"),
          new Schema(List.of(Field.unassigned("user_id", Primitive.LONG))),
          new Schema(
              List.of(
                  Field.unassigned("tick", Primitive.LONG),
                  Field.unassigned("text", Primitive.STRING))),
          Optional.empty());

  private KilledWriter() {}

  static EntityKey user(int writer, int user) {
    return VIEW.keyCodec().encode(List.of(1_000L * writer + user));
  }

  static String text(long tick) {
    return "x".repeat((int) (tick % 97)) + tick;
  }

  static List<OnlineRow> batch(int writer, long tick) {
    List<OnlineRow> rows = new ArrayList<>();
    for (int user = 0; user < USERS_PER_BATCH; user++) {
      Instant time = START.plusMillis(tick);
      rows.add(VIEW.row(user(writer, user), time, time, List.of(tick, text(tick))));
    }
    return rows;
  }

  /** Arguments: directory, durability, the tick of each writer to begin at. */
  public static void main(String[] args) throws IOException {
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    EmbeddedStore store = EmbeddedStore.open(Path.of(args[0]), Durability.valueOf(args[1]), OFTEN);
    store.begin(VIEW);
    store.serve(VIEW.id());
    out.write("ready\n".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      long from = Long.parseLong(args[2 + i]);
      Thread.ofPlatform()
          .start(
              () -> {
                for (long tick = from; ; tick++) {
                  store.put(VIEW.id(), batch(writer, tick));
                  try {
                    // One write to the pipe each: the kernel keeps it when this process dies.
                    out.write((writer + " " + tick + "\n").getBytes(StandardCharsets.UTF_8));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }
              });
    }
  }
}
