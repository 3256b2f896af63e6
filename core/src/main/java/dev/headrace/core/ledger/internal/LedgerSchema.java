package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * The ledger's tables as numbered scripts, each of which brings a ledger from the version before to
 * its own: {@code schema-1.sql}, {@code schema-2.sql} and so on. They are plain SQL that every
 * database takes, and are never changed once released.
 *
 * @param version the newest
 * @param script the script of a version, 1 to {@code version}
 */
record LedgerSchema(int version, IntFunction<String> script) {
  /** As this Headrace knows it. */
  static final LedgerSchema CURRENT = new LedgerSchema(5, LedgerSchema::resource);

  private static String resource(int version) {
    try (InputStream in =
        LedgerSchema.class.getResourceAsStream(
            "/dev/headrace/core/ledger/schema-" + version + ".sql")) {
      if (in == null) {
        throw new IllegalStateException("version " + version + " of the ledger has no script");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Refuses a ledger that a later Headrace has written. */
  void requireKnown(String where, int found) {
    if (found > version) {
      throw new HeadraceException(
          LedgerError.LEDGER_TOO_NEW,
          "Cannot open ledger '%s': it has version %d, this Headrace knows %d."
              .formatted(where, found, version),
          "Use the version of Headrace that wrote it, or a later one.");
    }
  }
}
