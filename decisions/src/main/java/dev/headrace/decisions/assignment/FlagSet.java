package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Project;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All flags of a project, ready to be evaluated. Immutable and thread-safe. */
public final class FlagSet {
  private final Map<String, Flag> byKey = new TreeMap<>();

  private FlagSet(Collection<Flag> flags) {
    flags.forEach(flag -> byKey.put(flag.key(), flag));
  }

  /** The flags of a project. */
  public static FlagSet of(Project project, FlagsSpec all) {
    Map<String, FlagSpec> specs = new TreeMap<>();
    project
        .declarations()
        .forEach(
            (name, declaration) -> {
              if (declaration.spec() instanceof FlagSpec spec) {
                specs.put(name, spec);
              }
            });
    return of(specs, all, project.config().timezone());
  }

  /**
   * Flags by the names of their files.
   *
   * @throws HeadraceException ASSIGNMENT_INVALID, with everything that does not fit together: keys
   *     and experiments of the same name, layers nobody declares, slots that overlap
   */
  public static FlagSet of(Map<String, FlagSpec> specs, FlagsSpec all, ZoneId zone) {
    Problems problems = new Problems();
    List<Flag> flags = new ArrayList<>();
    Map<String, String> files = new HashMap<>();
    Map<String, String> experiments = new HashMap<>();
    List<Taken> taken = new ArrayList<>();
    new TreeMap<>(specs)
        .forEach(
            (name, spec) -> {
              String file = "flags/" + name + ".yaml";
              Flag flag = new Flag(name, spec, all, zone);
              flags.add(flag);
              unique("key", flag.key(), file, files, problems);
              flag.experiments()
                  .forEach(one -> unique("experiment", one, file, experiments, problems));
              for (RuleSpec rule : spec.rules()) {
                layer(rule.assign(), file, all, taken, problems);
              }
            });
    for (String experiment : experiments.keySet()) {
      String file = files.get(experiment);
      if (file != null && !file.equals(experiments.get(experiment))) {
        problems.add(
            Location.of(file),
            "The key '%s' is also the name of an experiment of another flag, in %s."
                .formatted(experiment, experiments.get(experiment)),
            "Rename one of them: stopping either would stop both.");
      }
    }
    if (!problems.isEmpty()) {
      throw problems.toException(
          AssignmentError.ASSIGNMENT_INVALID,
          "Cannot put the project's flags together",
          "Correct the files and run the same command again.");
    }
    return new FlagSet(flags);
  }

  /** Slots of a layer, and the file that has them. */
  private record Taken(String layer, Slots slots, String file) {}

  private static void unique(
      String what, String name, String file, Map<String, String> files, Problems problems) {
    String other = files.putIfAbsent(name, file);
    if (other != null) {
      problems.add(
          Location.of(file),
          "The %s '%s' is taken by %s.".formatted(what, name, other),
          "Rename one of them.");
    }
  }

  private static void layer(
      AssignmentSpec spec, String file, FlagsSpec all, List<Taken> taken, Problems problems) {
    String layer = spec.layer();
    Slots slots = spec.slots();
    if (layer == null || slots == null) {
      return;
    }
    if (!all.layers().containsKey(layer)) {
      problems.add(
          Location.of(file),
          "There is no layer '%s'.".formatted(layer),
          all.layers().isEmpty()
              ? "Add 'flags: {layers: {%s: {}}}' to headrace.yaml.".formatted(layer)
              : Names.suggest(layer, all.layers().keySet()));
    }
    for (Taken other : taken) {
      if (other.layer().equals(layer) && other.slots().overlaps(slots)) {
        problems.add(
            Location.of(file),
            "The slots %s of layer '%s' overlap %s of %s."
                .formatted(slots, layer, other.slots(), other.file()),
            "Experiments of one layer need slots of their own.");
      }
    }
    taken.add(new Taken(layer, slots, file));
  }

  /** What programs may ask for, sorted. */
  public Set<String> keys() {
    return new TreeSet<>(byKey.keySet());
  }

  /** Names of the experiments whose assignments are logged, sorted. */
  public Set<String> experiments() {
    Set<String> names = new TreeSet<>();
    byKey.values().forEach(flag -> names.addAll(flag.experiments()));
    return names;
  }

  /** What was declared under a key; null for none. */
  public @Nullable FlagSpec spec(String key) {
    Flag flag = byKey.get(key);
    return flag == null ? null : flag.spec();
  }

  /**
   * Evaluates one flag. Never throws.
   *
   * @param attributes an object; {@code targetingKey} is the unit unless a rule names another
   * @param stopped flags and experiments that somebody has stopped
   */
  public Evaluation evaluate(String key, JsonNode attributes, Set<String> stopped, Instant at) {
    Flag flag = byKey.get(key);
    return flag == null
        ? new Evaluation.Failure(
            key,
            Evaluation.Code.FLAG_NOT_FOUND,
            "There is no flag '%s'. %s"
                .formatted(shortened(key), Names.suggest(shortened(key), keys()))
                .strip())
        : flag.evaluate(attributes, stopped, at);
  }

  private static String shortened(String key) {
    return key.length() <= 100 ? key : key.substring(0, 100) + "…";
  }

  /** Evaluates all flags, by key. */
  public List<Evaluation> evaluateAll(JsonNode attributes, Set<String> stopped, Instant at) {
    List<Evaluation> all = new ArrayList<>();
    byKey.values().forEach(flag -> all.add(flag.evaluate(attributes, stopped, at)));
    return all;
  }

  /**
   * How a unit comes to its variant of an experiment.
   *
   * @param experiment its name; that of a flag means the flag's first split
   * @param attributes of the unit, for targeting
   * @throws HeadraceException ASSIGNMENT_EXPERIMENT_MISSING, ASSIGNMENT_UNIT
   */
  public Explanation explain(
      String experiment, String unit, JsonNode attributes, Set<String> stopped, Instant at) {
    if (unit.isEmpty()) {
      throw new HeadraceException(
          AssignmentError.ASSIGNMENT_UNIT,
          "Cannot explain experiment '%s': the unit is empty.".formatted(experiment),
          "Name a unit as your programs do.");
    }
    for (Flag flag : byKey.values()) {
      var found = flag.experiment(experiment);
      if (found.isPresent()) {
        boolean off =
            !flag.spec().enabled() || stopped.contains(experiment) || stopped.contains(flag.key());
        return found.get().explain(flag.key(), off, unit, attributes, at);
      }
    }
    throw missing(experiment);
  }

  /**
   * Checks that there is an experiment or flag of that name.
   *
   * @throws HeadraceException ASSIGNMENT_EXPERIMENT_MISSING
   */
  public void require(String name) {
    if (!byKey.containsKey(name) && !experiments().contains(name)) {
      throw missing(name);
    }
  }

  private HeadraceException missing(String name) {
    Set<String> known = experiments();
    known.addAll(byKey.keySet());
    return new HeadraceException(
        AssignmentError.ASSIGNMENT_EXPERIMENT_MISSING,
        "Cannot find experiment '%s': no flag has one of that name.".formatted(name),
        known.isEmpty() ? "Declare one: see the page on flags." : Names.suggest(name, known));
  }
}
