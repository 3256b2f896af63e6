package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.internal.Catalog.City;
import dev.headrace.decisions.adworld.internal.Catalog.SiteKind;
import dev.headrace.decisions.adworld.internal.Seeds.Trait;

/**
 * Everyone's lasting traits, recomputed from hashes whenever they are asked for: a person costs no
 * memory.
 *
 * <p>People are numbered from 0; bots from {@link #FIRST_BOT}. A household is named by its first
 * member, a device by its owner times four plus its kind (a television by its household).
 */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class Population {
  static final long FIRST_BOT = 1L << 36;
  static final double MAX_ACTIVITY = 2.6;
  static final double MAX_INTEREST = 3.0;
  static final double[] INTEREST = {0.4, 1.0, MAX_INTEREST};

  private static final double[] ACTIVITY = {0.4, 1.0, MAX_ACTIVITY};
  private static final int[][] HOUSEHOLDS = {
    {1, 1, 2, 4}, {2, 2, 4}, {1, 2, 5}, {3, 3, 2}, {1, 1, 1, 2, 3}, {4, 4}, {2, 3, 1, 2}, {1, 3, 4}
  };
  private static final int[] LIVES_DAYS = {15, 45, 180};
  private static final int HOME_IP_DAYS = 30;

  final long people;
  final long bots;
  private final Seeds seeds;

  Population(long people, Seeds seeds) {
    this.people = people;
    this.bots = Math.max(1, people / 500);
    this.seeds = seeds;
  }

  static boolean isBot(long actor) {
    return actor >= FIRST_BOT;
  }

  /** Two of five bots come as a browser from a data centre. */
  static boolean isStealthBot(long actor) {
    return isBot(actor) && actor % 5 < 2;
  }

  /** How often the person is online, relative to others: mean 0.97. */
  double activity(long person) {
    double u = Seeds.unit(seeds.trait(Trait.ACTIVITY, person));
    return ACTIVITY[u < 0.45 ? 0 : u < 0.85 ? 1 : 2];
  }

  /** 0, 1 or 2: how much the person cares for a vertical; organic demand is INTEREST[level]. */
  int interest(long actor, int vertical) {
    if (isBot(actor)) {
      return 0;
    }
    double u = Seeds.unit(seeds.trait(Trait.INTEREST, actor * Catalog.VERTICALS + vertical));
    return u < 0.5 ? 0 : u < 0.85 ? 1 : 2;
  }

  /** Whether the person's ads of this campaign are withheld: 10 %, independent of everything. */
  boolean heldOut(long actor, int campaign) {
    return Seeds.unit(seeds.trait(Trait.HOLDOUT, actor * 64 + campaign)) < 0.1;
  }

  boolean works(long person) {
    return Seeds.unit(seeds.trait(Trait.JOB, person)) < 0.6;
  }

  long household(long person) {
    long block = person & ~7L;
    int[] sizes = HOUSEHOLDS[Seeds.below(seeds.trait(Trait.HOUSEHOLD, block), HOUSEHOLDS.length)];
    long first = block;
    for (int size : sizes) {
      if (person < first + size) {
        return first;
      }
      first += size;
    }
    return first;
  }

  City city(long actor) {
    long home = isBot(actor) ? actor : household(actor);
    return Catalog.CITIES.get(Seeds.below(seeds.trait(Trait.CITY, home), Catalog.CITIES.size()));
  }

  /** Phone 93 %, laptop 70 %, tablet 25 %, television 60 % of households; everyone has one. */
  boolean has(long person, Device device) {
    return switch (device) {
      case PHONE -> owns(person, 0, 0.93) || !(owns(person, 1, 0.70) || owns(person, 2, 0.25));
      case LAPTOP -> owns(person, 1, 0.70);
      case TABLET -> owns(person, 2, 0.25);
      case TV -> owns(household(person), 3, 0.60);
    };
  }

  private boolean owns(long owner, int kind, double share) {
    return Seeds.unit(seeds.trait(Trait.DEVICES, owner * 4 + kind)) < share;
  }

  long device(long actor, Device device) {
    return (device == Device.TV ? household(actor) : actor) * 4 + device.ordinal();
  }

  Device.Software software(long actor, Device device) {
    return device.software(seeds.trait(Trait.SOFTWARE, device(actor, device)));
  }

  /** 4 % of browsers block cookies. */
  boolean blocksCookies(long device) {
    return device < FIRST_BOT * 4 && Seeds.unit(seeds.trait(Trait.PRIVACY, device)) < 0.04;
  }

  /** 45 % of iOS devices limit tracking: their ad id reads as zeros. */
  boolean limitsTracking(long device, Device.Software software) {
    return software.os().equals("iOS")
        && Seeds.unit(Seeds.mix(seeds.trait(Trait.PRIVACY, device))) < 0.45;
  }

  /** Days until a browser's cookie is replaced: 7 on Safari, else 15, 45 or 180. */
  int cookieLifeDays(long device, Device.Software software) {
    if (device >= FIRST_BOT * 4) {
      return 1;
    }
    return software.browser().equals("Safari")
        ? 7
        : LIVES_DAYS[Seeds.below(seeds.trait(Trait.COOKIE_LIFE, device), LIVES_DAYS.length)];
  }

  /** How many cookies the device had before the one of this day. */
  long cookieGeneration(long device, int life, int day) {
    return ((long) day + offset(device, life)) / life;
  }

  /** Days that the device's first cookie had lived when the world began. */
  int offset(long device, int life) {
    return Seeds.below(Seeds.mix(seeds.trait(Trait.COOKIE_LIFE, device)), life);
  }

  long cookie(long device, long generation) {
    return seeds.id(Trait.COOKIE, device << 16 | generation);
  }

  long adId(long device) {
    return seeds.id(Trait.AD_ID, device);
  }

  void putAdId(Text text, long adId) {
    text.uuid(adId, seeds.trait(Trait.AD_ID_TAIL, adId));
  }

  /** The identifier that a site of this kind sees on this day. */
  Visitor visitor(long actor, Device device, SiteKind site, int day) {
    long id = device(actor, device);
    Device.Software software = software(actor, device);
    if (site == SiteKind.WEB) {
      if (blocksCookies(id)) {
        return Visitor.NONE;
      }
      int life = cookieLifeDays(id, software);
      return new Visitor(Visitor.Kind.COOKIE, cookie(id, cookieGeneration(id, life, day)));
    }
    return limitsTracking(id, software) ? Visitor.ZERO : new Visitor(Visitor.Kind.AD_ID, adId(id));
  }

  /**
   * IPv4 address: homes 24.0.0.0/6 and change monthly, offices 63.0.0.0/8 of a few dozen people,
   * carriers 100.64.0.0/10 shared by many and changing every six hours, data centres 198.18.0.0/15.
   */
  int ip(long actor, Network network, long timeMillis) {
    int day = (int) (timeMillis / Clock.DAY);
    return switch (network) {
      case HOME -> {
        long home = isBot(actor) ? actor : household(actor);
        long shift = Seeds.below(seeds.trait(Trait.HOME_IP, home), HOME_IP_DAYS);
        long lease = (day + shift) / HOME_IP_DAYS;
        yield 24 << 24 | (int) (seeds.trait(Trait.HOME_IP, home << 12 | lease) >>> 38);
      }
      case WORK -> {
        long town = Catalog.CITIES.indexOf(city(actor));
        long offices = Math.max(1, people / 500);
        long office = Long.remainderUnsigned(seeds.trait(Trait.OFFICE_IP, actor), offices);
        yield 63 << 24 | (int) (seeds.trait(Trait.OFFICE_IP, ~(town << 40 | office)) >>> 40);
      }
      case CARRIER -> {
        long slot = actor << 16 | (timeMillis / (6 * Clock.HOUR) & 0xFFFF);
        int pool = Math.clamp(people / 20, 1, 1 << 22);
        yield (100 << 24 | 64 << 16) + Seeds.below(seeds.trait(Trait.CARRIER_IP, slot), pool);
      }
      case DATACENTER ->
          (198 << 24 | 18 << 16) | (int) (seeds.trait(Trait.DATACENTER_IP, actor) >>> 47);
    };
  }

  /** The normalised address: trimmed, lower case. */
  String email(long person) {
    long hash = seeds.trait(Trait.EMAIL, person);
    String[] names = {"ada", "noor", "emre", "lena", "juan", "mina", "otto", "rosa"};
    String[] hosts = {"example.com", "example.net", "example.org"};
    return names[Seeds.below(hash, names.length)]
        + "."
        + person
        + "@"
        + hosts[Seeds.below(hash << 32, hosts.length)];
  }

  enum Network {
    HOME,
    WORK,
    CARRIER,
    DATACENTER
  }
}
