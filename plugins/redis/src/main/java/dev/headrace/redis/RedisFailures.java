package dev.headrace.redis;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.OnlineError;
import java.util.Set;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Says in Headrace's words what went wrong with the server. */
final class RedisFailures {
  private static final Set<String> DENIED = Set.of("NOAUTH", "WRONGPASS", "NOPERM", "DENIED");

  private final RedisAddress address;

  RedisFailures(RedisAddress address) {
    this.address = address;
  }

  HeadraceException tell(JedisException failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof JedisDataException)) {
      cause = cause.getCause();
    }
    String said = String.valueOf(cause.getMessage());
    if (cause instanceof JedisAccessControlException || DENIED.contains(firstWord(said))) {
      return new HeadraceException(
          OnlineError.ONLINE_DENIED,
          "Cannot use Redis at '%s': it refuses: %s.".formatted(address, said),
          "Give a user and a password that may read and write there, as ${env:NAME}.",
          failure);
    }
    if (cause instanceof JedisDataException) {
      return new HeadraceException(
          OnlineError.ONLINE_SERVER_FAILED,
          "Cannot use Redis at '%s': it says: %s.".formatted(address, said),
          "See the server's log and memory; nothing was lost that it has acknowledged.",
          failure);
    }
    return unreachable(failure, said);
  }

  private HeadraceException unreachable(JedisException failure, String said) {
    return new HeadraceException(
        OnlineError.ONLINE_UNREACHABLE,
        "Cannot reach Redis at '%s': %s.".formatted(address, said),
        "Start the server, or correct the address under 'online:' in headrace.yaml.",
        failure);
  }

  /** Whether the same may succeed over another connection. */
  static boolean isBrokenConnection(JedisException failure) {
    return failure instanceof JedisConnectionException;
  }

  private static String firstWord(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }
}
