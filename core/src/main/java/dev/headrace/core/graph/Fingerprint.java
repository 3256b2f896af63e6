package dev.headrace.core.graph;

import dev.headrace.spi.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedMap;

/**
 * What an asset is made of: its definition and the fingerprints of everything it reads. The same
 * fingerprint stands for the same table, on every machine.
 *
 * @param hex SHA-256, 64 hexadecimal digits
 */
public record Fingerprint(String hex) {
  private static final int SHORT_DIGITS = 12;

  public Fingerprint {
    if (hex.length() != 64) {
      throw new IllegalArgumentException("Not a SHA-256 in hexadecimal: " + hex);
    }
  }

  /**
   * The fingerprint of an asset.
   *
   * @param inputs by table name, hence in an order that does not depend on the SQL's
   */
  static Fingerprint of(String kind, String identity, SortedMap<String, Fingerprint> inputs) {
    MessageDigest digest = Sha256.begin();
    put(digest, kind);
    put(digest, identity);
    for (Map.Entry<String, Fingerprint> input : inputs.entrySet()) {
      put(digest, input.getKey());
      put(digest, input.getValue().hex());
    }
    return new Fingerprint(Sha256.hex(digest));
  }

  /** Enough digits to tell versions of one asset apart. */
  public String brief() {
    return hex.substring(0, SHORT_DIGITS);
  }

  @Override
  public String toString() {
    return hex;
  }

  /** With its length in front, so that no two lists of texts give the same bytes. */
  private static void put(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
