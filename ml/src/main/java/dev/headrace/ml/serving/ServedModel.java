package dev.headrace.ml.serving;

import dev.headrace.ml.learn.Frame;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Preparation;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A version of a model that is loaded. Immutable and thread-safe. */
public final class ServedModel {
  private final ModelCard card;
  private final Model model;
  private final List<Input> inputs;
  private final double threshold;

  ServedModel(ModelCard card, Model model) {
    this.card = card;
    this.model = model;
    this.inputs = model.preparation().steps().stream().map(ServedModel::input).toList();
    this.threshold = Models.spec(card).evaluate().threshold(model);
  }

  /** What a column has to hold. */
  public enum InputKind {
    /** Numbers; true and false are 1 and 0, times are seconds since 1970-01-01T00:00Z. */
    NUMBER,
    /** Texts. */
    TEXT
  }

  /** A column that the model reads. */
  public record Input(String name, InputKind kind) {}

  /**
   * What a model says of rows.
   *
   * @param predictions row by row: the probability of the positive of two classes, that of each of
   *     several, or the number
   * @param width how many there are of each row
   * @param classes the class of each row: of two at the model's threshold, of several the
   *     likeliest; empty for numbers
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over, compared by nobody.
  public record Scores(double[] predictions, int width, Optional<List<String>> classes) {}

  private static Input input(Preparation.Step step) {
    return new Input(
        step.column(),
        switch (step) {
          case Preparation.Numeric _ -> InputKind.NUMBER;
          case Preparation.OneHot _, Preparation.Codes _ -> InputKind.TEXT;
        });
  }

  /** Where it comes from. */
  public ModelCard card() {
    return card;
  }

  /** The columns it reads, in the order of its features. */
  public List<Input> inputs() {
    return inputs;
  }

  /** Whether it tells classes apart. */
  public boolean classifies() {
    return !(model.target() instanceof Target.Quantity);
  }

  /** How many predictions a row has: one per class where they are several, else one. */
  public int width() {
    return model.target().outputs();
  }

  /**
   * Predicts.
   *
   * @throws dev.headrace.spi.error.HeadraceException LEARN_COLUMN, LEARN_TYPE where the frame lacks
   *     an input
   */
  public Scores score(Frame rows) {
    double[][] outputs = model.scores(rows);
    double[] predictions = new double[outputs.length * rows.rows()];
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = outputs[i % outputs.length][i / outputs.length];
    }
    return new Scores(
        predictions,
        outputs.length,
        switch (model.target()) {
          case Target.Quantity _ -> Optional.empty();
          case Target.Classes(String negative, String positive) ->
              Optional.of(
                  Arrays.stream(predictions)
                      .mapToObj(probability -> probability >= threshold ? positive : negative)
                      .toList());
          case Target.Several several ->
              Optional.of(
                  IntStream.range(0, rows.rows())
                      .mapToObj(row -> several.likeliest(outputs, row))
                      .toList());
        });
  }
}
