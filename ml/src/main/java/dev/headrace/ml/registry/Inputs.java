package dev.headrace.ml.registry;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.error.HeadraceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What tables stood for when a model was trained, to be read again later. */
final class Inputs {
  private Inputs() {}

  /** Notes what a table stands for, and behind a view all that it reads. */
  static ModelCard.Input of(Published published, String table) {
    Publication.Content content = published.table(table).orElseThrow().content();
    return switch (content.data()) {
      case Publication.Stored stored ->
          new ModelCard.Input(
              content.table(), content.fingerprint(), stored.snapshotId(), null, List.of(), null);
      case Publication.Virtual view ->
          new ModelCard.Input(
              content.table(),
              content.fingerprint(),
              null,
              view.sql(),
              content.inputs().keySet().stream().sorted().map(read -> of(published, read)).toList(),
              null);
    };
  }

  /**
   * What a table stood for.
   *
   * @throws HeadraceException MODEL_INPUT_GONE
   */
  static Relation relation(Lake lake, ModelCard.Input input) {
    Long snapshot = input.snapshot();
    String sql = input.sql();
    if (snapshot != null) {
      VersionId version = new VersionId(input.table(), input.fingerprint());
      try {
        return lake.scan(version, snapshot);
      } catch (HeadraceException e) {
        throw new HeadraceException(
            ModelError.MODEL_INPUT_GONE,
            "Cannot read table '%s' as the model was trained on it: snapshot %d is gone."
                .formatted(input.table(), snapshot),
            "gc --keep 90d keeps what was shown in the last 90 days.",
            e);
      }
    }
    if (sql == null) {
      throw new IllegalStateException("neither a table nor a view: " + input.table());
    }
    Map<String, Relation> reads = new LinkedHashMap<>();
    input.reads().forEach(read -> reads.put(read.name(), relation(lake, read)));
    return new Relation.View(Query.of(sql, reads));
  }
}
