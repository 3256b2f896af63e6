package dev.headrace.spi.online;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The key of one entity as bytes: two keys are the same exactly when all their parts are. Made by a
 * {@link KeyCodec}. Immutable.
 */
public final class EntityKey {
  private final byte[] bytes;
  private final int hash;

  /**
   * A key that a codec made earlier and a store kept.
   *
   * @param bytes handed over: not to be changed afterwards
   */
  public EntityKey(byte[] bytes) {
    this.bytes = bytes;
    // Spread, because numbers in a row would otherwise fall into neighbouring places.
    int plain = Arrays.hashCode(bytes);
    this.hash = plain ^ (plain >>> 15) * 0x9E3779B9;
  }

  /** The bytes, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EntityKey that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** In hexadecimal digits; {@link KeyCodec#decode} tells the parts. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
