package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine fails around a run: one clear message, the right exit code, nothing lost. */
class FaultTest {
  @TempDir Path directory;

  @Test
  void gc_killedAtRandomInstants_isCompletedByTheNext() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory.resolve("shop"));
    for (int i = 0; i < 4; i++) {
      shop.file("tables/u.sql", "select id, " + i + " as version from t");
      shop.succeed("run", "--full-refresh");
    }
    Path littered = directory.resolve("littered");
    Workshop.copy(shop.directory(), littered);
    Map<String, List<String>> tables = shop.tables();
    long started = System.nanoTime();
    try (Child child = shop.start("gc", "--keep", "0d")) {
      assertThat(child.await().exitCode()).isZero();
    }
    long nanos = System.nanoTime() - started;
    Random random = new Random(5);
    for (int i = 0; i < 5; i++) {
      shop.become(littered);
      assertThat(LakeFiles.strays(shop, Duration.ZERO)).hasSizeGreaterThan(10);
      try (Child child = shop.start("gc", "--keep", "0d")) {
        // The work is in the second half; the first is the start of the process.
        child.endsWithin(Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2)));
      }
      assertThat(Workshop.differences(tables, shop.tables())).isEmpty();
      shop.succeed("gc", "--keep", "0d");
      assertThat(LakeFiles.strays(shop, Duration.ZERO)).isEmpty();
      assertThat(Workshop.differences(tables, shop.tables())).isEmpty();
    }
  }

  @Test
  void ledger_damaged_isSaidSo_andRemovingTheStateHeals() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory);
    shop.succeed("run");
    Map<String, List<String>> tables = shop.tables();
    Path ledger = shop.state().resolve("ledger.db");
    Files.writeString(ledger, "this is not a database, and it is long enough to be told from one");
    for (String command : List.of("run", "plan", "ls")) {
      Child.End end = shop.command(command);
      assertThat(end.exitCode()).as(end.toString()).isEqualTo(8);
      assertThat(end.err())
          .startsWith("error[LEDGER_DAMAGED]: Cannot open ledger '" + ledger + "': ")
          .contains("hint: Bring a copy of the file back, or remove the project's state directory");
    }
    Workshop.delete(shop.state());
    shop.succeed("run");
    assertThat(Workshop.differences(tables, shop.tables())).isEmpty();
  }

  @Test
  void ledger_ofALaterVersion_isLeftAlone() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory);
    shop.succeed("run");
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + shop.state().resolve("ledger.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("pragma user_version=99");
    }
    Child.End end = shop.command("run");
    assertThat(end.exitCode()).isEqualTo(5);
    assertThat(end.err()).startsWith("error[LEDGER_TOO_NEW]").contains("it has version 99");
  }

  @Test
  void lake_filesRemovedByHand_saysWhatToDo() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory);
    shop.succeed("run");
    try (Stream<Path> versions = Files.list(shop.lake())) {
      for (Path version : versions.filter(path -> path.toString().contains("/t__")).toList()) {
        Workshop.delete(version);
      }
    }
    Child.End end = shop.command("sql", "select * from t");
    assertThat(end.exitCode()).as(end.toString()).isEqualTo(8);
    assertThat(end.err())
        .startsWith("error[LAKE_STORAGE]: Cannot read table 't': NoSuchFileException")
        .contains("hint: A file of the lake was removed");
  }

  /** A disk that is full for one file: a limit on what the process may write, set on the way. */
  @Test
  void run_fileThatCannotBeWritten_publishesNothingAndLeavesNothing() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory);
    shop.file("tables/big.sql", "select range as id from range(10)");
    shop.succeed("run");
    Map<String, List<String>> tables = shop.tables();
    shop.file("tables/slow.sql", ConcurrencyTest.SLOW)
        .file(
            "tables/big.sql",
            "select range as id, sha256(range::text) as hash from range(200000), slow");
    Child.End end;
    try (Child child = shop.start("run")) {
      // By then the native libraries have been unpacked, which are large files themselves.
      while (child.isAlive() && !staged(shop, "slow__")) {
        Thread.sleep(20);
      }
      new ProcessBuilder("prlimit", "--pid", "" + child.pid(), "--fsize=2000000").start().waitFor();
      end = child.await();
    }
    assertThat(end.exitCode()).as(end.toString()).isEqualTo(8);
    assertThat(end.out()).contains("File too large").contains("(DUCKDB_IO)");
    tables.put("slow", shop.tables().get("slow"));
    assertThat(Workshop.differences(tables, shop.tables())).isEmpty();
    assertThat(LakeFiles.temporary(shop)).isEmpty();

    shop.succeed("run");
    assertThat(shop.tables().get("big")).hasSize(200_001);
    shop.succeed("gc");
    assertThat(LakeFiles.strays(shop)).isEmpty();
  }

  /** Whether the lake has begun with a table. */
  private static boolean staged(Workshop shop, String prefix) throws Exception {
    try (Stream<Path> versions = Files.list(shop.lake())) {
      return versions.anyMatch(path -> path.getFileName().toString().startsWith(prefix));
    }
  }

  @Test
  void source_fileGoneAfterItWasLoaded_keepsItsRows() throws Exception {
    Workshop shop =
        ConcurrencyTest.shop(directory)
            .file("sources/orders.yaml", "files: data/*.csv\n")
            .file("data/more.csv", "id,day,total\n3,2026-01-03,30\n");
    shop.succeed("run");
    Files.delete(shop.directory().resolve("data/more.csv"));
    assertThat(shop.succeed("run")).contains("0 built, 2 up to date");
    assertThat(shop.tables().get("t")).hasSize(4);
  }

  @Test
  void source_loadedFileWithOtherContent_isRefused_orReplacedWhereDeclared() throws Exception {
    Workshop shop = ConcurrencyTest.shop(directory);
    shop.succeed("run");
    Map<String, List<String>> tables = shop.tables();
    shop.file("data/orders.csv", "id,day,total\n1,2026-01-01,11\n");
    Child.End refused = shop.command("run");
    assertThat(refused.exitCode()).isEqualTo(5);
    assertThat(refused.out())
        .contains("(INGEST_FILE_CHANGED)")
        .contains("'on-change: replace' in sources/orders.yaml");
    assertThat(Workshop.differences(tables, shop.tables())).isEmpty();

    shop.file("sources/orders.yaml", "files: data/orders.csv\non-change: replace\n");
    shop.succeed("run");
    assertThat(shop.tables().get("t"))
        .containsExactly(tables.get("t").getFirst(), "[1, 2026-01-01, 11, data/orders.csv, 2]");
  }
}
