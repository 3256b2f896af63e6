package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Reach;
import dev.headrace.spi.error.HeadraceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  @TempDir Path directory;

  private static RunLock lock(Path state) {
    return lock(state, Duration.ZERO);
  }

  /** A ledger that only this machine can open grants everything: the directory alone matters. */
  private static RunLock lock(Path state, Duration patience) {
    try (Ledger ledger = Ledger.open(Path.of(":memory:"), Clock.systemUTC())) {
      return RunLock.acquire(state, ledger, Reach.of("prod"), patience);
    }
  }

  @Test
  void acquire_heldByThisProcess_isRefused_andStaysHeldForOthers() throws Exception {
    try (RunLock _ = lock(directory)) {
      assertInProgress(ProcessHandle.current().pid());
      // A refusal must not give the lock away.
      assertThat(probe()).isEqualTo("RUN_IN_PROGRESS");
    }
    assertThat(probe()).isEqualTo("free");
    lock(directory).close();
  }

  @Test
  void acquire_heldByAnotherProcess_isRefusedWithItsNumber_andFreeOnceItIsKilled()
      throws Exception {
    Process other = start("hold");
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("held");
      assertInProgress(other.pid());
    } finally {
      other.destroyForcibly().waitFor();
    }
    lock(directory).close();
  }

  @Test
  void acquire_patient_getsItWhenTheHolderIsDone() {
    RunLock first = lock(directory);
    CompletableFuture<RunLock> second =
        CompletableFuture.supplyAsync(() -> lock(directory, Duration.ofMinutes(1)));
    assertThat(second).isNotDone();
    first.close();
    second.join().close();
  }

  @Test
  void acquire_otherSpellingOfTheDirectory_isTheSameLock() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
    try (RunLock _ = lock(directory)) {
      assertThatThrownBy(() -> lock(link)).isInstanceOf(HeadraceException.class);
    }
  }

  @Test
  void acquire_stateIsAFile_saysSo() throws Exception {
    Path file = Files.writeString(directory.resolve("state"), "");
    assertThatThrownBy(() -> lock(file))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(RunError.RUN_STATE_UNWRITABLE));
  }

  private void assertInProgress(long holder) {
    assertThatThrownBy(() -> lock(directory))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RunError.RUN_IN_PROGRESS);
              assertThat(e).hasMessageContaining("(process " + holder + ")");
              assertThat(e.hint()).contains("--wait");
            });
  }

  /** What another process is told that asks for the lock. */
  private String probe() throws Exception {
    Process process = start("try");
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return answer;
  }

  private Process start(String mode) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            directory.toString(),
            mode)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Another process that wants the lock. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws Exception {
      try (RunLock _ = lock(Path.of(args[0]))) {
        System.out.println(args[1].equals("hold") ? "held" : "free");
        if (args[1].equals("hold")) {
          Thread.sleep(Duration.ofMinutes(1));
        }
      } catch (HeadraceException e) {
        System.out.println(e.code());
      }
    }
  }
}
