package dev.headrace.decisions.assignment.hash;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One draw: puts every unit into one of a million buckets.
 *
 * <p>{@code bucket = floor(h * 1,000,000 / 2^32)}, where {@code h} is the unsigned {@linkplain
 * Murmur3 MurmurHash3} (32 bits, seed 0) of the UTF-8 bytes of
 *
 * <pre>purpose ":" salt NUL unit</pre>
 *
 * <p>The purpose makes the draws of one experiment independent of each other: whether a unit takes
 * part ({@code ramp}) says nothing about its variant ({@code variant}), so that letting more units
 * in moves none that is in. The NUL keeps salt and unit apart, since no salt contains one. As 2^32
 * is no multiple of a million, buckets differ in size by one in 4,294, that is by 0.023 %.
 * Immutable.
 */
public final class Buckets {
  /** How many there are: one is 0.0001 % of all units. */
  public static final int COUNT = 1_000_000;

  private final byte[] prefix;
  private final String readable;

  private Buckets(String purpose, String salt) {
    this.readable = purpose + ":" + salt;
    this.prefix = (readable + '\0').getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The draw for a purpose.
   *
   * @throws IllegalArgumentException if the salt contains NUL
   */
  public static Buckets of(String purpose, String salt) {
    if (salt.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("must not contain NUL");
    }
    return new Buckets(purpose, salt);
  }

  /** The unit's bucket, from 0 to {@link #COUNT} - 1. */
  public int bucket(String unit) {
    return bucket(hash(unit));
  }

  /** The bucket of an unsigned hash. */
  static int bucket(int hash) {
    return (int) ((Integer.toUnsignedLong(hash) * COUNT) >>> 32);
  }

  private int hash(String unit) {
    return Murmur3.hash32(input(unit), 0);
  }

  private byte[] input(String unit) {
    byte[] bytes = unit.getBytes(StandardCharsets.UTF_8);
    byte[] input = Arrays.copyOf(prefix, prefix.length + bytes.length);
    System.arraycopy(bytes, 0, input, prefix.length, bytes.length);
    return input;
  }

  /** The same with its arithmetic. */
  public Place place(String unit) {
    int hash = hash(unit);
    return new Place(
        "murmur3-32(\"" + readable + "\\0" + unit + "\")",
        input(unit),
        Integer.toUnsignedString(hash),
        "floor(%s * 1000000 / 4294967296) = %d"
            .formatted(Integer.toUnsignedString(hash), bucket(hash)),
        (double) bucket(hash) / COUNT);
  }
}
