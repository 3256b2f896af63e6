package dev.headrace.ml.registry;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.Threshold;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a declaration, read and split.
 *
 * @param table all columns that there are
 * @param ordered those that are needed
 */
record TrainingRows(
    ModelColumns columns,
    Schema table,
    OrderedRows ordered,
    TrainingSet all,
    Split split,
    Fitting fitting) {
  static final String TABLE = "examples";

  /**
   * Reads and splits them.
   *
   * @param file that the learner names; empty where it names none
   * @throws HeadraceException LearnErrors of reading and splitting, MODEL_COLUMN
   */
  static TrainingRows of(
      String model,
      ModelSpec spec,
      Optional<byte[]> file,
      SqlEngine engine,
      Relation from,
      Watch watch) {
    Schema table = engine.describe(Query.of("select * from " + TABLE, Map.of(TABLE, from)));
    ModelColumns columns = ModelColumns.of(model, spec, table);
    OrderedRows ordered = columns.read(TABLE, table, engine, from, watch);
    Frame read = ordered.frame();
    Optional<Frame.Column> label = columns.label().map(read::column);
    Optional<int[]> groups = columns.group().map(name -> RankedGroups.of(read.column(name)));
    Target target =
        spec.learn() instanceof LearnSpec.Finds finds
            ? Target.Found.by(finds)
            : groups.isPresent()
                ? RankedGroups.target(spec, label.orElseThrow())
                : Target.of(label.orElseThrow(), spec.learn(), spec.positive());
    columns.requireFree(model, spec, PredictedColumns.of(target, Threshold.HALF));
    TrainingSet all =
        new TrainingSet(
            columns.transform().isNone()
                ? read.only(columns.features())
                : columns.transform().apply(read),
            target,
            label.map(target::numbers).orElseGet(() -> new double[read.rows()]),
            columns.weight().map(name -> weights(read.column(name))),
            spec.split().time() == null
                ? Optional.empty()
                : columns.split().map(name -> times(read.column(name))),
            groups);
    RankedGroups.requireOneWeight(all);
    Split split =
        Split.of(
            spec.split(),
            read.rows(),
            target,
            all.labels(),
            columns.split().map(read::column),
            groups,
            spec.seed());
    Trainer trainer = new Trainer(spec.learn(), spec.prepare(), spec.seed(), spec.threads(), file);
    return new TrainingRows(
        columns,
        table,
        ordered,
        all,
        split,
        new Fitting(spec, trainer, all, columns.split().map(read::column)));
  }

  /** All columns that were read. */
  Frame read() {
    return ordered.frame();
  }

  private static double[] weights(Frame.Column column) {
    double[] weights = numbers(column, "weight");
    if (Arrays.stream(weights).anyMatch(weight -> !(weight >= 0))) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot weigh rows by '%s': it is missing or negative in some.".formatted(column.name()),
          "Let the table give a number of at least 0 in every row.");
    }
    return weights;
  }

  private static double[] times(Frame.Column column) {
    return numbers(column, "time");
  }

  private static double[] numbers(Frame.Column column, String what) {
    if (column instanceof Frame.Numbers numbers) {
      return numbers.values();
    }
    throw new HeadraceException(
        LearnError.LEARN_SETTING,
        "Cannot use '%s' as %s: it is a text.".formatted(column.name(), what),
        "Name another column.");
  }
}
