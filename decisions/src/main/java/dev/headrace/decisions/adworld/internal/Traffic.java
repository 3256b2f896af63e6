package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.internal.Catalog.SiteKind;
import dev.headrace.decisions.adworld.internal.Population.Network;
import dev.headrace.decisions.adworld.internal.Seeds.Trait;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Makes the requests for ads of all people and bots, in order of time.
 *
 * <p>Sessions begin as one Poisson process for all people together, which picks its person in
 * proportion to activity: the same law as one Poisson process per person, at a cost that depends on
 * events only. A heap holds the sessions that are open now, a few minutes' worth. Sequential by
 * design: it is 5 % of the work, and it makes the order of everything else well defined.
 */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class Traffic {
  static final double SESSIONS_PER_PERSON_DAY = 2.5;
  static final double MEAN_REQUESTS = 4.0;
  static final double BOT_SESSION_SHARE = 0.014;

  private static final int[] HOUR_WEIGHTS = {
    4, 2, 1, 1, 1, 2, 4, 7, 9, 9, 9, 9, 10, 10, 9, 9, 9, 10, 12, 14, 15, 14, 11, 7
  };
  private static final double HOUR_MEAN = Arrays.stream(HOUR_WEIGHTS).average().orElseThrow();
  private static final double WEEKEND_FACTOR = 1.15;

  private final Population people;
  private final Clock clock;
  private final RandomGenerator random;
  private final double[][] siteShares = new double[SiteKind.values().length][];
  private final int[] firstSite = new int[SiteKind.values().length];
  private double nextSession;

  private long[] heapTimes = new long[256];
  private long[] heapSessions = new long[256];
  private int open;

  Traffic(Population people, Clock clock, Seeds seeds) {
    this.people = people;
    this.clock = clock;
    this.random = seeds.generator(Trait.TRAFFIC, 0);
    for (SiteKind kind : SiteKind.values()) {
      siteShares[kind.ordinal()] = shares(kind);
    }
    nextSession = arrivalAfter(0);
  }

  /** Zipf: the share of the site of rank r among its kind is proportional to 1/(r+2). */
  private double[] shares(SiteKind kind) {
    int count = 0;
    for (int i = Catalog.SITES.size() - 1; i >= 0; i--) {
      if (Catalog.SITES.get(i).kind() == kind) {
        firstSite[kind.ordinal()] = i;
        count++;
      }
    }
    double[] cumulative = new double[count];
    double sum = 0;
    for (int rank = 0; rank < count; rank++) {
      sum += 1.0 / (rank + 3);
      cumulative[rank] = sum;
    }
    for (int rank = 0; rank < count; rank++) {
      cumulative[rank] /= sum;
    }
    return cumulative;
  }

  /** Fills a batch with the next requests, all of one hour; false at the end of the world. */
  boolean fill(Batch batch) {
    batch.clear();
    while (batch.size < Batch.CAPACITY) {
      while (open == 0 || nextSession <= heapTimes[0]) {
        if (nextSession >= clock.end) {
          break;
        }
        if (batch.size > 0 && (long) nextSession / Clock.HOUR != batch.hourOfWorld()) {
          return true;
        }
        begin((long) nextSession);
        nextSession = arrivalAfter(nextSession);
      }
      if (open == 0 || heapTimes[0] >= clock.end) {
        return batch.size > 0;
      }
      if (batch.size > 0 && heapTimes[0] / Clock.HOUR != batch.hourOfWorld()) {
        return true;
      }
      take(batch);
    }
    return true;
  }

  private double arrivalAfter(double time) {
    double from = time;
    while (from < clock.end) {
      double hourEnd = (Math.floor(from / Clock.HOUR) + 1) * Clock.HOUR;
      double at = from + Seeds.exponential(random) / sessionsPerMilli((long) from);
      if (at < hourEnd) {
        return at;
      }
      from = hourEnd;
    }
    return clock.end;
  }

  private double sessionsPerMilli(long time) {
    double perDay = people.people * SESSIONS_PER_PERSON_DAY / (1 - BOT_SESSION_SHARE);
    double hour = HOUR_WEIGHTS[Clock.hour(time)] / HOUR_MEAN;
    return perDay / Clock.DAY * hour * (clock.isWeekend(Clock.day(time)) ? WEEKEND_FACTOR : 1);
  }

  private void begin(long time) {
    if (random.nextDouble() < BOT_SESSION_SHARE) {
      long bot = Population.FIRST_BOT + random.nextLong(people.bots);
      Network network = Population.isStealthBot(bot) ? Network.DATACENTER : Network.HOME;
      int site = site(SiteKind.WEB);
      push(time, Session.pack(bot, site, Device.LAPTOP, network, true, 5 + random.nextInt(21)));
      return;
    }
    long person;
    do {
      person = random.nextLong(people.people);
    } while (random.nextDouble() * Population.MAX_ACTIVITY >= people.activity(person));
    Device device = device(person, Clock.hour(time));
    SiteKind kind =
        switch (device) {
          case PHONE -> random.nextDouble() < 0.55 ? SiteKind.APP : SiteKind.WEB;
          case LAPTOP -> SiteKind.WEB;
          case TABLET -> random.nextBoolean() ? SiteKind.APP : SiteKind.WEB;
          case TV -> SiteKind.CTV;
        };
    int requests = 1;
    while (requests < 40 && random.nextDouble() >= 1 / MEAN_REQUESTS) {
      requests++;
    }
    Network network = network(person, device, time);
    push(time, Session.pack(person, site(kind), device, network, true, requests));
  }

  private int site(SiteKind kind) {
    double[] cumulative = siteShares[kind.ordinal()];
    int found = Arrays.binarySearch(cumulative, random.nextDouble());
    return firstSite[kind.ordinal()] + Math.min(found < 0 ? ~found : found, cumulative.length - 1);
  }

  private Device device(long person, int hour) {
    double u = random.nextDouble();
    double tv = hour >= 18 ? 0.25 : 0.05;
    double laptop = hour >= 9 && hour < 18 ? 0.40 : 0.20;
    Device wish =
        u < tv
            ? Device.TV
            : u < tv + laptop
                ? Device.LAPTOP
                : u < tv + laptop + 0.10 ? Device.TABLET : Device.PHONE;
    if (people.has(person, wish)) {
      return wish;
    }
    return people.has(person, Device.PHONE)
        ? Device.PHONE
        : people.has(person, Device.LAPTOP) ? Device.LAPTOP : Device.TABLET;
  }

  private Network network(long person, Device device, long time) {
    double u = random.nextDouble();
    int hour = Clock.hour(time);
    boolean office = hour >= 9 && hour < 17 && !clock.isWeekend(Clock.day(time));
    boolean portable = device == Device.PHONE || device == Device.LAPTOP;
    if (device == Device.PHONE && u < 0.45) {
      return Network.CARRIER;
    }
    return office && portable && u < 0.85 && people.works(person) ? Network.WORK : Network.HOME;
  }

  private void take(Batch batch) {
    long time = heapTimes[0];
    long session = heapSessions[0];
    batch.add(time, session);
    pop();
    if (Session.requests(session) > 1) {
      double gap =
          Population.isBot(Session.actor(session))
              ? 1_000 + random.nextInt(2_000)
              : 2_000 + 33_000 * Seeds.exponential(random);
      push(time + (long) gap, Session.next(session));
    }
  }

  private void push(long time, long session) {
    if (open == heapTimes.length) {
      heapTimes = Arrays.copyOf(heapTimes, open * 2);
      heapSessions = Arrays.copyOf(heapSessions, open * 2);
    }
    int at = open++;
    while (at > 0 && heapTimes[(at - 1) / 2] > time) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    heapTimes[at] = time;
    heapSessions[at] = session;
  }

  private void pop() {
    long time = heapTimes[--open];
    long session = heapSessions[open];
    int at = 0;
    while (2 * at + 1 < open) {
      int child = 2 * at + 1;
      if (child + 1 < open && heapTimes[child + 1] < heapTimes[child]) {
        child++;
      }
      if (heapTimes[child] >= time) {
        break;
      }
      move(child, at);
      at = child;
    }
    heapTimes[at] = time;
    heapSessions[at] = session;
  }

  private void move(int from, int to) {
    heapTimes[to] = heapTimes[from];
    heapSessions[to] = heapSessions[from];
  }
}
