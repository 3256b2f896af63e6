package dev.headrace.core.plan;

import dev.headrace.core.ledger.DayRanges;
import java.util.Optional;

/**
 * What the user asked of a run beyond "what is stale".
 *
 * @param extent whether assets that are up to date are built from scratch
 * @param backfill days to build again in tables that are built by day; other tables are unaffected
 */
public record BuildOptions(Extent extent, Optional<DayRanges> backfill) {
  /** What is stale and nothing else. */
  public static final BuildOptions STALE = new BuildOptions(Extent.STALE, Optional.empty());

  /** How much is built. */
  public enum Extent {
    /** What differs from its definition or inputs. */
    STALE,
    /** Everything selected, from nothing. */
    FULL_REFRESH
  }

  public boolean isFullRefresh() {
    return extent == Extent.FULL_REFRESH;
  }
}
