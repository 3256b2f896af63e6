package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.postgres.Postgres;
import dev.headrace.spi.error.HeadraceException;
import java.io.Reader;
import java.io.StringReader;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * Brings the ledger's schema in PostgreSQL to the newest version, with Flyway, which keeps count in
 * a table of its own and lets only one process do it. Loaded only when there is something to do.
 */
final class PostgresMigration {
  /** Flyway's table of the scripts that were run. */
  static final String TABLE = "ledger_history";

  /** What PostgreSQL needs besides, with version 1: see {@link PostgresDatabase}. */
  private static final String NOTES =
      """
      create table ledger_writer (
        writer text primary key,
        number bigint not null,
        written_at timestamptz not null
      );
      """;

  private static final String PREFIX = "schema-";
  private static final String SUFFIX = ".sql";

  private PostgresMigration() {}

  static void run(Postgres postgres, LedgerSchema schema) {
    Properties properties = postgres.properties("migration");
    Map<String, String> further = new HashMap<>();
    properties.stringPropertyNames().stream()
        .filter(name -> !name.equals("user") && !name.equals("password"))
        .forEach(name -> further.put(name, properties.getProperty(name)));
    try {
      Flyway.configure(PostgresMigration.class.getClassLoader())
          .dataSource(
              postgres.jdbcUrl(),
              properties.getProperty("user"),
              properties.getProperty("password"))
          .jdbcProperties(further)
          .schemas(postgres.schema())
          .createSchemas(false)
          .table(TABLE)
          .sqlMigrationPrefix(PREFIX)
          .sqlMigrationSuffixes(SUFFIX)
          .placeholderReplacement(false)
          .resourceProvider(new Scripts(schema))
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw failure(postgres, e);
    }
  }

  private static HeadraceException failure(Postgres postgres, FlywayException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException refused) {
        return postgres.refusal("prepare the ledger in", refused);
      }
    }
    return new HeadraceException(
        LedgerError.LEDGER_UNAVAILABLE,
        "Cannot prepare ledger '%s': %s."
            .formatted(postgres, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
        "Look for the reason in the server's log, then try again.",
        e);
  }

  /** Our scripts under the names Flyway expects, without searching the class path for them. */
  private record Scripts(LedgerSchema schema) implements ResourceProvider {
    @Override
    public @Nullable LoadableResource getResource(String name) {
      // Flyway also asks for settings beside each script; there are none.
      return all().stream()
          .filter(script -> script.getRelativePath().equals(name))
          .findFirst()
          .orElse(null);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
      return prefix.equals(PREFIX) ? all() : List.of();
    }

    private List<LoadableResource> all() {
      return IntStream.rangeClosed(1, schema.version())
          .mapToObj(version -> script(PREFIX + version + "__ledger" + SUFFIX, version))
          .toList();
    }

    private LoadableResource script(String name, int version) {
      String text = (version == 1 ? NOTES : "") + schema.script().apply(version);
      return new LoadableResource() {
        @Override
        public Reader read() {
          return new StringReader(text);
        }

        @Override
        public String getAbsolutePath() {
          return name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
          return name;
        }

        @Override
        public String getFilename() {
          return name;
        }

        @Override
        public String getRelativePath() {
          return name;
        }
      };
    }
  }
}
