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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feature views of a project while a process serves them. The project is read again when the
 * files of views change or an environment shows another definition of one; a definition counts once
 * the environment shows what it defines. What cannot be read leaves what was.
 */
final class LiveViews {
  private static final Logger LOG = LoggerFactory.getLogger(LiveViews.class);

  private final Path folder;
  private final Supplier<Graph> reader;
  private final MovingFeatures moving;
  private final Map<String, View> views = new TreeMap<>();
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
    views(first).forEach(this::take);
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
      for (String name : FolderFiles.names(folder, ".yaml")) {
        published.table(name).ifPresent(table -> shown.put(name, table.content().fingerprint()));
      }
      Signs signs = new Signs(FolderFiles.in(folder), shown);
      boolean first = seen == null;
      if (!signs.equals(seen)) {
        seen = signs;
        if (!first) {
          views(reader.get()).stream()
              .filter(view -> view.fingerprint().equals(shown.get(view.name())))
              .forEach(this::take);
        }
      }
    } catch (HeadraceException | UncheckedIOException e) {
      LOG.warn("The feature views stay as they were", e); // Once: the signs are those seen now.
    }
    return List.copyOf(views.values());
  }
}
