package dev.headrace.ml.registry;

import dev.headrace.data.catalog.ColumnOrigins;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.calibration.Calibrate;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    TrainingRows rows = TrainingRows.of(model, spec, file, engine, from, watch);
    ModelColumns columns = rows.columns();
    Frame read = rows.read();
    Target target = rows.all().target();
    Split split = rows.split();
    Fitting fitting = rows.fitting();
    boolean folds = spec.split().folds() != null;
    int[] last = folds ? Split.where(read.rows(), _ -> true) : split.folds().getFirst().train();
    if (!(wanted
        instanceof Wanted.Judgement(Optional<ColumnOrigins> origins, Optional<ViewTimes> times))) {
      return new Training(
          columns,
          rows.ordered().order(),
          target,
          read.rows(),
          learntFrom(spec, last),
          0,
          whole(fitting.fit(last, watch), columns),
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
        rows.ordered().order(),
        target,
        read.rows(),
        learntFrom(spec, last),
        tested.predictions().size(),
        whole(fitted, columns),
        Judging.scores(
            metrics, tested.scored(), tested.guessed(), spec.split().repeats(), spec.seed()),
        Judging.confusion(target, tested.once()),
        target instanceof Target.Found
            ? List.of()
            : warnings(
                spec,
                target,
                RareClasses.untested(rows.all(), split),
                new Leaks(spec, columns, rows.table(), engine, from, watch)
                    .look(rows.all(), split, read, origins, times)),
        target instanceof Target.Found ? found(fitted, rows.all(), last) : tested.predictions(),
        Optional.of(Judging.beside(metrics, fitting, fitted, tested, read, columns.slices())));
  }

  /** What was learnt of features becomes a model of the columns that these are computed from. */
  private static Trained whole(Fitting.Fitted fitted, ModelColumns columns) {
    Trained trained = fitted.trained();
    return new Trained(trained.model().computing(columns.transform()), trained.report());
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
     * @param times of feature views; empty where none are joined
     */
    record Judgement(Optional<ColumnOrigins> origins, Optional<ViewTimes> times)
        implements Wanted {}
  }

  private static List<String> warnings(
      ModelSpec spec, Target target, List<String> untested, List<String> leaks) {
    List<String> all = new ArrayList<>(leaks);
    all.addAll(untested);
    if (!spec.prepare().resamples() || spec.calibrate() != Calibrate.NONE) {
      return all;
    }
    all.add(
        "it is learnt from classes in other shares than they have: its probabilities are those of"
            + " such a world"
            + (target instanceof Target.Classes ? "; 'calibrate' brings them back" : ""));
    return all;
  }
}
