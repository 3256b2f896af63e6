package dev.headrace.core.plan;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.Realignment;
import dev.headrace.core.project.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Decides for every selected asset whether it has to be built, and why. */
public final class Planner {
  private final Graph graph;
  private final Function<Kind<?>, ? extends Decider> deciders;

  public Planner(Graph graph, Function<Kind<?>, ? extends Decider> deciders) {
    this.graph = graph;
    this.deciders = deciders;
  }

  /**
   * Plans the given assets.
   *
   * @param selected names of assets; what they read is taken as it is published, and those of kinds
   *     that are only defined are in no plan
   */
  public Plan plan(Set<String> selected, Published published, BuildOptions options) {
    List<Asset> built = graph.built();
    List<Asset> assets = built.stream().filter(asset -> selected.contains(asset.name())).toList();
    Set<Asset> asInProd = options.isFullRefresh() ? Set.of() : asInProd(published);
    Set<Asset> following = new HashSet<>(asInProd);
    assets.stream().filter(asset -> isOvertaken(asset, published)).forEach(following::add);
    following.retainAll(Set.copyOf(assets));
    Realignment realignment =
        new Realignment(
            ownTables(following, published),
            assets.size() == built.size() ? undeclared(published) : Set.of());
    Published realigned = published.realigned(realignment);
    List<Plan.Step> steps = new ArrayList<>();
    Set<String> building = new HashSet<>();
    for (Asset asset : assets) {
      Decision decision =
          asInProd.contains(asset)
              ? Decision.Skip.AS_IN_PROD
              : decide(asset, realigned, options, building);
      if (decision instanceof Decision.Build) {
        building.add(asset.name());
      }
      steps.add(new Plan.Step(asset, decision));
    }
    return new Plan(published.environment(), options, realignment, steps);
  }

  /**
   * Whether the project defines tables just as {@code prod} has redefined them: then a promotion
   * cannot undo it.
   *
   * @param redefined as {@link Environments#redefinedInProd} gives it
   */
  public boolean agreesWith(Map<String, Optional<Publication>> redefined) {
    return redefined.entrySet().stream()
        .allMatch(
            entry -> {
              Optional<Asset> asset = graph.find(entry.getKey());
              return entry
                  .getValue()
                  .map(
                      shown ->
                          asset
                              .filter(
                                  mine ->
                                      mine.definition()
                                          .identityDigest()
                                          .equals(shown.content().identity()))
                              .isPresent())
                  .orElse(asset.isEmpty());
            });
  }

  /**
   * What an environment beside {@code prod} takes from there: assets that are defined and checked
   * as {@code prod} has them, and so is everything they read. New data for these is {@code prod}'s
   * own affair.
   */
  private Set<Asset> asInProd(Published published) {
    Set<Asset> found = new HashSet<>();
    if (published.overlays()) {
      for (Asset asset : graph.built()) {
        boolean same =
            inProd(asset, published)
                .filter(content -> content.audit().equals(asset.definition().auditDigest()))
                .isPresent();
        if (same && found.containsAll(graph.inputs(asset))) {
          found.add(asset);
        }
      }
    }
    return found;
  }

  /** What prod shows of an asset, if it is the same version of the table. */
  private static Optional<Publication.Content> inProd(Asset asset, Published published) {
    return published
        .inProd(asset.name())
        .map(Publication::content)
        .filter(
            content ->
                content.kind().equals(asset.kind().name())
                    && content.fingerprint().equals(asset.fingerprint().hex()));
  }

  /**
   * Whether the environment has a table of its own of which prod has the same version, and prod's
   * has gone on since: what is different about it is to be done again on prod's.
   */
  private static boolean isOvertaken(Asset asset, Published published) {
    Optional<Publication> own = published.table(asset.name());
    Optional<Publication> prods = published.inProd(asset.name());
    return published.overlays()
        && own.isPresent()
        && prods.isPresent()
        && inProd(asset, published).isPresent()
        && own.get().content().fingerprint().equals(prods.get().content().fingerprint())
        && !published.continues(own.get(), prods.get());
  }

  /** Tables that the environment has of its own though {@code prod} has the same by now. */
  private static Set<String> ownTables(Set<Asset> following, Published published) {
    return following.stream()
        .flatMap(asset -> asset.kind().tables(asset.name()).stream())
        .filter(table -> !published.table(table).equals(published.inProd(table)))
        .map(table -> table.toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /** Tables of assets that are gone from the project; what others wrote or asked for is theirs. */
  private Set<String> undeclared(Published published) {
    return published.tables().stream()
        .map(Publication::content)
        .filter(content -> !content.kind().equals(Publication.OUTSIDE))
        .filter(content -> !content.kind().equals(Publication.TRAINING_SET))
        .filter(content -> !content.kind().equals(Publication.PREDICTIONS))
        .filter(
            content ->
                graph
                    .find(content.asset())
                    .filter(asset -> declares(asset, content.table()))
                    .isEmpty())
        .map(content -> content.table().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private static boolean declares(Asset asset, String table) {
    return asset.kind().tables(asset.name()).stream().anyMatch(table::equalsIgnoreCase);
  }

  private Decision decide(
      Asset asset, Published published, BuildOptions options, Set<String> building) {
    List<String> pending =
        graph.inputs(asset).stream().map(Asset::name).filter(building::contains).toList();
    Decision alone = Reuse.decide(deciders.apply(asset.kind()), asset, published, options);
    if (pending.isEmpty()) {
      return alone;
    }
    List<String> reasons =
        alone instanceof Decision.Build build
            ? build.reasons()
            : pending.stream().map(input -> "input " + input + " is built").toList();
    return new Decision.Build(reasons, new Decision.AfterInputs(pending));
  }
}
