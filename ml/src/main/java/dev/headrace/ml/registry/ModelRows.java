package dev.headrace.ml.registry;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.release.Relations;
import dev.headrace.ml.features.FeatureSelection;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.features.FeatureViewSpec;
import dev.headrace.ml.features.Labels;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The rows that a model learns from or predicts: those of a table and, where features of views are
 * named, beside each row what the views knew at its moment.
 *
 * @param input how the same rows are read again
 * @param views whose features are joined
 * @param times what these views see; empty where none are joined
 */
record ModelRows(
    Relation relation,
    ModelCard.Input input,
    List<ModelCard.View> views,
    Optional<ViewTimes> times) {
  /** Whether a feature is one of a view. */
  static boolean isOfView(String feature) {
    return feature.indexOf('.') > 0;
  }

  /** How a card calls the rows that the declaration's own query gives. */
  private static final String QUERY = "query";

  /** What looks rows up. */
  record Source(Graph graph, Lake lake, SqlEngine engine) {}

  /** Rows as they are before features are joined, and the time that they declare. */
  private record Plain(
      String shown, Relation relation, ModelCard.Input input, Optional<String> time) {}

  /**
   * Looks up what a model learns from; views are joined as they are declared now.
   *
   * @param now rows after it are refused: nothing is known of them yet
   * @throws HeadraceException MODEL_COLUMN where the moment of the rows is not told, and those of
   *     joining features
   */
  static ModelRows declared(
      Asset asset, Source source, Published published, Instant now, Watch watch) {
    ModelSpec spec = (ModelSpec) asset.declaration().spec();
    Examples from = spec.from();
    if (!from.isQuery()) {
      return of(asset.name(), spec, from.text(), source, published, now, watch);
    }
    List<String> reads = asset.definition().inputs();
    Relation rows =
        new Relation.View(Query.of(from.text(), new Relations(source.lake()).of(published, reads)));
    ModelCard.Input input =
        new ModelCard.Input(
            QUERY,
            "",
            null,
            from.text(),
            reads.stream().map(read -> Inputs.of(published, read)).toList(),
            null);
    return joined(
        asset.name(),
        spec,
        new Plain(from.shown(), rows, input, Optional.empty()),
        source,
        published,
        now,
        watch);
  }

  /** The same of the rows of a table, to learn from or to predict. */
  static ModelRows of(
      String model,
      ModelSpec spec,
      String table,
      Source source,
      Published published,
      Instant now,
      Watch watch) {
    return joined(
        model,
        spec,
        new Plain(
            "table '" + table + "'",
            new Relations(source.lake()).of(published, table),
            Inputs.of(published, table),
            published.timeColumn(table)),
        source,
        published,
        now,
        watch);
  }

  private static ModelRows joined(
      String model,
      ModelSpec spec,
      Plain plain,
      Source source,
      Published published,
      Instant now,
      Watch watch) {
    List<String> features = spec.features().stream().filter(ModelRows::isOfView).toList();
    if (features.isEmpty()) {
      return new ModelRows(plain.relation(), plain.input(), List.of(), Optional.empty());
    }
    FeatureStore store =
        new FeatureStore(source.graph(), new Relations(source.lake()), source.engine());
    FeatureSelection selection = store.select(features);
    Labels labels = new Labels(plain.shown(), plain.relation(), time(model, spec, plain));
    Query joined = store.joinInSql(labels, selection, published, now, watch);
    List<ModelCard.Input> reads = new ArrayList<>();
    reads.add(plain.input().as(FeatureStore.LABELS));
    List<ModelCard.View> views = new ArrayList<>();
    List<ViewTimes.Sight> sights = new ArrayList<>();
    Relations relations = new Relations(source.lake());
    selection
        .byView()
        .forEach(
            (view, names) -> {
              String name = FeatureStore.rowsOf(views.size());
              sights.add(sight(view, relations.of(published, view.spec().from())));
              reads.add(Inputs.of(published, view.spec().from()).as(name));
              views.add(view(view, names, source.graph()));
            });
    requireAll(joined, reads);
    return new ModelRows(
        new Relation.View(joined),
        new ModelCard.Input(
            plain.input().table() + " with features", "", null, joined.sql(), reads, null),
        views,
        Optional.of(new ViewTimes(labels.relation(), labels.timeColumn(), sights)));
  }

  /** What is recorded is what is read. */
  private static void requireAll(Query joined, List<ModelCard.Input> reads) {
    if (!joined
            .relations()
            .keySet()
            .equals(new HashSet<>(reads.stream().map(ModelCard.Input::name).toList()))
        || !joined.parameters().isEmpty()) {
      throw new IllegalStateException("reads " + joined.relations().keySet() + ", not " + reads);
    }
  }

  private static ViewTimes.Sight sight(FeatureView view, Relation rows) {
    String arrival = view.spec().arrival();
    return new ViewTimes.Sight(
        view.name(),
        view.spec().from(),
        rows,
        view.spec().keyColumns(),
        view.spec().time(),
        FeatureViewSpec.NO_ARRIVAL.equals(arrival)
            ? Optional.empty()
            : Optional.of(Objects.requireNonNullElse(arrival, FeatureViewSpec.DEFAULT_ARRIVAL)));
  }

  private static ModelCard.View view(FeatureView view, SequencedSet<String> features, Graph graph) {
    return new ModelCard.View(
        view.name(),
        graph.get(view.name()).fingerprint().hex(),
        List.copyOf(features),
        view.spec().keyColumns());
  }

  private static String time(String model, ModelSpec spec, Plain plain) {
    String declared = spec.time();
    if (declared != null) {
      return declared;
    }
    return plain
        .time()
        .orElseThrow(
            () ->
                new HeadraceException(
                    ModelError.MODEL_COLUMN,
                    "Cannot join features for model '%s': %s declares no time."
                        .formatted(model, plain.shown()),
                    "Name the column with the moment of each row: time: COLUMN."));
  }
}
