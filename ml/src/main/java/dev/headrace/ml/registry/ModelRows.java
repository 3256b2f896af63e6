package dev.headrace.ml.registry;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.release.Relations;
import dev.headrace.ml.features.FeatureSelection;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureView;
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
import java.util.SequencedSet;

/**
 * The rows that a model learns from or predicts: those of a table and, where features of views are
 * named, beside each row what the views knew at its moment.
 *
 * @param input how the same rows are read again
 * @param views whose features are joined
 */
record ModelRows(Relation relation, ModelCard.Input input, List<ModelCard.View> views) {
  /** Whether a feature is one of a view. */
  static boolean isOfView(String feature) {
    return feature.indexOf('.') > 0;
  }

  /** What looks rows up. */
  record Source(Graph graph, Lake lake, SqlEngine engine) {}

  /**
   * Looks them up; views are joined as they are declared now.
   *
   * @param table whose rows
   * @param now rows after it are refused: nothing is known of them yet
   * @throws HeadraceException MODEL_COLUMN where the moment of the rows is not told, and those of
   *     joining features
   */
  static ModelRows of(
      String model,
      ModelSpec spec,
      String table,
      Source source,
      Published published,
      Instant now,
      Watch watch) {
    Relations relations = new Relations(source.lake());
    Relation rows = relations.of(published, table);
    List<String> features = spec.features().stream().filter(ModelRows::isOfView).toList();
    if (features.isEmpty()) {
      return new ModelRows(rows, Inputs.of(published, table), List.of());
    }
    FeatureStore store = new FeatureStore(source.graph(), relations, source.engine());
    FeatureSelection selection = store.select(features);
    Labels labels = new Labels(table, rows, time(model, spec, table, published));
    Query joined = store.join(labels, selection, published, now, watch);
    List<ModelCard.Input> reads = new ArrayList<>();
    reads.add(Inputs.of(published, table).as(FeatureStore.LABELS));
    List<ModelCard.View> views = new ArrayList<>();
    selection
        .byView()
        .forEach(
            (view, names) -> {
              String name = FeatureStore.rowsOf(views.size());
              reads.add(Inputs.of(published, view.spec().from()).as(name));
              views.add(view(view, names, source.graph()));
            });
    requireAll(joined, reads);
    return new ModelRows(
        new Relation.View(joined),
        new ModelCard.Input(table + " with features", "", null, joined.sql(), reads, null),
        views);
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

  private static ModelCard.View view(FeatureView view, SequencedSet<String> features, Graph graph) {
    return new ModelCard.View(
        view.name(),
        graph.get(view.name()).fingerprint().hex(),
        List.copyOf(features),
        view.spec().keyColumns());
  }

  private static String time(String model, ModelSpec spec, String table, Published published) {
    String declared = spec.time();
    if (declared != null) {
      return declared;
    }
    return published
        .timeColumn(table)
        .orElseThrow(
            () ->
                new HeadraceException(
                    ModelError.MODEL_COLUMN,
                    "Cannot join features for model '%s': table '%s' declares no time."
                        .formatted(model, table),
                    "Name the column with the moment of each row: time: COLUMN."));
  }
}
