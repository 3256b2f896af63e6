package dev.headrace.ml.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.explain.Contributions;
import dev.headrace.ml.learn.explain.PartialDependence;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Why a version predicts what it does.
 *
 * @param unit what base and contributions are in
 * @param base score where nothing is known of a row
 * @param sample rows of the table it was trained on that stand for all
 * @param features of all rows, those that move predictions most first; empty where a row was asked
 * @param row the row that was asked; null where none was
 * @param dependence of the feature that was asked; null where none was
 */
public record Explanation(
    String model,
    int version,
    String unit,
    double base,
    int sample,
    List<Feature> features,
    @Nullable Row row,
    @Nullable PartialDependence dependence) {
  private static final String TABLE = "examples";
  private static final int SAMPLE = 1_000;

  public Explanation {
    features = List.copyOf(features);
  }

  /**
   * A feature over all rows.
   *
   * @param meanSize mean of the absolute contributions
   */
  public record Feature(String feature, double meanSize) {}

  /**
   * A row.
   *
   * @param score base and contributions together
   * @param contributions the greatest first
   */
  public record Row(double prediction, double score, List<Contribution> contributions) {
    public Row {
      contributions = List.copyOf(contributions);
    }
  }

  /**
   * What a feature does to a row's score.
   *
   * @param given as it was given; null where missing
   */
  public record Contribution(String feature, @Nullable String given, double contribution) {}

  /**
   * What is asked.
   *
   * @param row features by name; null to explain all rows
   * @param column whose dependence is asked; null for none
   */
  public record Question(@Nullable JsonNode row, @Nullable String column) {}

  static Explanation of(
      ModelCard card,
      Model model,
      Question question,
      SqlEngine engine,
      Relation trainedOn,
      Watch watch) {
    if (model.target() instanceof Target.Found) {
      throw new HeadraceException(
          LearnError.LEARN_EXPLAIN,
          "Cannot explain model '%s': it finds what lies in the rows and predicts nothing that features would move."
              .formatted(card.model()),
          "What it found is told by: headrace models show %s:%d."
              .formatted(card.model(), card.version()));
    }
    if (model.preparation().steps().isEmpty()) {
      throw new HeadraceException(
          LearnError.LEARN_EXPLAIN,
          "Cannot explain model '%s': it predicts the same for every row.".formatted(card.model()),
          "Explain a model that learns from features.");
    }
    Frame sample = sample(model, card, engine, trainedOn, watch);
    JsonNode asked = question.row();
    Frame rows = asked == null ? sample : row(model, asked);
    Contributions told = Contributions.of(model, rows, sample);
    String column = question.column();
    return new Explanation(
        card.model(),
        card.version(),
        unit(model),
        told.base(),
        sample.rows(),
        asked == null ? features(told) : List.of(),
        asked == null ? null : row(model, rows, asked, told),
        column == null ? null : PartialDependence.of(model, sample, feature(model, column)));
  }

  private static String unit(Model model) {
    return switch (model.target()) {
      case Target.Classes _ ->
          model.calibration().isPresent() ? "log odds before calibration" : "log odds";
      case Target.Several _ -> "probability";
      case Target.Quantity _ -> "the label's unit";
      case Target.Relevance _ -> "the score that rows are ranked by";
      case Target.Found _ -> throw new IllegalStateException("nothing is predicted");
    };
  }

  /** Rows in the order of their features, so that the same table gives the same sample. */
  private static Frame sample(
      Model model, ModelCard card, SqlEngine engine, Relation trainedOn, Watch watch) {
    List<String> columns = model.preparation().columns();
    String sql = ModelColumns.ordered(TABLE, columns);
    Frame all = FrameReader.read(engine, Query.of(sql, Map.of(TABLE, trainedOn)), watch);
    if (all.rows() <= SAMPLE) {
      return all;
    }
    SplittableRandom random = new SplittableRandom(Models.spec(card).seed());
    int[] chosen = random.ints(0, all.rows()).distinct().limit(SAMPLE).sorted().toArray();
    return all.rows(chosen);
  }

  private static String feature(Model model, String column) {
    List<String> known = model.preparation().columns();
    if (!known.contains(column)) {
      throw new HeadraceException(
          LearnError.LEARN_COLUMN,
          "Cannot explain feature '%s': the model has not learnt from a column of that name."
              .formatted(column),
          Names.suggest(column, known));
    }
    return column;
  }

  private static List<Feature> features(Contributions told) {
    double[] sizes = told.meanSizes();
    return IntStream.range(0, sizes.length)
        .mapToObj(f -> new Feature(told.features().get(f), sizes[f]))
        .sorted(Comparator.comparingDouble(one -> -one.meanSize()))
        .toList();
  }

  private static Row row(Model model, Frame rows, JsonNode asked, Contributions told) {
    double[] contributions = told.rows()[0];
    List<Contribution> all = new ArrayList<>();
    for (int f = 0; f < contributions.length; f++) {
      JsonNode given = asked.path(told.features().get(f));
      all.add(
          new Contribution(
              told.features().get(f), given.isNull() ? null : given.asText(), contributions[f]));
    }
    all.sort(Comparator.comparingDouble(one -> -Math.abs(one.contribution())));
    return new Row(model.score(rows)[0], told.base() + Arrays.stream(contributions).sum(), all);
  }

  /** A row of JSON: every feature by its name, null where missing. */
  private static Frame row(Model model, JsonNode asked) {
    if (!asked.isObject()) {
      throw wrong("it is no JSON object", "Write --row '{\"feature\": 1.5, …}'.");
    }
    List<String> known = model.preparation().columns();
    asked
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw wrong(
                    "the model has not learnt from '" + name + "'", Names.suggest(name, known));
              }
            });
    List<Frame.Column> columns = new ArrayList<>();
    for (Preparation.Step step : model.preparation().steps()) {
      JsonNode given = asked.get(step.column());
      if (given == null) {
        throw wrong(
            "'" + step.column() + "' is not given",
            "Give every feature; null where it is missing.");
      }
      columns.add(
          model.preparation().readsText(step.column())
              ? text(step.column(), given)
              : new Frame.Numbers(step.column(), new double[] {number(step.column(), given)}));
    }
    return new Frame(1, columns);
  }

  private static double number(String feature, JsonNode given) {
    if (given.isNull()) {
      return Double.NaN;
    }
    if (given.isBoolean()) {
      return given.booleanValue() ? 1 : 0;
    }
    if (!given.isNumber() || !Double.isFinite(given.doubleValue())) {
      throw wrong(
          "'%s' is %s, and the model has learnt from a number".formatted(feature, given),
          "Write it without quotes; a time as seconds since 1970 UTC.");
    }
    return given.doubleValue();
  }

  private static Frame.Categories text(String feature, JsonNode given) {
    if (!given.isNull() && !given.isTextual()) {
      throw wrong(
          "'%s' is %s, and the model has learnt from a text".formatted(feature, given),
          "Write it in quotes.");
    }
    return given.isNull()
        ? new Frame.Categories(feature, new int[] {-1}, List.of())
        : new Frame.Categories(feature, new int[] {0}, List.of(given.textValue()));
  }

  private static HeadraceException wrong(String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_EXPLAIN, "Cannot explain the row: %s.".formatted(reason), hint);
  }
}
