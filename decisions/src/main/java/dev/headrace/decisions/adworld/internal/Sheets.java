package dev.headrace.decisions.adworld.internal;

import static dev.headrace.decisions.adworld.internal.Sheet.bit;

import dev.headrace.decisions.adworld.Dirt;
import dev.headrace.decisions.adworld.Feed;
import java.util.random.RandomGenerator;

/**
 * The rows of one day that a batch adds to the files of that day and the two after it.
 *
 * <p>{@link #deliver} is the one place where rows become late, doubled, cut or out of order.
 */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class Sheets {
  static final int REACH_DAYS = 3;
  private static final int LONGEST_DETOUR_ROWS = 40;

  private final Sheet[][] sheets = new Sheet[Feed.values().length][REACH_DAYS];
  private final int lastDay;
  private int day;

  private final Text held = new Text(1024);
  private long heldTime;
  private int heldKinds;
  private int heldForRows;
  private long latestTime;

  Sheets(int lastDay) {
    this.lastDay = lastDay;
    for (Sheet[] ofFeed : sheets) {
      for (int i = 0; i < REACH_DAYS; i++) {
        ofFeed[i] = new Sheet();
      }
    }
  }

  /** Empties all sheets; rows delivered from now on occurred on {@code newDay}. */
  void begin(int newDay) {
    day = newDay;
    latestTime = Long.MIN_VALUE;
    for (Sheet[] ofFeed : sheets) {
      for (Sheet sheet : ofFeed) {
        sheet.clear();
      }
    }
  }

  int day() {
    return day;
  }

  Sheet at(Feed feed, int daysLater) {
    return sheets[feed.ordinal()][daysLater];
  }

  static boolean strikes(Dirt kind, Feed feed, RandomGenerator random) {
    return random.nextInt(1_000_000) < kind.ratePpm(feed);
  }

  /** Sends a finished row on its way. */
  void deliver(Feed feed, Text row, long time, int kinds, RandomGenerator random) {
    int later = 0;
    if (strikes(Dirt.LATE, feed, random)) {
      int delay = random.nextInt(5) == 0 ? 2 : 1;
      later = day + delay <= lastDay ? delay : 0;
    }
    if (strikes(Dirt.TRUNCATED_LINE, feed, random)) {
      int length = 20 + random.nextInt(row.size() - 21);
      while ((row.array()[length] & 0xC0) == 0x80) {
        length--; // never inside a character: the file stays valid UTF-8
      }
      at(feed, later).add(row, length, bit(Dirt.TRUNCATED_LINE));
    }
    boolean twice = strikes(Dirt.DUPLICATE, feed, random);
    if (feed == Feed.IMPRESSIONS) {
      if (later == 0 && !twice && heldForRows == 0 && strikes(Dirt.OUT_OF_ORDER, feed, random)) {
        hold(row, time, kinds, 1 + random.nextInt(LONGEST_DETOUR_ROWS));
        return;
      }
      if (later == 0) {
        latestTime = time;
      }
    }
    at(feed, later).add(row, kinds | (later > 0 ? bit(Dirt.LATE) : 0));
    if (twice) {
      int copyLater = later;
      if (random.nextInt(10) == 0 && later + 1 < REACH_DAYS && day + later + 1 <= lastDay) {
        copyLater++;
      }
      int late = copyLater > 0 ? bit(Dirt.LATE) : 0;
      at(feed, copyLater).add(row, kinds | bit(Dirt.DUPLICATE) | late);
    }
    if (feed == Feed.IMPRESSIONS && heldForRows > 0 && --heldForRows == 0) {
      release();
    }
  }

  /** Delivers what is still held back. */
  void finish() {
    if (heldForRows > 0) {
      heldForRows = 0;
      release();
    }
  }

  private void hold(Text row, long time, int kinds, int rows) {
    held.clear();
    held.put(row.array(), row.size());
    heldTime = time;
    heldKinds = kinds;
    heldForRows = rows;
  }

  private void release() {
    int outOfOrder = latestTime > heldTime ? bit(Dirt.OUT_OF_ORDER) : 0;
    at(Feed.IMPRESSIONS, 0).add(held, heldKinds | outOfOrder);
  }
}
