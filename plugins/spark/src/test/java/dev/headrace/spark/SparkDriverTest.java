package dev.headrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The driver's process: that it never outlives us, and what happens when it dies. */
@Timeout(180)
class SparkDriverTest {
  private static final Schema NUMBERS = new Schema(List.of(new Field(1, "x", Primitive.LONG)));

  @TempDir Path lake;

  @Test
  void driver_killedWhileItWrites_leavesNoFileAndIsStartedAgain() throws Exception {
    try (SparkDriver driver = SparkDriver.of(SharedDriver.launch("killed", "700m"));
        ExecutorService executor = Executors.newSingleThreadExecutor()) {
      SqlEngine engine = SparkEngine.open(driver, SparkAccess.to(List.of(lake)));
      // Rows without end, so that files are open when the process dies.
      Query endless = Query.of("select id as x from range(1000000000000)", Map.of());
      WriteTarget target = new WriteTarget(lake, "run1", NUMBERS, Optional.empty());
      Callable<List<WrittenFile>> write = () -> engine.write(endless, target, Watch.none());
      Future<List<WrittenFile>> written = executor.submit(write);
      await(() -> files().anyMatch(name -> name.startsWith("run1-")));

      Objects.requireNonNull(driver.process()).destroyForcibly();

      Exception failure = catchThrowableOfType(Exception.class, written::get);
      assertThat(failure.getCause()).isInstanceOf(HeadraceException.class);
      HeadraceException e = (HeadraceException) failure.getCause();
      assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_DRIVER_LOST);
      assertThat(e.code().kind()).isEqualTo(ErrorKind.EXTERNAL);
      assertThat(e.hint()).contains("killed.log");
      assertThat(files()).isEmpty();

      Query again = Query.of("select id as x from range(10)", Map.of());
      assertThat(engine.write(again, target, Watch.none()).getFirst().rows()).isEqualTo(10);
    }
  }

  @Test
  void driver_whoseParentIsKilled_ends() throws Exception {
    Path pid = lake.resolve("pid");
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                pid.toString())
            .inheritIO()
            .start();
    try {
      await(() -> Files.exists(pid) && Files.size(pid) > 0);
      ProcessHandle driver =
          ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
      assertThat(driver.isAlive()).isTrue();

      parent.destroyForcibly(); // kill -9: no hook of ours runs.

      await(() -> !driver.isAlive());
    } finally {
      parent.destroyForcibly();
    }
  }

  /** A process that starts a driver and then does nothing. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      SparkDriver driver = SparkDriver.of(SharedDriver.launch("orphan", "600m"));
      try (Rows rows =
          SparkEngine.open(driver, SparkAccess.to(List.of()))
              .execute(Query.of("select 1", Map.of()), Watch.none())) {
        rows.next();
      }
      Path ready = Path.of(args[0] + ".new");
      Files.writeString(ready, Objects.requireNonNull(driver.process()).pid() + "\n");
      Files.move(ready, Path.of(args[0]));
      Thread.sleep(Duration.ofMinutes(5));
    }
  }

  @Test
  void driver_closed_ends() {
    SparkDriver driver = SparkDriver.of(SharedDriver.launch("closed", "600m"));
    SqlEngine engine = SparkEngine.open(driver, SparkAccess.to(List.of()));
    engine.describe(Query.of("select 1 as x", Map.of()));
    ProcessHandle process = Objects.requireNonNull(driver.process());

    driver.close();

    assertThat(process.isAlive()).isFalse();
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class, () -> engine.describe(Query.of("select 1", Map.of())));
    assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_CLOSED);
  }

  @Test
  void requestWithoutTheSecret_isRefused_andTheSecretIsOnNoCommandLine() throws Exception {
    DriverClient client = SharedDriver.get().client();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(client.address() + "/work"))
            .header("Authorization", "Bearer wrong")
            .POST(BodyPublishers.ofString("{}"))
            .build();

    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode())
        .isEqualTo(401);
    assertThat(Objects.requireNonNull(SharedDriver.get().process()).info().commandLine())
        .hasValueSatisfying(line -> assertThat(line).doesNotContain(client.secret()));
  }

  @Test
  void masterThatSparkDoesNotKnow_isToldAtTheStart() {
    SparkLaunch launch = SharedDriver.launch("wrong", "600m", "nonsense");
    try (SparkDriver driver = SparkDriver.of(launch)) {
      SqlEngine engine = SparkEngine.open(driver, SparkAccess.to(List.of()));
      HeadraceException e =
          catchThrowableOfType(
              HeadraceException.class, () -> engine.describe(Query.of("select 1", Map.of())));
      assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_START);
      assertThat(e).hasMessageContaining("nonsense");
      assertThat(e.hint()).contains("wrong.log");
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    while (!condition.holds()) {
      Thread.sleep(50); // The test's time limit ends it.
    }
  }

  private Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(lake)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
