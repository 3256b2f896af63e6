package dev.headrace.decisions.assignment.hash;

import dev.headrace.core.project.spec.Doc;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * How a unit's place among the variants is computed. Each is a pure function of a salt and a unit;
 * all but the first are those of other systems, bit for bit.
 */
public enum Hashing {
  /** {@link Buckets} for the purpose {@code variant}. */
  @Doc("MurmurHash3 into a million buckets: see the page on flags.")
  HEADRACE {
    @Override
    public Place place(String salt, String unit) {
      return Buckets.of("variant", salt).place(unit);
    }

    @Override
    public double fraction(String salt, String unit) {
      return (double) Buckets.of("variant", salt).bucket(unit) / Buckets.COUNT;
    }
  },

  /** {@code FNV1a(unit + salt) mod 1000 / 1000}. */
  @Doc("GrowthBook's first: FNV-1a into a thousand buckets; salt is the seed or the key.")
  GROWTHBOOK_V1 {
    @Override
    public Place place(String salt, String unit) {
      long hash = Fnv1a.hash32(unit + salt);
      return new Place(
          "fnv1a-32(\"" + unit + salt + "\")",
          utf8(unit + salt),
          Long.toString(hash),
          "%d mod 1000 / 1000 = 0.%03d".formatted(hash, hash % 1000),
          hash % 1000 / 1000.0);
    }

    @Override
    public double fraction(String salt, String unit) {
      return Fnv1a.hash32(unit + salt) % 1000 / 1000.0;
    }
  },

  /** {@code FNV1a(decimal(FNV1a(salt + unit))) mod 10000 / 10000}. */
  @Doc("GrowthBook's second: FNV-1a twice into ten thousand buckets.")
  GROWTHBOOK_V2 {
    @Override
    public Place place(String salt, String unit) {
      long first = Fnv1a.hash32(salt + unit);
      long second = Fnv1a.hash32(Long.toString(first));
      return new Place(
          "fnv1a-32(decimal(fnv1a-32(\"" + salt + unit + "\") = " + first + "))",
          utf8(salt + unit),
          Long.toString(second),
          "%d mod 10000 / 10000 = 0.%04d".formatted(second, second % 10000),
          second % 10000 / 10000.0);
    }

    @Override
    public double fraction(String salt, String unit) {
      return Fnv1a.hash32(Long.toString(Fnv1a.hash32(salt + unit))) % 10000 / 10000.0;
    }
  },

  /** {@code |int32(murmur3(salt + unit))| / (2^31 - 1)}. */
  @Doc("flagd's first fractional: MurmurHash3 as a signed number.")
  FLAGD_V1 {
    @Override
    public Place place(String salt, String unit) {
      int hash = Murmur3.hash32(utf8(salt + unit), 0);
      double fraction = Math.abs((double) hash) / Integer.MAX_VALUE;
      return new Place(
          "murmur3-32(\"" + salt + unit + "\")",
          utf8(salt + unit),
          Integer.toString(hash),
          "|%d| / 2147483647 = %s".formatted(hash, fraction),
          fraction);
    }

    @Override
    public double fraction(String salt, String unit) {
      return Math.abs((double) Murmur3.hash32(utf8(salt + unit), 0)) / Integer.MAX_VALUE;
    }
  },

  /** {@code murmur3(salt + unit) / 2^32}. */
  @Doc("flagd's second fractional: MurmurHash3 as an unsigned number.")
  FLAGD_V2 {
    @Override
    public Place place(String salt, String unit) {
      return ofUnsigned(
          "murmur3-32(\"" + salt + unit + "\")",
          utf8(salt + unit),
          Murmur3.hash32(utf8(salt + unit), 0));
    }

    @Override
    public double fraction(String salt, String unit) {
      return unsignedFraction(Murmur3.hash32(utf8(salt + unit), 0));
    }
  },

  /** {@code murmur3(cbor([salt, unit])) / 2^32}. */
  @Doc("flagd's third fractional: MurmurHash3 of the CBOR of salt and unit.")
  FLAGD_V3 {
    @Override
    public Place place(String salt, String unit) {
      byte[] input = Cbor.pair(salt, unit);
      return ofUnsigned(
          "murmur3-32(cbor([\"" + salt + "\", \"" + unit + "\"]))",
          input,
          Murmur3.hash32(input, 0));
    }

    @Override
    public double fraction(String salt, String unit) {
      return unsignedFraction(Murmur3.hash32(Cbor.pair(salt, unit), 0));
    }
  },

  /** The first 60 bits of {@code SHA1(salt + "." + unit)} over 2^60 - 1. */
  @Doc("PlanOut: SHA-1; salt is its experiment's salt, a dot and the parameter's name.")
  PLANOUT {
    @Override
    public Place place(String salt, String unit) {
      byte[] input = utf8(salt + "." + unit);
      long hash = PlanOut.hash60(input);
      return new Place(
          "first 60 bits of sha1(\"" + salt + "." + unit + "\")",
          input,
          Long.toString(hash),
          "%d / (2^60 - 1) = %s".formatted(hash, hash / PlanOut.SCALE),
          hash / PlanOut.SCALE);
    }

    @Override
    public double fraction(String salt, String unit) {
      return PlanOut.hash60(utf8(salt + "." + unit)) / PlanOut.SCALE;
    }
  },

  /** {@code murmur3(salt + ":" + unit, seed 86028157) mod 1000 / 1000}. */
  @Doc("Unleash's variants: MurmurHash3 into a thousand buckets; salt is the group.")
  UNLEASH {
    @Override
    public Place place(String salt, String unit) {
      byte[] input = utf8(salt + ":" + unit);
      int hash = Murmur3.hash32(input, UNLEASH_VARIANT_SEED);
      return new Place(
          "murmur3-32(\"" + salt + ":" + unit + "\", seed 86028157)",
          input,
          Integer.toUnsignedString(hash),
          "%s mod 1000 / 1000 = 0.%03d"
              .formatted(Integer.toUnsignedString(hash), Integer.remainderUnsigned(hash, 1000)),
          Integer.remainderUnsigned(hash, 1000) / 1000.0);
    }

    @Override
    public double fraction(String salt, String unit) {
      int hash = Murmur3.hash32(utf8(salt + ":" + unit), UNLEASH_VARIANT_SEED);
      return Integer.remainderUnsigned(hash, 1000) / 1000.0;
    }
  };

  static final int UNLEASH_VARIANT_SEED = 86_028_157;

  /** The unit's place with its arithmetic. */
  public abstract Place place(String salt, String unit);

  /** The unit's place alone. */
  public abstract double fraction(String salt, String unit);

  /** As a user writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Place ofUnsigned(String function, byte[] input, int hash) {
    return new Place(
        function,
        input,
        Integer.toUnsignedString(hash),
        "%s / 4294967296 = %s".formatted(Integer.toUnsignedString(hash), unsignedFraction(hash)),
        unsignedFraction(hash));
  }

  private static double unsignedFraction(int hash) {
    return Integer.toUnsignedLong(hash) / 4294967296.0;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** PlanOut's arithmetic. */
  private static final class PlanOut {
    static final double SCALE = 0xFFFFFFFFFFFFFFFL;

    static long hash60(byte[] input) {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(input);
        long hash = 0;
        for (int i = 0; i < 8; i++) {
          hash = hash << 8 | (digest[i] & 0xff);
        }
        return hash >>> 4; // Fifteen hexadecimal digits.
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-1", e);
      }
    }
  }
}
