package dev.headrace.core.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.Publication;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest {
  private static final LedgerSchema NOW = LedgerSchema.CURRENT;

  /** A future version: a column with a default, and a table, in several statements. */
  private static final LedgerSchema NEXT =
      next(
          """
          -- what comes; with a semicolon, in a comment
          alter table run add column mood text not null default 'as; before';
          create table extra (id bigint primary key);
          insert into extra values (7);
          """);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("ledger.db");
  }

  private static LedgerSchema next(String script) {
    return new LedgerSchema(
        NOW.version() + 1,
        version -> version <= NOW.version() ? NOW.script().apply(version) : script);
  }

  @Test
  void current_scripts_areAllThatThereAre() {
    for (int version = 1; version <= NOW.version(); version++) {
      assertThat(NOW.script().apply(version)).contains(";");
    }
    assertThat(LedgerSchema.class.getResource(script(NOW.version() + 1)))
        .as("a script without its version in LedgerSchema.CURRENT")
        .isNull();
  }

  private static String script(int version) {
    return "/dev/headrace/core/ledger/schema-" + version + ".sql";
  }

  @Test
  void open_aLedgerOfVersion1_bringsItToTheNewest_andKeepsItsRows() throws Exception {
    writeVersion1();
    try (SqliteDatabase database = SqliteDatabase.open(file, NEXT)) {
      assertThat(one(database, "select mood from run where run_id = 3")).isEqualTo("as; before");
      assertThat(one(database, "select id from extra")).isEqualTo("7");
      assertThat(one(database, "pragma user_version")).isEqualTo("" + NEXT.version());
    }
    // Nothing is done twice.
    try (SqliteDatabase database = SqliteDatabase.open(file, NEXT)) {
      assertThat(one(database, "select count(*) from extra")).isEqualTo("1");
    }
  }

  @Test
  void open_aLedgerOfVersion1_byThisHeadrace_keepsItsRows() throws Exception {
    writeVersion1();
    try (SqliteDatabase database = SqliteDatabase.open(file)) {
      assertThat(one(database, "select environment from run where run_id = 3")).isEqualTo("prod");
      assertThat(one(database, "pragma user_version")).isEqualTo("" + NOW.version());
      Map<String, Publication> now =
          database.read(t -> new Pointers(t, Instant.EPOCH).shown("prod"));
      Map<String, Publication> then =
          database.read(t -> new Pointers(t, Instant.EPOCH).shownAt("prod", 1));
      assertThat(now).hasEntrySatisfying("t", p -> assertThat(p.id()).isEqualTo(2));
      assertThat(then).hasEntrySatisfying("t", p -> assertThat(p.id()).isEqualTo(1));
      assertThat(one(database, "select changed_at from pointer_change where change_id = 1"))
          .isEqualTo("2026-01-01T00:00:01.000000Z");
      assertThat(one(database, "select changed_at from pointer_change where change_id = 2"))
          .isEqualTo("2026-01-01T00:00:01.250000Z");
      assertThat(one(database, "select last_change from run where run_id = 2")).isEqualTo("2");
    }
  }

  @Test
  void open_byManyAtOnce_migratesOnce() throws Exception {
    writeVersion1();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<String>> opens = Collections.nCopies(8, this::openNext);
      for (Future<String> opened : threads.invokeAll(opens)) {
        assertThat(opened.get()).isEqualTo("1");
      }
    }
  }

  private String openNext() {
    try (SqliteDatabase database = SqliteDatabase.open(file, NEXT)) {
      return one(database, "select count(*) from extra");
    }
  }

  @Test
  void open_aScriptThatFails_leavesTheLedgerAsItWas() throws Exception {
    writeVersion1();
    LedgerSchema broken = next("create table extra (id bigint); create table run (id bigint);");
    assertThatThrownBy(() -> SqliteDatabase.open(file, broken))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_UNAVAILABLE))
        .hasMessageContaining("table run already exists");
    try (SqliteDatabase database = SqliteDatabase.open(file)) {
      assertThat(one(database, "select count(*) from sqlite_schema where name = 'extra'"))
          .isEqualTo("0");
    }
  }

  @Test
  void open_aLedgerOfALaterVersion_isRefused() {
    SqliteDatabase.open(file, NEXT).close();
    assertThatThrownBy(() -> SqliteDatabase.open(file))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_TOO_NEW));
  }

  /** As the first Headrace would have left it: its script run by hand, and a run. */
  private void writeVersion1() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(NOW.script().apply(1));
      statement.executeUpdate("pragma user_version=1");
      statement.executeUpdate(
          "insert into run values (3, 'prod', '2026-01-01T00:00:00Z', null, 'RUNNING'),"
              + " (2, 'prod', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', 'SUCCEEDED')");
      for (int id : new int[] {1, 2}) {
        statement.executeUpdate(
            "insert into publication values (%d, null, 2, '2026-01-01T00:00:0%dZ', 'T', 't', 'table', 'f', 'i', '', 's%d', %d, 0, 0, null, null, null, null, '{}', '[]')"
                .formatted(id, id, id, id));
      }
      statement.executeUpdate("insert into pointer values ('prod', 'T', 2)");
      // Instants as Instant.toString wrote them: without a fraction, then with one.
      statement.executeUpdate(
          "insert into pointer_history values ('prod', 'T', 1, 2, '2026-01-01T00:00:01Z'),"
              + " ('prod', 'T', 2, 2, '2026-01-01T00:00:01.250Z')");
    }
  }

  private static String one(SqliteDatabase database, String sql) {
    return database.read(t -> t.query(sql, row -> row.getString(1))).getFirst();
  }
}
