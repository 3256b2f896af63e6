package dev.headrace.ml.features;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.release.Relations;
import dev.headrace.ml.features.internal.LabelCheck;
import dev.headrace.ml.features.internal.MomentSql;
import dev.headrace.ml.features.internal.StatisticsQueries;
import dev.headrace.ml.features.internal.TrainingSql;
import dev.headrace.ml.features.internal.ViewResolver;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The feature views of a project, and what is asked of them.
 *
 * <p>Everything is a query: nothing is computed before an engine runs it. Thread-safe.
 */
public final class FeatureStore {
  /** What a join calls its labels. */
  public static final String LABELS = LabelCheck.LABELS;

  private static final String VIEW = "hr_v";

  private final SequencedViews views;
  private final Relations relations;
  private final SqlEngine engine;

  /** The views by name, with their assets. */
  private record SequencedViews(Map<String, FeatureView> byName, Map<String, Asset> assets) {}

  public FeatureStore(Graph graph, Relations relations, SqlEngine engine) {
    this.views = viewsOf(graph);
    this.relations = relations;
    this.engine = engine;
  }

  private static SequencedViews viewsOf(Graph graph) {
    Map<String, FeatureView> byName = new LinkedHashMap<>();
    Map<String, Asset> assets = new LinkedHashMap<>();
    for (Asset asset : graph.assets()) {
      if (asset.declaration().spec() instanceof FeatureViewSpec spec) {
        byName.put(asset.name(), FeatureView.of(asset.name(), spec));
        assets.put(asset.name(), asset);
      }
    }
    return new SequencedViews(byName, assets);
  }

  /** The feature views that a graph holds, in its order. */
  public static List<FeatureView> views(Graph graph) {
    return List.copyOf(viewsOf(graph).byName().values());
  }

  /**
   * The feature view of that name in a graph.
   *
   * @throws HeadraceException FEATURES_UNKNOWN_VIEW, with the nearest name
   */
  public static FeatureView view(Graph graph, String name) {
    SequencedViews views = viewsOf(graph);
    FeatureView view = views.byName().get(name);
    if (view == null) {
      throw FeatureSelection.unknownView(name, views.byName().keySet());
    }
    return view;
  }

  /** All views. */
  public List<FeatureView> views() {
    return List.copyOf(views.byName().values());
  }

  /**
   * The view of that name.
   *
   * @throws HeadraceException FEATURES_UNKNOWN_VIEW, with the nearest name
   */
  public FeatureView view(String name) {
    FeatureView view = views.byName().get(name);
    if (view == null) {
      throw FeatureSelection.unknownView(name, views.byName().keySet());
    }
    return view;
  }

  /**
   * How the latest values of a view are distributed, and how that differs from the build before.
   *
   * @throws HeadraceException FEATURES_NOT_BUILT
   */
  public FeatureStatistics statistics(String view, Published published, Lake lake, Watch watch) {
    return new StatisticsQueries(engine, lake, published, view(view)).run(watch);
  }

  /** Reads what a user named; see {@link FeatureSelection#parse}. */
  public FeatureSelection select(List<String> references) {
    return FeatureSelection.parse(references, views());
  }

  /**
   * The point-in-time join, to be run by this process: every label with the features of its own
   * moment. Columns are those of the labels, then {@code view__feature} for each feature. A label
   * of which nothing is visible keeps its row, with nulls.
   *
   * @param published what the tables stand for
   * @param now labels after it are refused
   * @throws HeadraceException FEATURES_LABELS, FEATURES_LABELS_EMPTY, FEATURES_LABELS_FUTURE,
   *     FEATURES_ENTITY_CONFLICT, and those of looking views up
   */
  public Query join(
      Labels labels, FeatureSelection selection, Published published, Instant now, Watch watch) {
    return join(labels, selection, sources(selection, published), now, watch);
  }

  /**
   * The same join as SQL over the labels and the views' tables alone: what can be shown, recorded
   * and run again elsewhere. It gives the same values to the last bit, more slowly.
   *
   * @throws HeadraceException as {@link #join}
   */
  public Query joinInSql(
      Labels labels, FeatureSelection selection, Published published, Instant now, Watch watch) {
    return joinInSql(labels, selection, sources(selection, published), now, watch);
  }

  private Map<String, Relation> sources(FeatureSelection selection, Published published) {
    Map<String, Relation> sources = new HashMap<>();
    for (FeatureView view : selection.byView().keySet()) {
      sources.put(view.name(), relations.of(published, view.spec().from()));
    }
    return sources;
  }

  /** What a join calls the rows of the view that is selected as the {@code place}th, from 0. */
  public static String rowsOf(int place) {
    return VIEW + place + "_rows";
  }

  /** The same over given rows per view. */
  Query join(
      Labels labels,
      FeatureSelection selection,
      Map<String, Relation> sources,
      Instant now,
      Watch watch) {
    return checked(labels, selection, sources, now, watch).query();
  }

  Query joinInSql(
      Labels labels,
      FeatureSelection selection,
      Map<String, Relation> sources,
      Instant now,
      Watch watch) {
    return checked(labels, selection, sources, now, watch).inSql();
  }

  private TrainingSql checked(
      Labels labels,
      FeatureSelection selection,
      Map<String, Relation> sources,
      Instant now,
      Watch watch) {
    requireOneKeyPerEntity(selection.byView().keySet());
    List<ViewResolver.Resolved> resolved = new ArrayList<>();
    ViewResolver resolver = new ViewResolver(engine);
    selection
        .byView()
        .forEach(
            (view, features) ->
                resolved.add(
                    resolver.resolve(
                        VIEW + resolved.size(),
                        asset(view),
                        new LinkedHashSet<>(features),
                        Objects.requireNonNull(sources.get(view.name())))));
    LabelCheck checked = LabelCheck.of(labels, resolved, engine);
    checked.requireUsable(now, watch);
    return new TrainingSql(labels, checked, resolved, selection, engine, watch);
  }

  /**
   * All features of a view at given moments, made of given rows: {@link Moments#ID}, {@code hr_e}
   * (time of the newest visible row in microseconds; null where nothing is visible), then the
   * features in the order of their declaration. Features whose lifetime is over are told too: who
   * asks compares the times.
   *
   * @param rows of the view's table
   */
  public Query at(Moments moments, String view, Relation rows, Watch watch) {
    FeatureView declared = view(view);
    ViewResolver.Resolved resolved =
        new ViewResolver(engine)
            .resolve("hr_v0", asset(declared), new LinkedHashSet<>(declared.names()), rows);
    return new MomentSql(resolved, engine, watch).query(moments.rows());
  }

  /** The columns of the rows that a view is made of. */
  public Schema columns(Relation rows) {
    return engine.describe(Query.of("select * from hr_rows", Map.of("hr_rows", rows)));
  }

  private Asset asset(FeatureView view) {
    return Objects.requireNonNull(views.assets().get(view.name()));
  }

  private static void requireOneKeyPerEntity(Set<FeatureView> views) {
    Map<String, FeatureView> byEntity = new HashMap<>();
    for (FeatureView view : views) {
      FeatureView other = byEntity.putIfAbsent(view.spec().entity(), view);
      if (other != null && !other.spec().keyColumns().equals(view.spec().keyColumns())) {
        throw new HeadraceException(
            FeatureError.FEATURES_ENTITY_CONFLICT,
            "Cannot join views '%s' and '%s': both describe the entity '%s', by %s and by %s."
                .formatted(
                    other.name(),
                    view.name(),
                    view.spec().entity(),
                    other.spec().keyColumns(),
                    view.spec().keyColumns()),
            "Give the views of one entity the same key, or name another entity.");
      }
    }
  }
}
