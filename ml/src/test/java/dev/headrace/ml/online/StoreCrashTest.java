package dev.headrace.ml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ValueStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed ({@code SIGKILL}) at random moments, again and again. */
class StoreCrashTest {
  private static final long NOTHING = -1;

  @TempDir Path directory;

  @Test
  void killedAtAFewInstants_keepsEveryAcknowledgedWrite() throws Exception {
    killAgainAndAgain(3, Durability.INTERVAL, new Random(17));
    killAgainAndAgain(3, Durability.ALWAYS, new Random(18));
  }

  @Test
  @Tag("slow")
  void killedAt200Instants_keepsEveryAcknowledgedWrite() throws Exception {
    killAgainAndAgain(100, Durability.INTERVAL, new Random(19));
    killAgainAndAgain(100, Durability.ALWAYS, new Random(20));
  }

  @Test
  void openInAnotherProcess_isRefusedWithItsNumber() throws Exception {
    Process holder = start(Durability.INTERVAL, new long[KilledWriter.WRITERS]);
    try (BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("ready");
      assertThatThrownBy(() -> EmbeddedStore.open(directory, Durability.ALWAYS, KilledWriter.OFTEN))
          .hasMessageContaining("another process has it (process " + holder.pid() + ")");
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  private void killAgainAndAgain(int times, Durability durability, Random random) throws Exception {
    long[] acknowledged = new long[KilledWriter.WRITERS];
    Arrays.fill(acknowledged, NOTHING);
    long[] begun = stored(acknowledged);
    for (int i = 0; i < times; i++) {
      run(durability, begun, acknowledged, random.nextInt(250));
      begun = stored(acknowledged);
    }
    assertThat(Arrays.stream(acknowledged).min().orElseThrow())
        .as("something was written")
        .isPositive();
  }

  /** Lets a process write for a while and kills it; notes what it was told is safe. */
  private void run(Durability durability, long[] begun, long[] acknowledged, int millis)
      throws Exception {
    Process writer = start(durability, begun);
    try (BufferedReader said = writer.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("ready");
      CompletableFuture<Void> killing =
          CompletableFuture.runAsync(
              writer.toHandle()::destroyForcibly, // Unlike the process's own, leaves the pipe.
              CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        int space = line.indexOf(' ');
        acknowledged[Integer.parseInt(line.substring(0, space))] =
            Long.parseLong(line.substring(space + 1));
      }
      killing.join();
      assertThat(writer.waitFor()).as("killed, not ended").isEqualTo(128 + 9);
    } finally {
      writer.destroyForcibly().waitFor();
    }
  }

  private Process start(Durability durability, long[] from) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                directory.toString(),
                durability.name()));
    for (long tick : from) {
      command.add(Long.toString(tick));
    }
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Opens what the crash left and compares it with what was acknowledged; where to go on. */
  private long[] stored(long[] acknowledged) {
    long[] next = new long[KilledWriter.WRITERS];
    try (EmbeddedStore store =
        EmbeddedStore.open(directory, Durability.INTERVAL, KilledWriter.OFTEN)) {
      store.begin(KilledWriter.VIEW);
      store.serve(KilledWriter.VIEW.id());
      for (int writer = 0; writer < next.length; writer++) {
        List<EntityKey> keys = new ArrayList<>();
        for (int user = 0; user < KilledWriter.USERS_PER_BATCH; user++) {
          keys.add(KilledWriter.user(writer, user));
        }
        OnlineRows rows = store.read("user", keys, KilledWriter.START);
        long tick = rows.status(0) == ValueStatus.MISSING ? NOTHING : rows.longAt(0, 0);
        if (acknowledged[writer] != NOTHING) {
          // The write under way may have been finished; none after it was begun.
          assertThat(tick - acknowledged[writer]).isBetween(0L, 1L);
        }
        for (int user = 0; tick >= 0 && user < keys.size(); user++) {
          assertThat(rows.longAt(user, 0)).as("whole").isEqualTo(tick);
          assertThat(rows.value(user, 1)).isEqualTo(KilledWriter.text(tick));
        }
        next[writer] = tick + 1;
        acknowledged[writer] = tick;
      }
    }
    return next;
  }
}
