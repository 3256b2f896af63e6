package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.serve.OutsideTransaction;
import dev.headrace.cli.serve.ServedProject;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.RunRecord;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server stopped in every way while another program commits to two tables at once. */
class ServeCrashTest {
  private static final int ROUNDS = 4;

  @TempDir Path directory;

  @Test
  void kill_whileOthersCommit_losesNothingAndShowsNothingHalf() throws Exception {
    Shell shell = ServedProject.write(directory);
    shell.succeed("run");
    Random random = new Random(20261121);
    int surelyCommitted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int port = freePort();
      AtomicInteger acknowledged = new AtomicInteger();
      try (Child server = serve(port)) {
        awaitHealth(port);
        try (RESTCatalog client = ServedProject.client("http://127.0.0.1:" + port, "prod")) {
          Thread writer = Thread.ofVirtual().start(() -> write(client, acknowledged));
          Thread.sleep(Duration.ofMillis(400 + random.nextInt(800)));
          server.kill();
          writer.join();
        }
      }
      long transactions = transactions();
      assertThat(transactions)
          .as("what was confirmed is there, and at most the one under way besides")
          .isBetween(
              (long) surelyCommitted + acknowledged.get(),
              (long) surelyCommitted + acknowledged.get() + 1);
      surelyCommitted = (int) transactions;
      assertThat(count(shell, "orders")).isEqualTo(3 * (transactions + 1));
      assertThat(count(shell, "customers")).isEqualTo(2 * (transactions + 1));
    }
    assertThat(surelyCommitted).as("transactions in all rounds").isPositive();
    shell.succeed("run");
    assertThat(count(shell, "orders")).isEqualTo(3);
    shell.succeed("gc", "--keep", "0d");
    assertThat(count(shell, "customers")).isEqualTo(2);
  }

  @Test
  void terminate_finishesAndEndsWithNothingToComplainOf() throws Exception {
    ServedProject.write(directory).succeed("run");
    int port = freePort();
    try (Child server = serve(port)) {
      awaitHealth(port);
      server.signal("TERM");
      Child.End end = server.await();
      assertThat(end.exitCode()).as(end.toString()).isZero();
      assertThat(end.out()).contains("http://127.0.0.1:" + port + "/iceberg");
    }
  }

  @Test
  void serve_whereThePortIsTaken_saysSo() throws Exception {
    ServedProject.write(directory).succeed("run");
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        Child server = serve(taken.getLocalPort())) {
      Child.End end = server.await();
      assertThat(end.exitCode()).as(end.toString()).isEqualTo(5);
      assertThat(end.out())
          .contains("SERVER_PORT_IN_USE")
          .contains("another program listens there");
    }
  }

  private Child serve(int port) throws IOException {
    return Child.start(directory, List.of("serve", "--port", Integer.toString(port), "--json"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitHealth(int port) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    URI health = URI.create("http://127.0.0.1:" + port + "/health");
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      try {
        http.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding());
        return;
      } catch (IOException e) {
        assertThat(System.nanoTime()).as("the server comes up").isLessThan(deadline);
        Thread.sleep(100);
      }
    }
  }

  /** Commits until the server is gone. */
  private static void write(RESTCatalog client, AtomicInteger acknowledged) {
    try {
      while (true) {
        OutsideTransaction.repeatBoth(client, "orders", "customers");
        acknowledged.incrementAndGet();
      }
    } catch (RuntimeException e) {
      // Killed: nobody knows how the last one ended.
    }
  }

  /** Transactions of others that the ledger knows; each must have changed both tables. */
  private long transactions() {
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    try (Headrace headrace = Headrace.open(directory, ambient, false)) {
      List<RunRecord> outside =
          headrace.ledger().runs(1_000).stream()
              .filter(run -> run.action() == RunRecord.Action.OUTSIDE)
              .toList();
      assertThat(outside).allMatch(run -> run.status() == RunRecord.Status.SUCCEEDED);
      assertThat(outside).allMatch(run -> headrace.ledger().steps(run.id()).size() == 2);
      Publication orders = headrace.ledger().published("prod", "orders").orElseThrow();
      Publication customers = headrace.ledger().published("prod", "customers").orElseThrow();
      assertThat(orders.runId()).isEqualTo(customers.runId());
      return outside.size();
    }
  }

  private static long count(Shell shell, String table) throws IOException {
    return shell
        .json("sql", "select count(*) as n from " + table, "--json")
        .get(0)
        .get("n")
        .asLong();
  }
}
