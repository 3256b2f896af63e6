package dev.headrace.core.plan;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.Publication;
import java.util.List;
import java.util.Map;

/**
 * What was built once need not be built again: after a rollback, after a change was taken back, or
 * when another environment has built the same.
 *
 * @param tables the publications to show, the asset's own among them
 */
public record Reuse(List<Publication> tables) implements Decision.Work {
  public Reuse {
    tables = List.copyOf(tables);
  }

  /**
   * Decides as the asset's kind does, and then looks whether the ledger knows the result already:
   * built from the same definition, checked in the same way, from inputs in the same state. Assets
   * without inputs look at the world outside, and those checked against other tables depend on more
   * than their inputs; these are always built.
   */
  public static Decision decide(
      Decider decider, Asset asset, Published published, BuildOptions options) {
    Decision decision = decider.decide(asset, published, options);
    boolean fresh =
        options.isFullRefresh()
            || options.backfill().isPresent()
            || asset.definition().inputs().isEmpty()
            || !asset.definition().checkedAgainst().isEmpty();
    if (fresh || !(decision instanceof Decision.Build build)) {
      return decision;
    }
    Map<String, String> inputs = Staleness.inputStates(asset, published);
    return published
        .earlier(asset.name(), asset.fingerprint().hex(), asset.definition().auditDigest())
        .filter(
            tables ->
                tables.stream()
                    .anyMatch(
                        p ->
                            p.content().table().equalsIgnoreCase(asset.name())
                                && p.content().kind().equals(asset.kind().name())
                                && p.content().inputs().equals(inputs)))
        // Not what was built is asked, but whether it is all there would be to build: a table by
        // day
        // may have to begin earlier now.
        .filter(
            tables ->
                decider.decide(asset, published.showing(tables), options) instanceof Decision.Skip)
        .<Decision>map(tables -> new Decision.Build(build.reasons(), new Reuse(tables)))
        .orElse(decision);
  }

  @Override
  public String toString() {
    return "as run %d built it"
        .formatted(tables.stream().mapToLong(Publication::runId).max().orElse(0));
  }
}
