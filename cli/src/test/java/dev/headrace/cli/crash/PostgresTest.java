package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.testkit.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Working copies of the ad example that share a ledger in PostgreSQL and a lake: whatever happens,
 * the tables are those of one run alone on one machine.
 */
class PostgresTest {
  private static final PostgresServer SERVER = PostgresServer.shared();
  private static final int DAYS = 3;

  @TempDir Path directory;

  /** What a run alone makes, with its ledger in a file. */
  private static Map<String, List<String>> expected;

  /** The project with its raw files and nothing built. */
  private static Path template;

  @BeforeAll
  static void runAlone(@TempDir Path place) throws Exception {
    Workshop alone = Workshop.example("ads", place.resolve("alone"));
    alone.succeed(
        "simulate",
        "ads",
        alone.directory().resolve("data").toString(),
        "--people",
        "300",
        "--days",
        "" + DAYS,
        "--seed",
        "11");
    template = place.resolve("template");
    Workshop.copy(alone.directory(), template);
    alone.succeed("run");
    expected = alone.tables();
    assertThat(expected).hasSizeGreaterThan(10);
  }

  /** A working copy of its own, as on a machine of its own. */
  private Workshop copy(String name, PostgresServer server, String database) throws Exception {
    Workshop copy = new Workshop(directory.resolve(name));
    copy.become(template);
    return copy.file("password", PostgresServer.PASSWORD)
        .file(
            "headrace.yaml",
            """
            name: ads
            ledger: {postgres: {url: postgres://127.0.0.1:%d/%s, user: %s, password: "${file:password}"}}
            lake: {path: %s}
            """
                .formatted(
                    server.port(), database, PostgresServer.USER, directory.resolve("lake")));
  }

  @Test
  void twoCopies_runningAtOnce_makeWhatOneAloneMakes() throws Exception {
    String database = SERVER.createDatabase();
    Workshop one = copy("one", SERVER, database);
    Workshop other = copy("other", SERVER, database);
    try (Child first = one.start("run", "--wait");
        Child second = other.start("run", "--wait")) {
      Child.End ended = first.await();
      Child.End alsoEnded = second.await();
      assertThat(ended.exitCode()).as(ended.toString()).isZero();
      assertThat(alsoEnded.exitCode()).as(alsoEnded.toString()).isZero();
      assertThat(ended.out() + alsoEnded.out()).contains(" 0 built,");
    }
    assertThat(Workshop.differences(expected, one.tables())).isEmpty();
    assertThat(Workshop.differences(expected, other.tables())).isEmpty();
    assertThat(one.succeed("history")).isEqualTo(other.succeed("history"));
    assertThat(Files.exists(one.state().resolve("ledger.db"))).isFalse();
  }

  /** Nothing keeps these apart: they build the same versions of the same tables side by side. */
  @Test
  void twoEnvironments_builtAtOnce_bothMakeWhatOneAloneMakes() throws Exception {
    String database = SERVER.createDatabase();
    Workshop one = copy("one", SERVER, database);
    Workshop other = copy("other", SERVER, database);
    try (Child first = one.start("run", "--env", "left");
        Child second = other.start("run", "--env", "right")) {
      Child.End ended = first.await();
      Child.End alsoEnded = second.await();
      assertThat(ended.exitCode()).as(ended.toString()).isZero();
      assertThat(alsoEnded.exitCode()).as(alsoEnded.toString()).isZero();
    }
    assertThat(Workshop.differences(expected, other.tables("left"))).isEmpty();
    assertThat(Workshop.differences(expected, one.tables("right"))).isEmpty();
    one.succeed("gc");
    assertThat(Workshop.differences(expected, other.tables("left"))).isEmpty();
    assertThat(Workshop.differences(expected, one.tables("right"))).isEmpty();
  }

  @Test
  void runOfOneCopy_killed_isTakenUpByTheOther() throws Exception {
    String database = SERVER.createDatabase();
    Workshop one = copy("one", SERVER, database);
    Workshop other = copy("other", SERVER, database);
    try (Child first = one.start("run")) {
      first.awaitMessages(5);
      Child.End refused = other.command("run");
      Child.End unswept = other.command("gc");
      assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(5);
      assertThat(refused.err())
          .contains(
              "Cannot run environment 'prod': another run is under way (process " + first.pid());
      assertThat(unswept.exitCode()).as(unswept.toString()).isEqualTo(5);
      first.kill();
    }
    String said = other.succeed("run", "--wait");
    assertThat(said).contains("succeeded").doesNotContain(" 0 up to date");
    assertThat(Workshop.differences(expected, one.tables())).isEmpty();
  }

  @Test
  void serverKilledAndStartedAgain_inTheMiddleOfARun_isSurvived() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      Workshop one = copy("one", server, server.createDatabase());
      try (Child run = one.start("run")) {
        for (int messages = 3; messages <= 9; messages += 3) {
          run.awaitMessages(messages);
          server.kill();
          server.resume();
        }
        Child.End end = run.await();
        assertThat(end.exitCode()).as(end.toString()).isZero();
      }
      assertThat(Workshop.differences(expected, one.tables())).isEmpty();
    }
  }

  @Test
  void copyWithoutTheSharedLake_isToldWhereItIs() throws Exception {
    String database = SERVER.createDatabase();
    Workshop one = copy("one", SERVER, database);
    one.succeed("run", "--select", "kind:source");
    Workshop other = copy("other", SERVER, database);
    String shared = "lake: {path: " + directory.resolve("lake") + "}";
    Path yaml = other.directory().resolve("headrace.yaml");
    other.file("headrace.yaml", Files.readString(yaml).replace(shared, ""));
    Child.End end = other.command("run");
    assertThat(end.exitCode()).as(end.toString()).isEqualTo(5);
    assertThat(end.err()).contains("LAKE_ELSEWHERE").contains(shared);
  }

  @Test
  void wrongPassword_isDenied_andNothingPrintsIt() throws Exception {
    Workshop one = copy("one", SERVER, SERVER.createDatabase()).file("password", "hush-hush");
    for (String command : List.of("run", "plan", "history", "ls")) {
      Child.End end = one.command(command, "--debug");
      assertThat(end.out() + end.err()).doesNotContain("hush-hush");
    }
    Child.End end = one.command("run");
    assertThat(end.exitCode()).as(end.toString()).isEqualTo(3);
    assertThat(end.err()).contains("error[POSTGRES_DENIED]").contains("'password' under 'ledger'");
  }
}
