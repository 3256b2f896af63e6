package dev.headrace.cli.compose;

import dev.headrace.core.project.spec.Confidential;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a Redis server, as its own tools write it.
 *
 * @param encrypted {@code rediss}: over TLS
 * @param database its number
 */
@Doc("the address of a Redis server such as redis://cache.example:6379/0; rediss: for TLS")
public record RedisUrl(
    boolean encrypted,
    String host,
    int port,
    int database,
    Optional<String> user,
    Optional<Secret> password)
    implements Confidential {
  private static final int PORT = 6_379;
  private static final Pattern FORM =
      Pattern.compile(
          "redis(s)?://(?:([^:@/]*)(?::([^@/]*))?@)?(\\[[^\\]]+\\]|[^:@/\\[]+)(?::(\\d{1,5}))?(?:/(\\d{1,4})?)?");

  /** Reads an address; user and password may be percent-encoded. */
  public static RedisUrl parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || (parts.group(5) != null && number(parts, 5, 0) > 65_535)) {
      // Not repeated here: it may hold a password.
      throw new IllegalArgumentException("must be an address such as redis://cache.example:6379/0");
    }
    return new RedisUrl(
        parts.group(1) != null,
        parts.group(4),
        number(parts, 5, PORT),
        number(parts, 6, 0),
        Optional.ofNullable(parts.group(2)).filter(user -> !user.isEmpty()).map(RedisUrl::decoded),
        Optional.ofNullable(parts.group(3)).map(RedisUrl::decoded).map(Secret::new));
  }

  private static int number(Matcher parts, int group, int otherwise) {
    String digits = parts.group(group);
    return digits == null ? otherwise : Integer.parseInt(digits);
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
    return (encrypted ? "rediss://" : "redis://") + host + ":" + port + "/" + database;
  }
}
