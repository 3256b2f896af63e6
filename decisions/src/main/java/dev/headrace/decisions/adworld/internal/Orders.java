package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.internal.Catalog.SiteKind;
import dev.headrace.decisions.adworld.internal.Seeds.Trait;
import java.util.random.RandomGenerator;

/**
 * The organic orders: those that happen without any ad.
 *
 * <p>Per person and advertiser a Poisson process with {@link Catalog.Advertiser#ORGANIC_RATE} times
 * the person's interest; drawn as one process for all, whose person is picked by that rate.
 */
final class Orders {
  private final Population population;
  private final RandomGenerator random;
  private final double perMilli;
  private double next;
  private long drawn;

  Orders(Population population, Seeds seeds) {
    this.population = population;
    this.random = seeds.generator(Trait.ORDERS, 0);
    this.perMilli =
        population.people
            * Catalog.Advertiser.ORGANIC_RATE
            * Catalog.ADVERTISERS.size()
            / Clock.DAY;
    this.next = Seeds.exponential(random) / perMilli;
  }

  /** When the next organic order is decided on. */
  double nextTime() {
    return next;
  }

  Pending.Order draw() {
    int advertiser = random.nextInt(Catalog.ADVERTISERS.size());
    long person;
    do {
      person = random.nextLong(population.people);
    } while (random.nextDouble() * Population.MAX_INTEREST
        >= Population.INTEREST[population.interest(person, advertiser)]);
    Device device = shoppingDevice(population, person, random);
    boolean app = device != Device.LAPTOP && random.nextBoolean();
    Pending.Order order =
        new Pending.Order(
            wholeSecond((long) next),
            drawn++ * 2 + 1,
            person,
            device,
            app ? SiteKind.APP : SiteKind.WEB,
            advertiser,
            -1,
            -1,
            true,
            basketCents(advertiser, random),
            random.nextInt(10) < 7);
    next += Seeds.exponential(random) / perMilli;
    return order;
  }

  /** One of the person's devices, televisions aside. */
  static Device shoppingDevice(Population population, long person, RandomGenerator random) {
    while (true) {
      Device device =
          switch (random.nextInt(3)) {
            case 0 -> Device.PHONE;
            case 1 -> Device.LAPTOP;
            default -> Device.TABLET;
          };
      if (population.has(person, device)) {
        return device;
      }
    }
  }

  /** Log-logistic around the advertiser's median, between 1 and 20,000 of its currency. */
  static long basketCents(int advertiser, RandomGenerator random) {
    double cents =
        Catalog.ADVERTISERS.get(advertiser).basketCents() * Seeds.logLogistic(random, 0.35);
    return Math.clamp((long) cents, 100L, 2_000_000L);
  }

  /** Shops tell whole seconds; rounded up, so that an order never precedes its cause. */
  static long wholeSecond(long time) {
    return (time + 999) / 1000 * 1000;
  }
}
