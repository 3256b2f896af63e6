package dev.headrace.data.maintenance;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Pin;
import dev.headrace.data.lake.SweepPlan;
import dev.headrace.data.lake.SweepReport;
import dev.headrace.data.release.Relations;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What may be removed from the lake, as the ledger sees it: everything that no environment shows,
 * or has shown since some instant.
 *
 * @param needed publications whose rows stay
 * @param sweep what goes
 */
public record Cleaning(List<Publication> needed, SweepPlan sweep) {
  public Cleaning {
    needed = List.copyOf(needed);
  }

  /**
   * Looks only. Call it while holding the run lock.
   *
   * @param since states that were shown after this instant stay readable
   * @param olderThan younger files stay
   * @param strangersOlderThan younger files of other programs stay
   * @param others what else is read again, whether or not it is shown, beside what is needed
   */
  public static Cleaning plan(
      Ledger ledger,
      Lake lake,
      Instant since,
      Instant olderThan,
      Instant strangersOlderThan,
      Function<List<Publication>, Set<Pin>> others) {
    List<Publication> needed = ledger.environments().needed(since);
    Set<Pin> pins =
        needed.stream()
            .map(Publication::content)
            .filter(content -> content.data() instanceof Publication.Stored)
            .map(
                content ->
                    new Pin(
                        Relations.version(content),
                        ((Publication.Stored) content.data()).snapshotId()))
            .collect(Collectors.toCollection(HashSet::new));
    pins.addAll(others.apply(needed));
    return new Cleaning(needed, lake.planSweep(pins, olderThan, strangersOlderThan));
  }

  /**
   * Removes it, while the lock it was planned under is still held. May be killed at any point and
   * planned again: the ledger says that rows are gone before they go.
   */
  public SweepReport carryOut(Ledger ledger, Lake lake) {
    ledger.environments().expireAllBut(needed);
    return lake.sweep(sweep);
  }
}
