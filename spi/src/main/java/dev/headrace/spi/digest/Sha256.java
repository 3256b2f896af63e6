package dev.headrace.spi.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4), which every JDK has. Texts are digested as UTF-8. */
public final class Sha256 {
  private static final int SHORT_BYTES = 16;

  private Sha256() {}

  /** A digest that has seen nothing yet, for what comes in parts. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The 32 bytes of a text. */
  public static byte[] of(String text) {
    return begin().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Of what a digest has seen, 64 hexadecimal digits; it then has seen nothing. */
  public static String hex(MessageDigest seen) {
    return HexFormat.of().formatHex(seen.digest());
  }

  /** Of some bytes, 64 hexadecimal digits. */
  public static String hex(byte[] content) {
    return HexFormat.of().formatHex(begin().digest(content));
  }

  /** Of some bytes, the first 32 of these digits: enough where nobody gains by two that agree. */
  public static String shortHex(byte[] content) {
    return HexFormat.of().formatHex(begin().digest(content), 0, SHORT_BYTES);
  }

  /** The same of a text. */
  public static String shortHex(String text) {
    return shortHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
