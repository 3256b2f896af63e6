package dev.headrace.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special to a ledger in a file; what every ledger must do is the testkit's contract. */
class LedgerFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T10:15:30.123456Z"), ZoneOffset.UTC);

  @TempDir Path directory;

  @Test
  void open_aLedgerOfALaterVersion_isRefused() throws Exception {
    Path file = directory.resolve("later.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("pragma user_version=99");
    }
    assertThatThrownBy(() -> Ledger.open(file, CLOCK))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_TOO_NEW))
        .hasMessageContaining("version 99");
  }

  @Test
  void open_aFileThatIsNoDatabase_saysWhichFile() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("text.db"), "not a database, but long enough".repeat(50));
    assertThatThrownBy(() -> Ledger.open(file, CLOCK))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("text.db");
  }
}
