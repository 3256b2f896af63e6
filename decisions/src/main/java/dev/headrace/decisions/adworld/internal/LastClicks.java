package dev.headrace.decisions.adworld.internal;

/**
 * For each visitor and advertiser the last click: open addressing, linear probing, 17 bytes a slot.
 *
 * <p>Grows with the clicks of {@link #WINDOW} (about 0.8 per person), not with days: {@link
 * #forgetBefore} rebuilds the table.
 */
final class LastClicks {
  static final long WINDOW = 7 * Clock.DAY;

  private long[] visitors = new long[1024];
  private long[] times = new long[1024];

  /** Zero where free; else 1 + campaign * 2 + (1 if the visitor is an ad id). */
  private byte[] marks = new byte[1024];

  private int size;

  /** Remembers a click; calls come in order of time. */
  void put(Visitor visitor, int campaign, long time) {
    if (size * 2 >= marks.length) {
      rebuild(marks.length * 2, Long.MIN_VALUE);
    }
    int at = slot(visitor.id(), kind(visitor), advertiser(campaign));
    if (marks[at] == 0) {
      size++;
    }
    visitors[at] = visitor.id();
    times[at] = time;
    marks[at] = (byte) (1 + campaign * 2 + kind(visitor));
  }

  /** The campaign last clicked within the window that ends at {@code time}, or -1. */
  int find(Visitor visitor, int advertiser, long time) {
    int at = slot(visitor.id(), kind(visitor), advertiser);
    return marks[at] != 0 && time - times[at] <= WINDOW ? (marks[at] - 1) / 2 : -1;
  }

  void forgetBefore(long time) {
    rebuild(marks.length, time);
  }

  private void rebuild(int capacity, long keepFrom) {
    long[] oldVisitors = visitors;
    long[] oldTimes = times;
    byte[] oldMarks = marks;
    visitors = new long[capacity];
    times = new long[capacity];
    marks = new byte[capacity];
    size = 0;
    for (int i = 0; i < oldMarks.length; i++) {
      if (oldMarks[i] != 0 && oldTimes[i] >= keepFrom) {
        int campaign = (oldMarks[i] - 1) / 2;
        int at = slot(oldVisitors[i], (oldMarks[i] - 1) & 1, advertiser(campaign));
        visitors[at] = oldVisitors[i];
        times[at] = oldTimes[i];
        marks[at] = oldMarks[i];
        size++;
      }
    }
  }

  private int slot(long visitor, int kind, int advertiser) {
    int mask = marks.length - 1;
    int at = (int) Seeds.mix(visitor + advertiser) & mask;
    while (marks[at] != 0
        && (visitors[at] != visitor
            || ((marks[at] - 1) & 1) != kind
            || advertiser((marks[at] - 1) / 2) != advertiser)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private static int kind(Visitor visitor) {
    return visitor.kind() == Visitor.Kind.AD_ID ? 1 : 0;
  }

  private static int advertiser(int campaign) {
    return Catalog.CAMPAIGNS.get(campaign).advertiser();
  }
}
