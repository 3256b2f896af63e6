package dev.headrace.cli.compose;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.plan.Published;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.features.FeatureViewSpec;
import dev.headrace.ml.features.ReadFormula;
import dev.headrace.ml.online.MovingFeatures;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feature views of a project while a process serves them. The project is read again when the
 * files of views change or an environment shows another definition of one, or none; a definition
 * counts once the environment shows what it defines, and until it does not any more. What cannot be
 * read leaves what was.
 */
final class LiveViews {
  private static final Logger LOG = LoggerFactory.getLogger(LiveViews.class);

  private final Path folder;
  private final Supplier<Graph> reader;
  private final MovingFeatures moving;
  private final Map<String, View> views = new TreeMap<>();
  private Set<String> others = Set.of();
  private @Nullable Signs seen;

  /** A view and what it is computed by. */
  record View(String name, FeatureViewSpec spec, String fingerprint) {}

  /** What tells that something has changed. */
  private record Signs(Set<String> files, Map<String, String> shown) {}

  /**
   * @param folder of the files of views
   * @param first the project as it is
   * @param reader reads it again
   * @param moving learns what is computed at the moment of reading
   */
  LiveViews(Path folder, Graph first, Supplier<Graph> reader, MovingFeatures moving) {
    this.folder = folder;
    this.reader = reader;
    this.moving = moving;
    read(first).forEach(this::take);
  }

  /** The views of a project; notes what else it declares. */
  private List<View> read(Graph graph) {
    List<View> declared = views(graph);
    Set<String> names = graph.assets().stream().map(Asset::name).collect(Collectors.toSet());
    declared.forEach(view -> names.remove(view.name()));
    others = names;
    return declared;
  }

  private static List<View> views(Graph graph) {
    List<View> views = new ArrayList<>();
    for (Asset asset : graph.assets()) {
      if (asset.declaration().spec() instanceof FeatureViewSpec spec) {
        views.add(new View(asset.name(), spec, asset.fingerprint().hex()));
      }
    }
    return views;
  }

  private void take(View view) {
    views.put(view.name(), view);
    ReadFormula formula = ReadFormula.of(FeatureView.of(view.name(), view.spec()));
    if (!formula.isEmpty()) {
      moving.learn(new BuildId(view.name(), view.fingerprint()), formula);
    }
  }

  /** The views by the definitions whose rows an environment shows, as far as they are known. */
  synchronized Collection<View> now(Published published) {
    try {
      Map<String, String> shown = new TreeMap<>();
      Set<String> names = new TreeSet<>(views.keySet());
      names.addAll(FolderFiles.names(folder, ".yaml"));
      for (String name : names) {
        published.table(name).ifPresent(table -> shown.put(name, table.content().fingerprint()));
      }
      Signs signs = new Signs(FolderFiles.in(folder), shown);
      boolean first = seen == null;
      if (!signs.equals(seen)) {
        seen = signs;
        if (!first) {
          List<View> declared = read(reader.get());
          declared.stream().filter(view -> isShown(view, shown)).forEach(this::take);
          Set<String> declaredNames = declared.stream().map(View::name).collect(Collectors.toSet());
          views
              .values()
              .removeIf(view -> !declaredNames.contains(view.name()) && !isShown(view, shown));
        }
      }
    } catch (HeadraceException | UncheckedIOException e) {
      LOG.warn("The feature views stay as they were", e); // Once: the signs are those seen now.
    }
    return List.copyOf(views.values());
  }

  private static boolean isShown(View view, Map<String, String> shown) {
    return view.fingerprint().equals(shown.get(view.name()));
  }

  /** Whether the project declares something of this name that is no view. */
  synchronized boolean isSomethingElse(String name) {
    return others.contains(name);
  }
}
