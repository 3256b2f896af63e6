package dev.headrace.decisions.adworld.internal;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * All randomness of a world, derived from one seed.
 *
 * <p>Two kinds: lasting traits are hashes of (seed, trait, who), so they can be asked for at any
 * time and nothing is stored; events come from L64X128MixRandom generators, one per batch of
 * requests and one per sequential process, whose seeds are such hashes. {@link #mix} is a bijection
 * of 64-bit numbers (David Stafford's variant 13 of the MurmurHash3 finaliser), which is why ids
 * made by {@link #id} never collide within their kind.
 */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class Seeds {
  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long root;

  Seeds(long seed) {
    this.root = mix(seed + GOLDEN);
  }

  static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 31);
  }

  /** A fixed random number for a trait of someone or something. */
  long trait(Trait trait, long who) {
    return mix(mix(root + trait.ordinal() * GOLDEN) + who * GOLDEN);
  }

  /** A unique id for the {@code number}-th thing of its kind: a bijection of {@code number}. */
  long id(Trait kind, long number) {
    return mix(number ^ mix(root ^ (kind.ordinal() * GOLDEN)));
  }

  RandomGenerator generator(Trait process, long number) {
    return FACTORY.create(trait(process, number));
  }

  /** The number in [0, 1) that a hash stands for. */
  static double unit(long hash) {
    return (hash >>> 11) * 0x1.0p-53;
  }

  /** The number in [0, bound) that a hash stands for. */
  static int below(long hash, int bound) {
    return (int) (((hash >>> 32) * bound) >>> 32);
  }

  /** An exponential waiting time with mean 1. StrictMath: the same bits on every machine. */
  static double exponential(RandomGenerator random) {
    return -StrictMath.log1p(-random.nextDouble());
  }

  /** exp(scale * L) with L standard logistic: the multiplier of a log-logistic variable. */
  static double logLogistic(RandomGenerator random, double scale) {
    double u = random.nextDouble();
    double kept = Math.clamp(u, 1e-9, 1 - 1e-9);
    return StrictMath.exp(scale * StrictMath.log(kept / (1 - kept)));
  }

  /** What a hash or a generator is for; the order is part of the worlds' bytes. */
  enum Trait {
    TRAFFIC,
    BATCH,
    ORDERS,
    FEEDS,
    ACTIVITY,
    INTEREST,
    DEVICES,
    SOFTWARE,
    JOB,
    HOLDOUT,
    HOUSEHOLD,
    CITY,
    HOME_IP,
    CARRIER_IP,
    OFFICE_IP,
    DATACENTER_IP,
    EMAIL,
    COOKIE_LIFE,
    PRIVACY,
    COOKIE,
    AD_ID,
    AD_ID_TAIL,
    EVENT,
    REQUEST,
    CLICK,
    ORDER,
    LOGIN
  }
}
