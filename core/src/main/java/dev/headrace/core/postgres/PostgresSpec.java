package dev.headrace.core.postgres;

import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Secret;
import org.jspecify.annotations.Nullable;

/** What a project says about its database under {@code ledger: postgres:}. */
@Doc(
    "A PostgreSQL database, for the ledger and the lake's catalog: several machines can work on one"
        + " project.")
public record PostgresSpec(
    @Doc(
            "Where the database is. With a password in it, it comes from ${env:NAME} or"
                + " ${file:PATH} as a whole.")
        PostgresUrl url,
    @Doc("Who connects, unless the address says so; the operating system's user where absent.")
        @Nullable String user,
    @Doc("The user's password, unless the address has it.") @Nullable Secret password,
    @Doc(
            "The schema of the tables, of this project alone: small letters, digits and underscores."
                + " Made of the project's name where absent.")
        @Nullable String schema) {
  public PostgresSpec {
    if (schema != null && !schema.matches("[a-z_][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException(
          "must have a 'schema' of small letters, digits and underscores, but is " + schema);
    }
    if (schema != null && schema.startsWith("pg_")) {
      throw new IllegalArgumentException(
          "must have a 'schema' that does not begin with pg_, which is PostgreSQL's own, but is "
              + schema);
    }
    if (user != null && url.user().isPresent()) {
      throw new IllegalArgumentException("must not have 'user' beside a user in the address");
    }
    if (password != null && url.password().isPresent()) {
      throw new IllegalArgumentException(
          "must not have 'password' beside a password in the address");
    }
  }
}
