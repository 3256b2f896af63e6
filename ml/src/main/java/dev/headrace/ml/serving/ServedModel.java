package dev.headrace.ml.serving;

import dev.headrace.ml.features.FeatureSelection;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.ml.learn.transform.Transform;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A version of a model that is loaded. Immutable and thread-safe. */
public final class ServedModel {
  private final ModelCard card;
  private final Model model;
  private final List<Input> inputs;
  private final Set<String> requested;
  private final double threshold;

  ServedModel(ModelCard card, Model model) {
    this.card = card;
    this.model = model;
    Map<String, Origin.OfView> features = features(card);
    this.inputs =
        model.transform().isNone()
            ? model.preparation().asked().stream()
                .map(step -> input(step, features.get(step.column())))
                .toList()
            : model.transform().inputs().stream()
                .map(read -> input(read, features.get(read.column())))
                .toList();
    this.requested = requested(card, inputs);
    this.threshold = Models.spec(card).evaluate().threshold(model);
  }

  /** What a column has to hold. */
  public enum InputKind {
    /** Numbers; true and false are 1 and 0, times are seconds since 1970-01-01T00:00Z. */
    NUMBER,
    /** Texts. */
    TEXT
  }

  /** Where the values of a column come from when entities are predicted by their keys. */
  public sealed interface Origin {

    /** The request brings it. */
    record OfRequest() implements Origin {}

    /**
     * It is a feature.
     *
     * @param view place of the view on the model's card
     */
    record OfView(int view, String feature) implements Origin {}
  }

  /**
   * A column that the model reads.
   *
   * @param told its name as declared: {@code view.feature}, or that of the column
   * @param levels the texts that the model has learnt of; empty for numbers, and where it reads
   *     texts in a way of its own
   */
  public record Input(
      String name, String told, InputKind kind, Origin origin, Optional<Set<String>> levels) {
    public Input {
      levels = levels.map(Set::copyOf);
    }

    /** Whether the model never learnt of a text. */
    public boolean isUnseen(String text) {
      return levels.isPresent() && !levels.get().contains(text);
    }
  }

  /**
   * What a model says of rows.
   *
   * @param predictions row by row: the probability of the positive of two classes, that of each of
   *     several, the number, or what was found of it
   * @param width how many there are of each row
   * @param classes the class of each row: of two at the model's threshold, of several the
   *     likeliest; empty for numbers
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over, compared by nobody.
  public record Scores(double[] predictions, int width, Optional<List<String>> classes) {
    /** How many rows there are. */
    public int rows() {
      return predictions.length / width;
    }

    /**
     * The number; the probability of the positive class; of several, that of the likeliest; without
     * a label the first of what was found, such as the cluster.
     */
    public double prediction(int row) {
      if (classes.isEmpty()) {
        return predictions[row * width];
      }
      double greatest = predictions[row * width];
      for (int k = 1; k < width; k++) {
        greatest = Math.max(greatest, predictions[row * width + k]);
      }
      return greatest;
    }
  }

  /** The features of views by the columns that they were in training. */
  private static Map<String, Origin.OfView> features(ModelCard card) {
    Map<String, Origin.OfView> features = new HashMap<>();
    for (int v = 0; v < card.views().size(); v++) {
      ModelCard.View view = card.views().get(v);
      for (String feature : view.features()) {
        features.put(FeatureSelection.column(view.view(), feature), new Origin.OfView(v, feature));
      }
    }
    return features;
  }

  private static Set<String> requested(ModelCard card, List<Input> inputs) {
    Set<String> names = new HashSet<>();
    card.views().forEach(view -> names.addAll(view.keys()));
    inputs.stream()
        .filter(input -> input.origin() instanceof Origin.OfRequest)
        .forEach(input -> names.add(input.name()));
    return Set.copyOf(names);
  }

  private String told(String column, Origin.@Nullable OfView feature) {
    return feature == null
        ? column
        : card.views().get(feature.view()).view() + "." + feature.feature();
  }

  /** A column that features are computed of; which of its texts are known is known if it is one. */
  private Input input(Transform.Input read, Origin.@Nullable OfView feature) {
    boolean isFeature = model.transform().features().contains(new Transform.Passed(read.column()));
    return new Input(
        read.column(),
        told(read.column(), feature),
        read.type() == Transform.InputType.TEXT ? InputKind.TEXT : InputKind.NUMBER,
        feature == null ? new Origin.OfRequest() : feature,
        model.preparation().asked().stream()
            .filter(step -> isFeature && step.column().equals(read.column()))
            .findFirst()
            .flatMap(step -> input(step, feature).levels()));
  }

  private Input input(Preparation.Step step, Origin.@Nullable OfView feature) {
    return new Input(
        step.column(),
        told(step.column(), feature),
        switch (step) {
          case Preparation.Numeric _ -> InputKind.NUMBER;
          case Preparation.OneHot _, Preparation.Codes _, Preparation.Text _ -> InputKind.TEXT;
        },
        feature == null ? new Origin.OfRequest() : feature,
        switch (step) {
          case Preparation.Numeric _, Preparation.Text _ -> Optional.empty();
          case Preparation.OneHot hot -> Optional.of(new HashSet<>(hot.levels()));
          case Preparation.Codes codes -> Optional.of(new HashSet<>(codes.levels()));
        });
  }

  /** What a request by key has to bring: keys of the views, and columns that are no features. */
  public Set<String> requested() {
    return requested;
  }

  /** Where it comes from. */
  public ModelCard card() {
    return card;
  }

  /** The columns it reads, in the order of the card's columns. */
  public List<Input> inputs() {
    return inputs;
  }

  /** Whether it tells classes apart. */
  public boolean classifies() {
    return model.target().classifies();
  }

  /** How many predictions a row has: one per class where they are several, else one. */
  public int width() {
    return model.target().outputs();
  }

  /** Names of what is found of a row, where there is no label; empty otherwise. */
  public List<String> found() {
    return model.target() instanceof Target.Found found ? found.names() : List.of();
  }

  /** The classes whose probabilities a row has, where they are several; empty otherwise. */
  public List<String> severalClasses() {
    return model.target() instanceof Target.Several several ? several.classes() : List.of();
  }

  /**
   * Predicts.
   *
   * @throws dev.headrace.spi.error.HeadraceException LEARN_COLUMN, LEARN_TYPE where the frame lacks
   *     an input; LEARN_NOT_FINITE where a feature has no value for a row
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
          case Target.Quantity _, Target.Relevance _, Target.Found _ -> Optional.empty();
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
