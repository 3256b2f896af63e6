package dev.headrace.core.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
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
          alter table run add column note text not null default 'as; before';
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
      assertThat(one(database, "select note from run where run_id = 3")).isEqualTo("as; before");
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
          "insert into run values (3, 'prod', '2026-01-01T00:00:00Z', null, 'RUNNING')");
    }
  }

  private static String one(SqliteDatabase database, String sql) {
    return database.read(t -> t.query(sql, row -> row.getString(1))).getFirst();
  }
}
