package dev.headrace.redis;

import dev.headrace.spi.online.BuildId;
import java.nio.charset.StandardCharsets;

/**
 * Names of what is kept on the server, all hashes. Under {@code PREFIX:}
 *
 * <pre>
 * builds            VIEW@BUILD -> its layout
 * serving           VIEW -> BUILD
 * complete          VIEW@BUILD -> everything known by then is in; eight bytes, as in a row
 * bytes             VIEW@BUILD -> bytes of its keys and rows
 * sources           VIEW@BUILD -> what its rows come from
 * rows:VIEW@BUILD   key -> row
 * </pre>
 */
final class RedisKeys {
  private final String prefix;
  final byte[] builds;
  final byte[] serving;
  final byte[] complete;
  final byte[] bytes;
  final byte[] sources;

  RedisKeys(String prefix) {
    this.prefix = prefix;
    this.builds = bytes(prefix + ":builds");
    this.serving = bytes(prefix + ":serving");
    this.complete = bytes(prefix + ":complete");
    this.bytes = bytes(prefix + ":bytes");
    this.sources = bytes(prefix + ":sources");
  }

  byte[] rows(BuildId id) {
    return bytes(prefix + ":rows:" + id);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
