package dev.headrace.ml.registry;

import dev.headrace.data.catalog.ColumnOrigins;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Threshold;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One training: rows read, split, learnt from and judged. The same relation and declaration give
 * the same result, bit for bit.
 */
record Training(
    ModelColumns columns,
    List<String> order,
    Target target,
    int rows,
    int trainedOn,
    int testedOn,
    Trained trained,
    List<ModelCard.Score> scores,
    ModelCard.@Nullable Confusion confusion,
    List<String> warnings,
    List<Prediction> predictions,
    Optional<Judgement> judgement) {
  private static final String TABLE = "examples";

  /**
   * What was predicted of a row that had not been learnt from.
   *
   * @param row its number, from 1
   * @param fold from 1
   * @param outputs of the model
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  record Prediction(int row, int fold, double[] outputs) {

    /** Predictions of rows, which are numbered from 1. */
    static void add(List<Prediction> to, double[][] outputs, int[] rows, int fold) {
      for (int i = 0; i < rows.length; i++) {
        double[] row = new double[outputs.length];
        for (int k = 0; k < row.length; k++) {
          row[k] = outputs[k][i];
        }
        to.add(new Prediction(rows[i] + 1, fold, row));
      }
    }
  }

  /**
   * Trains.
   *
   * @param file that the learner names; empty where it names none
   * @throws HeadraceException every LearnError, MODEL_COLUMN
   */
  static Training run(
      String model,
      ModelSpec spec,
      Optional<byte[]> file,
      SqlEngine engine,
      Relation from,
      Wanted wanted,
      Watch watch) {
    Map<String, Relation> relations = Map.of(TABLE, from);
    Schema table = engine.describe(Query.of("select * from " + TABLE, relations));
    ModelColumns columns = ModelColumns.of(model, spec, table);
    OrderedRows ordered = columns.read(TABLE, table, engine, from, watch);
    Frame read = ordered.frame();
    Optional<Frame.Column> label = columns.label().map(read::column);
    Optional<int[]> groups = columns.group().map(name -> RankedGroups.of(read.column(name)));
    Target target =
        spec.learn() instanceof LearnSpec.Finds finds
            ? Target.Found.by(finds)
            : groups.isPresent()
                ? Target.Relevance.of(label.orElseThrow(), spec.learn())
                : Target.of(label.orElseThrow(), spec.learn(), spec.positive());
    columns.requireFree(model, spec, PredictedColumns.of(target, Threshold.HALF));
    TrainingSet all =
        new TrainingSet(
            read.only(columns.features()),
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
    Fitting fitting = new Fitting(spec, trainer, all, columns.split().map(read::column));
    boolean folds = spec.split().folds() != null;
    int[] last = folds ? Split.where(read.rows(), _ -> true) : split.folds().getFirst().train();
    if (!(wanted instanceof Wanted.Judgement(Optional<ColumnOrigins> origins))) {
      return new Training(
          columns,
          ordered.order(),
          target,
          read.rows(),
          learntFrom(spec, last),
          0,
          fitting.fit(last, watch).trained(),
          List.of(),
          null,
          List.of(),
          List.of(),
          Optional.empty());
    }
    Tested tested = Tested.of(fitting, split, watch);
    Fitting.Fitted fitted = folds ? fitting.fit(last, watch) : tested.first();
    List<Metric> metrics = Judging.of(spec, target);
    return new Training(
        columns,
        ordered.order(),
        target,
        read.rows(),
        learntFrom(spec, last),
        tested.predictions().size(),
        fitted.trained(),
        Judging.scores(metrics, tested.scored(), tested.guessed(), spec.seed()),
        Judging.confusion(target, tested.scored()),
        target instanceof Target.Found
            ? List.of()
            : new Leaks(spec, columns, table, engine, from, watch).look(all, split, read, origins),
        target instanceof Target.Found ? found(fitted, all, last) : tested.predictions(),
        Optional.of(Judging.beside(metrics, fitting, fitted, tested, read, columns.slices())));
  }

  /** What the registered model finds of every row; those it learnt from are of fold 0. */
  private static List<Prediction> found(Fitting.Fitted fitted, TrainingSet all, int[] learntFrom) {
    boolean[] learnt = new boolean[all.labels().length];
    Arrays.stream(learntFrom).forEach(row -> learnt[row] = true);
    List<Prediction> predictions = new ArrayList<>(learnt.length);
    Prediction.add(
        predictions,
        fitted.model().scores(all.features()),
        Split.where(learnt.length, _ -> true),
        0);
    return predictions.stream()
        .map(one -> learnt[one.row() - 1] ? one : new Prediction(one.row(), 1, one.outputs()))
        .toList();
  }

  /** Of a model made elsewhere nobody here knows. */
  private static int learntFrom(ModelSpec spec, int[] rows) {
    return spec.learn() instanceof LearnSpec.Onnx ? 0 : rows.length;
  }

  /** What a training is for. */
  sealed interface Wanted {
    /** The model alone. */
    record Model() implements Wanted {}

    /**
     * Metrics, warnings and predictions too.
     *
     * @param origins of the table's columns; empty where nobody can tell
     */
    record Judgement(Optional<ColumnOrigins> origins) implements Wanted {}
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
