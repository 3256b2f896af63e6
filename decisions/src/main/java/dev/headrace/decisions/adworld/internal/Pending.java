package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.internal.Catalog.SiteKind;
import java.util.Comparator;

/** Something that will happen later because of an ad, or of itself. */
sealed interface Pending {
  Comparator<Pending> BY_TIME =
      Comparator.comparingLong(Pending::time).thenComparingLong(Pending::sequence);

  long time();

  /** Unique among all pending: orders those of one millisecond. */
  long sequence();

  /** A click on the impression of a request. */
  record Click(long time, long request, long session, Visitor visitor, int campaign)
      implements Pending {
    @Override
    public long sequence() {
      return request * 2;
    }
  }

  /**
   * An order at an advertiser's shop.
   *
   * @param cause the campaign without which it would not be, or -1
   * @param realised false for what a withheld ad would have caused
   */
  record Order(
      long time,
      long number,
      long person,
      Device device,
      SiteKind site,
      int advertiser,
      int cause,
      long request,
      boolean realised,
      long cents,
      boolean emailKnown)
      implements Pending {
    @Override
    public long sequence() {
      return number * 2 + 1;
    }
  }
}
