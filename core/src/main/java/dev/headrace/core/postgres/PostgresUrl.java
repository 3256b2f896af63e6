package dev.headrace.core.postgres;

import dev.headrace.core.project.spec.Confidential;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a database, as PostgreSQL's own tools write it; several hosts are separated by
 * commas.
 *
 * @param hosts one server with or without its port, or several of them
 * @param database its name, not encoded
 * @param options what follows the question mark, for the driver; empty when nothing does
 */
@Doc("the address of a database such as postgres://db.example:5432/shop")
public record PostgresUrl(
    String hosts, String database, String options, Optional<String> user, Optional<Secret> password)
    implements Confidential {
  private static final Pattern FORM =
      Pattern.compile(
          "postgres(?:ql)?://(?:([^:@/?]*)(?::([^@/?]*))?@)?([^@/?]+)/([^/?]+)(?:\\?(.*))?");

  /** Reads an address; its user, password and database may be percent-encoded. */
  public static PostgresUrl parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      // Not repeated here: it may hold a password.
      throw new IllegalArgumentException(
          "must be an address such as postgres://db.example:5432/shop");
    }
    String options = parts.group(5);
    return new PostgresUrl(
        parts.group(3),
        decoded(parts.group(4)),
        options == null ? "" : options,
        Optional.ofNullable(parts.group(1))
            .filter(user -> !user.isEmpty())
            .map(PostgresUrl::decoded),
        Optional.ofNullable(parts.group(2)).map(PostgresUrl::decoded).map(Secret::new));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public boolean holdsSecret() {
    return password.isPresent();
  }

  /** The address without user and password. */
  @Override
  public String toString() {
    return "postgres://" + hosts + "/" + database;
  }
}
