package dev.headrace.decisions.adworld.internal;

import java.util.ArrayList;
import java.util.List;

/** Requests of one hour at most, and all that follows from them; reused again and again. */
final class Batch {
  static final int CAPACITY = 4096;

  final long[] times = new long[CAPACITY];
  final long[] sessions = new long[CAPACITY];
  int size;
  long number;

  /** Bit c is set while campaign c may bid. */
  int activeCampaigns;

  final Sheets sheets;
  final Text exposures = new Text(1 << 12);
  final List<Pending> pending = new ArrayList<>();
  final Tally tally = new Tally();

  Batch(int lastDay) {
    sheets = new Sheets(lastDay);
  }

  void clear() {
    size = 0;
    exposures.clear();
    pending.clear();
    tally.clear();
  }

  void add(long time, long session) {
    if (size == 0) {
      sheets.begin(Clock.day(time));
    }
    times[size] = time;
    sessions[size++] = session;
  }

  long hourOfWorld() {
    return times[0] / Clock.HOUR;
  }

  int day() {
    return Clock.day(times[0]);
  }

  /** The number of a request in the world: unique. */
  long request(int index) {
    return number * CAPACITY + index;
  }
}
