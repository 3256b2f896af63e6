package dev.headrace.ml.registry;

import dev.headrace.core.ledger.Aliases;
import dev.headrace.core.ledger.Publication;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Pin;
import dev.headrace.data.lake.VersionId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The snapshots that models were trained on and may be trained on again: those of every version
 * that an environment shows or has shown lately, that somebody gave a name, or that is the newest.
 */
public final class ModelPins {
  private ModelPins() {}

  /**
   * Call it while holding the run lock.
   *
   * @param names of versions
   * @param needed what environments show, or have shown lately
   */
  public static Set<Pin> of(Lake lake, Aliases names, List<Publication> needed) {
    Registry registry = new Registry(lake.modelsDirectory(), names);
    Set<Pin> pins = new HashSet<>();
    for (String model : registry.models()) {
      List<ModelCard> versions = registry.versions(model);
      Collection<Integer> named = registry.aliases(model).values();
      for (ModelCard card : versions) {
        boolean newest = card.version() == versions.getLast().version();
        if (newest || named.contains(card.version()) || isIn(needed, card)) {
          card.inputs().forEach(input -> add(pins, input));
        }
      }
    }
    return pins;
  }

  private static boolean isIn(List<Publication> needed, ModelCard card) {
    Long snapshot = card.predictions();
    return snapshot != null
        && needed.stream()
            .map(Publication::content)
            .filter(content -> content.table().equals(card.model()))
            .anyMatch(content -> content.state().equals(ModelBuilder.state(snapshot)));
  }

  private static void add(Set<Pin> pins, ModelCard.Input input) {
    Long snapshot = input.snapshot();
    if (snapshot != null) {
      pins.add(new Pin(new VersionId(input.table(), input.fingerprint()), snapshot));
    }
    input.reads().forEach(read -> add(pins, read));
  }
}
