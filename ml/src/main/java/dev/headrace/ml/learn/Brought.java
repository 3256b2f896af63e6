package dev.headrace.ml.learn;

import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.onnx.OnnxModel;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model that was made elsewhere takes the place of one that is learnt: columns go in as they are,
 * and what comes out is set beside the label.
 */
final class Brought {
  /** Rows that tell whether the file names the classes as the label does. */
  private static final int SAMPLE = 1_000;

  private Brought() {}

  static Trained fit(LearnSpec.Onnx onnx, Trainer trainer, TrainingSet rows) {
    if (!trainer.prepare().equals(PrepareSpec.DEFAULT)) {
      throw Trainer.setting(
          "'prepare' is for what is learnt, and an ONNX file takes columns as they are",
          "Leave it out; let the table do what the file does not.");
    }
    byte[] bytes =
        trainer.file().orElseThrow(() -> new IllegalStateException("the file was not brought"));
    List<Preparation.Step> steps = new ArrayList<>();
    List<OnnxModel.Input> inputs = new ArrayList<>();
    for (Frame.Column column : rows.features().columns()) {
      boolean text = column instanceof Frame.Categories;
      inputs.add(new OnnxModel.Input(column.name(), text));
      steps.add(
          text
              ? new Preparation.Text(column.name())
              : new Preparation.Numeric(column.name(), false, Double.NaN, false, 0, 1));
    }
    List<String> order = order(onnx.classes(), rows.target());
    OnnxModel scorer =
        OnnxModel.open(
            bytes,
            inputs,
            onnx.output(),
            Math.max(1, order.size()),
            switch (rows.target()) {
              case Target.Quantity _, Target.Relevance _, Target.Found _ -> List.of(0);
              case Target.Classes(String _, String positive) -> List.of(order.indexOf(positive));
              case Target.Several several ->
                  several.classes().stream().map(order::indexOf).toList();
            },
            !order.isEmpty());
    Model model = new Model(rows.target(), new Preparation(steps), scorer);
    if (!order.isEmpty()) {
      requireTheSameNames(model, scorer, rows, order);
    }
    return new Trained(model, LearnReport.EMPTY);
  }

  /** The classes in the order of the file; none of a number. */
  private static List<String> order(List<String> declared, Target target) {
    List<String> classes =
        switch (target) {
          case Target.Quantity _, Target.Relevance _, Target.Found _ -> List.of();
          case Target.Classes(String negative, String positive) ->
              Target.ascending(List.of(negative, positive));
          case Target.Several(List<String> several) -> several;
        };
    if (declared.isEmpty() || classes.isEmpty()) {
      return classes;
    }
    if (!new TreeSet<>(declared).equals(new TreeSet<>(classes))) {
      throw Trainer.setting(
          "'classes' are %s, and the label has %s".formatted(declared, classes),
          "Write the label's classes in the order of the file's probabilities.");
    }
    return declared;
  }

  /**
   * A file that names a class for each row has to name one of the label's, or its place, and for
   * most rows that of the greatest probability: otherwise the probabilities are in another order.
   * Single rows may differ, because some models decide by other means than their probabilities.
   */
  private static void requireTheSameNames(
      Model model, OnnxModel scorer, TrainingSet rows, List<String> order) {
    int[] some = IntStream.range(0, Math.min(SAMPLE, rows.features().rows())).toArray();
    Frame sample = rows.features().rows(some);
    List<String> named = scorer.labels(model.preparation().apply(sample)).orElse(List.of());
    if (named.isEmpty()) {
      return;
    }
    SequencedSet<String> strange = new TreeSet<>(named);
    List<String> places = IntStream.range(0, order.size()).mapToObj(Integer::toString).toList();
    boolean byName = order.containsAll(strange);
    if (!byName && !places.containsAll(strange)) {
      strange.removeAll(order);
      throw wrong(
          "it names the class '%s', and the label has %s".formatted(strange.getFirst(), order),
          "Let the table give the label as the model was fitted to it.");
    }
    double[][] scores = model.scores(sample);
    int differing = 0;
    for (int i = 0; i < some.length; i++) {
      String likeliest = likeliest(model.target(), scores, i);
      String told = byName ? named.get(i) : order.get(Integer.parseInt(named.get(i)));
      differing += told.equals(likeliest) ? 0 : 1;
    }
    if (2 * differing > some.length) {
      throw wrong(
          "in %d of %d rows the class it names is not the one it finds likeliest"
              .formatted(differing, some.length),
          "Write its classes in the order of its probabilities: learn: {onnx: {file: …, classes:"
              + " […]}}.");
    }
  }

  private static @Nullable String likeliest(Target target, double[][] scores, int row) {
    return switch (target) {
      case Target.Quantity _, Target.Relevance _, Target.Found _ -> null;
      case Target.Classes(String negative, String positive) ->
          scores[0][row] >= 0.5 ? positive : negative;
      case Target.Several several -> several.likeliest(scores, row);
    };
  }

  private static HeadraceException wrong(String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_ONNX, "Cannot use the ONNX file: " + reason + ".", hint);
  }
}
