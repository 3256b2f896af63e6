package dev.headrace.ml.serving;

import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Names;
import dev.headrace.ml.registry.ModelBuilder;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.ModelError;
import dev.headrace.ml.registry.Registry;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a project in a process that serves them. What is declared, published, registered or
 * named while it runs is seen at the next {@link #look}. A champion that cannot be loaded leaves
 * the one before in its place. Thread-safe.
 */
public final class ServedModels {
  private static final Logger LOG = LoggerFactory.getLogger(ServedModels.class);

  private final Supplier<? extends Collection<String>> declared;
  private final Registry registry;
  private final Supplier<Published> shown;
  private final Map<Key, ServedModel> loaded = new ConcurrentHashMap<>();
  private volatile Map<String, Versions> versions = Map.of();
  private boolean failing;

  /** Numbers can be used again after a crash, files cannot. */
  private record Key(String model, int version, Map<String, String> files) {}

  /**
   * The versions of one model.
   *
   * @param signature differs when anything of it does
   * @param champion the version that is shown; null where none is
   * @param serving the champion, or the one before where that cannot be loaded
   * @param problem why the champion cannot be loaded, or nothing be read
   */
  private record Versions(
      String signature,
      TreeMap<Integer, ModelCard> cards,
      Map<String, Integer> aliases,
      @Nullable ModelCard champion,
      @Nullable ServedModel serving,
      @Nullable HeadraceException problem) {

    /** The same, with why nothing newer is known. */
    Versions with(HeadraceException why) {
      return new Versions(signature, cards, aliases, champion, serving, why);
    }

    /** Whether a version has a name, so that it is worth keeping loaded. */
    boolean names(int version) {
      return aliases.containsValue(version)
          || (!cards.isEmpty() && cards.lastKey() == version)
          || (champion != null && champion.version() == version)
          || (serving != null && serving.card().version() == version);
    }
  }

  private ServedModels(
      Supplier<? extends Collection<String>> declared,
      Registry registry,
      Supplier<Published> shown) {
    this.declared = declared;
    this.registry = registry;
    this.shown = shown;
  }

  /**
   * The models as they are.
   *
   * @param declared names of the project's models, asked at every look
   * @param shown what the environment shows, likewise
   */
  public static ServedModels of(
      Supplier<? extends Collection<String>> declared,
      Registry registry,
      Supplier<Published> shown) {
    ServedModels models = new ServedModels(declared, registry, shown);
    models.look();
    return models;
  }

  /** Sees what has changed since the last look; what cannot be read stays as it was. */
  public synchronized void look() {
    try {
      Published published = shown.get();
      Map<String, SortedMap<String, Integer>> names = registry.aliases();
      Map<String, Versions> next = new LinkedHashMap<>();
      for (String model : declared.get()) {
        next.put(
            model,
            look(
                model,
                ModelBuilder.shown(published, model),
                names.getOrDefault(model, Collections.emptySortedMap())));
      }
      versions = next;
      loaded.keySet().removeIf(key -> !next.containsKey(key.model()));
      failing = false;
    } catch (HeadraceException | UncheckedIOException e) {
      if (!failing) {
        LOG.warn("The models stay as they were", e);
      }
      failing = true;
    }
  }

  /** One model whose files cannot be read keeps no other from being served. */
  private Versions look(String model, @Nullable Long snapshot, SortedMap<String, Integer> names) {
    Versions before = versions.get(model);
    try {
      SortedMap<String, Integer> aliases = registry.adopt(model) ? registry.aliases(model) : names;
      String signature = snapshot + " " + aliases + " " + registry.signature(model);
      return before != null && before.problem() == null && before.signature().equals(signature)
          ? before
          : read(model, signature, snapshot, aliases, before);
    } catch (HeadraceException | UncheckedIOException e) {
      if (before == null || before.problem() == null) {
        LOG.warn("The versions of model {} cannot be read", model, e);
      }
      HeadraceException problem =
          e instanceof HeadraceException told
              ? told
              : new HeadraceException(
                  ServingError.SERVING_NOT_LOADED,
                  "Cannot read the versions of model '%s': %s.".formatted(model, e.getMessage()),
                  "Look whether its directory can be read.",
                  e);
      return before == null
          ? new Versions("", new TreeMap<>(), Map.of(), null, null, problem)
          : before.with(problem);
    }
  }

  private Versions read(
      String model,
      String signature,
      @Nullable Long snapshot,
      SortedMap<String, Integer> aliases,
      @Nullable Versions before) {
    TreeMap<Integer, ModelCard> cards = new TreeMap<>();
    registry.versions(model).forEach(card -> cards.put(card.version(), card));
    ModelCard champion = registry.champion(model, snapshot).orElse(null);
    ServedModel serving = before == null ? null : before.serving();
    HeadraceException problem = null;
    if (champion != null) {
      try {
        serving = load(champion);
      } catch (HeadraceException e) {
        if (before == null || before.problem() == null) { // It is tried again at every look.
          LOG.warn(
              "Version {} of model {} cannot be loaded; {} is served",
              champion.version(),
              model,
              serving == null ? "none" : "version " + serving.card().version(),
              e);
        }
        problem = e;
      }
    } else {
      serving = null;
    }
    Versions now = new Versions(signature, cards, aliases, champion, serving, problem);
    loaded.keySet().removeIf(key -> key.model().equals(model) && !now.names(key.version()));
    return now;
  }

  private ServedModel load(ModelCard card) {
    return loaded.computeIfAbsent(
        new Key(card.model(), card.version(), card.files()),
        _ -> new ServedModel(card, registry.load(card)));
  }

  /** The project's models, by name. */
  public List<String> models() {
    return List.copyOf(versions.keySet());
  }

  /**
   * Numbers of a model's versions, ascending.
   *
   * @throws HeadraceException MODEL_UNKNOWN
   */
  public List<Integer> versions(String model) {
    return List.copyOf(known(model).cards().keySet());
  }

  private Versions known(String model) {
    Versions known = versions.get(model);
    if (known == null) {
      throw new HeadraceException(
          ModelError.MODEL_UNKNOWN,
          "Cannot find model '%s': the project declares none of that name.".formatted(model),
          versions.isEmpty()
              ? "Declare one in models/" + model + ".yaml."
              : Names.suggest(model, models()));
    }
    return known;
  }

  /**
   * A version, loaded now if it was not before.
   *
   * @param reference a number, {@code champion}, {@code latest} or an alias
   * @throws HeadraceException MODEL_UNKNOWN, MODEL_VERSION_UNKNOWN, SERVING_NOT_LOADED
   */
  public ServedModel find(String model, String reference) {
    Versions known = known(model);
    if (reference.equals(Registry.CHAMPION)) {
      ServedModel serving = known.serving();
      if (serving != null) {
        return serving;
      }
      if (known.problem() != null) {
        throw notLoaded(model, reference, known.problem());
      }
    }
    ModelCard card = card(model, reference, known);
    try {
      return load(card);
    } catch (HeadraceException e) {
      throw notLoaded(model, Integer.toString(card.version()), e);
    }
  }

  private ModelCard card(String model, String reference, Versions known) {
    ModelCard found =
        switch (reference) {
          case Registry.CHAMPION -> known.champion();
          case Registry.LATEST ->
              known.cards().isEmpty() ? null : known.cards().lastEntry().getValue();
          default -> numbered(known, reference);
        };
    if (found != null) {
      return found;
    }
    if (known.problem() != null) {
      throw notLoaded(model, reference, known.problem());
    }
    // What was registered within the last second is looked for where it lies.
    return registry.find(model, reference, ModelBuilder.shown(shown.get(), model));
  }

  private static @Nullable ModelCard numbered(Versions known, String reference) {
    Integer aliased = known.aliases().get(reference);
    String number = aliased == null ? reference : aliased.toString();
    return known.cards().values().stream()
        .filter(card -> Integer.toString(card.version()).equals(number))
        .findFirst()
        .orElse(null);
  }

  private static HeadraceException notLoaded(
      String model, String version, HeadraceException cause) {
    return new HeadraceException(
        ServingError.SERVING_NOT_LOADED,
        "Cannot load version %s of model '%s': %s"
            .formatted(
                version,
                model,
                cause.code().kind() == ErrorKind.INTERNAL
                    ? "a defect of Headrace."
                    : String.valueOf(cause.getMessage())),
        cause.hint(),
        cause);
  }

  /** Whether every model of which a version is shown can answer. */
  public boolean ready() {
    return versions.values().stream().allMatch(known -> known.problem() == null);
  }
}
