package dev.headrace.core.plan;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.project.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

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
   * @param selected names of assets; what they read is taken as it is published
   */
  public Plan plan(Set<String> selected, Published published, BuildOptions options) {
    List<Plan.Step> steps = new ArrayList<>();
    Set<String> building = new HashSet<>();
    for (Asset asset : graph.assets()) {
      if (!selected.contains(asset.name())) {
        continue;
      }
      Decision decision = decide(asset, published, options, building);
      if (decision instanceof Decision.Build) {
        building.add(asset.name());
      }
      steps.add(new Plan.Step(asset, decision));
    }
    return new Plan(published.environment(), options, steps);
  }

  private Decision decide(
      Asset asset, Published published, BuildOptions options, Set<String> building) {
    List<String> pending =
        graph.inputs(asset).stream().map(Asset::name).filter(building::contains).toList();
    Decision alone = deciders.apply(asset.kind()).decide(asset, published, options);
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
