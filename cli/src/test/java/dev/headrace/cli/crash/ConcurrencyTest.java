package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes at once on one project: the second waits or is refused, readers see wholes. */
class ConcurrencyTest {
  /** A few seconds of work on any machine, in one query that can be cancelled. */
  static final String SLOW =
      "select count(*) as n from range(30000) a, range(30000) b"
          + " where hash(a.range, b.range) % 7 = 3";

  @TempDir Path directory;

  @Test
  void secondRun_isRefusedWithTheNumberOfTheFirst_orWaitsForIt() throws Exception {
    Workshop shop = shop(directory).file("tables/slow.sql", SLOW);
    try (Child first = shop.start("run")) {
      first.awaitMessages(1); // The source is built, the slow table is not.
      Child.End refused = shop.command("run");
      Child.End unswept = shop.command("gc");
      try (Child patient = shop.start("run", "--wait")) {
        Child.End done = first.await();
        Child.End waited = patient.await();

        assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(5);
        assertThat(refused.err())
            .contains("error[RUN_IN_PROGRESS]: Cannot run project in ")
            .contains("another run is under way (process " + first.pid() + ").")
            .contains("--wait");
        assertThat(unswept.exitCode()).as(unswept.toString()).isEqualTo(5);
        assertThat(done.exitCode()).as(done.toString()).isZero();
        assertThat(waited.exitCode()).as(waited.toString()).isZero();
        assertThat(waited.out()).contains("0 built, 3 up to date");
      }
    }
    shop.succeed("gc");
    assertThat(LakeFiles.strays(shop)).isEmpty();
  }

  @Test
  void readers_whileRunsPublish_seeWholeLoadsInOrder() throws Exception {
    Workshop shop = shop(directory).file("sources/orders.yaml", "files: data/*.csv\n");
    Files.delete(shop.directory().resolve("data/orders.csv"));
    batch(shop, 0);
    shop.succeed("run");
    AtomicBoolean stop = new AtomicBoolean();
    List<AtomicInteger> answers = List.of(new AtomicInteger(), new AtomicInteger());
    List<CompletableFuture<Void>> readers =
        answers.stream()
            .map(
                count ->
                    CompletableFuture.runAsync(
                        () -> read(shop, stop, count), Thread.ofPlatform()::start))
            .toList();
    int batches = 1;
    try {
      // Each reader is to have seen some loads come.
      while (batches < 60 && answers.stream().anyMatch(count -> count.get() < 6)) {
        batch(shop, batches++);
        shop.succeed("run");
      }
    } finally {
      stop.set(true);
    }
    readers.forEach(CompletableFuture::join);
    assertThat(answers).allMatch(count -> count.get() >= 6);
    assertThat(rows(shop)).hasSize(batches);
  }

  /** Reads until told to stop. */
  private static void read(Workshop shop, AtomicBoolean stop, AtomicInteger answers) {
    int batches = 0;
    while (!stop.get()) {
      List<String> rows = rows(shop);
      assertThat(rows)
          .as("every load that is seen is whole")
          .containsExactlyElementsOf(
              IntStream.range(0, rows.size()).mapToObj(i -> i + ",100").toList());
      assertThat(rows.size()).as("time does not run backwards").isGreaterThanOrEqualTo(batches);
      batches = rows.size();
      answers.incrementAndGet();
    }
  }

  private static List<String> rows(Workshop shop) {
    return shop.succeed(
            "sql",
            "--format",
            "csv",
            "select batch, count(*) as n from t group by batch order by batch")
        .lines()
        .skip(1)
        .toList();
  }

  private static void batch(Workshop shop, int number) throws Exception {
    StringBuilder rows = new StringBuilder("batch,id\n");
    for (int i = 0; i < 100; i++) {
      rows.append(number).append(',').append(i).append('\n');
    }
    shop.file("data/batch" + number + ".csv", rows.toString());
  }

  @Test
  void twoProjects_atOnce_doNotMeet() throws Exception {
    Workshop one = shop(directory.resolve("one"));
    Workshop other = shop(directory.resolve("other")).file("tables/u.sql", "select id from t");
    try (Child first = one.start("run");
        Child second = other.start("run")) {
      assertThat(first.await().exitCode()).isZero();
      assertThat(second.await().exitCode()).isZero();
    }
    assertThat(one.tables().keySet()).containsExactly("orders", "orders__rejected", "t");
    assertThat(other.tables().keySet()).containsExactly("orders", "orders__rejected", "t", "u");
  }

  /** The smallest shop: one source and one table. */
  static Workshop shop(Path directory) throws Exception {
    return new Workshop(directory)
        .file("headrace.yaml", "name: shop\n")
        .file("sources/orders.yaml", "files: data/orders.csv\n")
        .file("data/orders.csv", "id,day,total\n1,2026-01-01,10\n2,2026-01-02,20\n")
        .file("tables/t.sql", "select * from orders\n");
  }
}
