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
import dev.headrace.ml.learn.transform.Transform;
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
 * @param of the class or component whose score is explained; null where there is one score, and
 *     where the mean over all of them is told
 * @param unit what base and contributions are in
 * @param base score where nothing is known of a row
 * @param sample rows of the table it was trained on that stand for all
 * @param from table whose rows are explained; null for those it was trained on
 * @param explained how many rows that are, of many a sample
 * @param features of all rows, those that move predictions most first; empty where a row was asked
 * @param row the row that was asked; null where none was
 * @param dependence of the feature that was asked; null where none was
 */
public record Explanation(
    String model,
    int version,
    @Nullable String of,
    String unit,
    double base,
    int sample,
    @Nullable String from,
    int explained,
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
   * @param of the class or component that is asked about, where they are several; null for all of
   *     them, of a row for the likeliest class, or the first component
   */
  public record Question(@Nullable JsonNode row, @Nullable String column, @Nullable String of) {}

  /**
   * Rows of a table.
   *
   * @param table its name
   */
  record Asked(String table, Relation rows) {}

  /** Columns of a row's contributions to be written: the base, then one per feature. */
  static Predictions.Told told(
      ModelCard card,
      Model model,
      Question question,
      SqlEngine engine,
      Relation trainedOn,
      Watch watch) {
    requireExplained(card, model);
    Model plain = model.computing(Transform.NONE);
    Frame sample = sample(model, card, engine, trainedOn, watch);
    List<Integer> outputs = outputs(plain, question, sample);
    if (outputs.size() > 1) {
      throw new HeadraceException(
          LearnError.LEARN_EXPLAIN,
          "Cannot write what moves the predictions of model '%s': there are %d %s."
              .formatted(card.model(), outputs.size(), several(model)),
          "Name one: --class " + classes(model).getFirst() + ".");
    }
    int output = outputs.getFirst();
    List<String> columns = new ArrayList<>(List.of("base_score"));
    Contributions.of(plain, output, sample.rows(new int[] {0}), sample)
        .features()
        .forEach(feature -> columns.add("why_" + feature));
    return new Predictions.Told(
        columns, rows -> told(plain, output, model.transform().apply(rows), sample));
  }

  /** By output, then by row: predictions, base, contributions. */
  private static double[][] told(Model model, int output, Frame rows, Frame sample) {
    Contributions told = Contributions.of(model, output, rows, sample);
    double[][] scores = model.scores(rows);
    double[][] all = Arrays.copyOf(scores, scores.length + 1 + told.features().size());
    all[scores.length] = new double[rows.rows()];
    Arrays.fill(all[scores.length], told.base());
    for (int f = 0; f < told.features().size(); f++) {
      int feature = f;
      all[scores.length + 1 + f] =
          Arrays.stream(told.rows()).mapToDouble(row -> row[feature]).toArray();
    }
    return all;
  }

  private static void requireExplained(ModelCard card, Model model) {
    if (model.target() instanceof Target.Found(Target.Found.Kind kind, List<String> _)
        && (kind == Target.Found.Kind.CLUSTERS || kind == Target.Found.Kind.DENSITY)) {
      throw new HeadraceException(
          LearnError.LEARN_EXPLAIN,
          "Cannot explain model '%s': a row is in the cluster that it is nearest to, and nothing adds up to that."
              .formatted(card.model()),
          "What the rows of each cluster are like is told by: headrace models show %s:%d."
              .formatted(card.model(), card.version()));
    }
    if (model.preparation().steps().isEmpty()) {
      throw new HeadraceException(
          LearnError.LEARN_EXPLAIN,
          "Cannot explain model '%s': it predicts the same for every row.".formatted(card.model()),
          "Explain a model that learns from features.");
    }
  }

  /**
   * Explains. Features that are computed are told as such: what moves a prediction is their value.
   *
   * @param other rows instead of those it was trained on; null for none
   */
  static Explanation of(
      ModelCard card,
      Model whole,
      Question question,
      SqlEngine engine,
      Relation trainedOn,
      @Nullable Asked other,
      Watch watch) {
    requireExplained(card, whole);
    Model model = whole.computing(Transform.NONE);
    Frame sample = sample(whole, card, engine, trainedOn, watch);
    JsonNode asked = question.row();
    Frame rows =
        asked != null
            ? row(whole, asked)
            : other == null ? sample : sample(whole, card, engine, other.rows, watch);
    if (other != null && rows.rows() == 0) {
      throw new HeadraceException(
          LearnError.LEARN_EXPLAIN,
          "Cannot explain rows of '%s': there are none.".formatted(other.table),
          "Name a table with rows.");
    }
    List<Integer> outputs = outputs(model, question, rows);
    List<Contributions> told =
        outputs.stream().map(output -> Contributions.of(model, output, rows, sample)).toList();
    String column = question.column();
    if (column != null && outputs.size() > 1) {
      throw new HeadraceException(
          LearnError.LEARN_EXPLAIN,
          "Cannot tell how the predictions of model '%s' go with '%s': there are %d %s."
              .formatted(card.model(), column, outputs.size(), several(model)),
          "Name one: --class " + classes(model).getFirst() + ".");
    }
    int first = outputs.getFirst();
    return new Explanation(
        card.model(),
        card.version(),
        outputs.size() == 1 && !classes(model).isEmpty() ? classes(model).get(first) : null,
        unit(model),
        told.stream().mapToDouble(Contributions::base).sum() / told.size(),
        sample.rows(),
        other == null ? null : other.table,
        rows.rows(),
        asked == null ? features(told) : List.of(),
        asked == null ? null : row(model, first, rows, asked, told.getFirst()),
        column == null ? null : PartialDependence.of(model, first, sample, feature(model, column)));
  }

  /** What has a score of its own; empty where there is one score. */
  private static List<String> classes(Model model) {
    return switch (model.target()) {
      case Target.Several(List<String> classes) -> classes;
      case Target.Found(Target.Found.Kind kind, List<String> names) ->
          // The last is the distance from all of them.
          kind == Target.Found.Kind.COMPONENTS ? names.subList(0, names.size() - 1) : List.of();
      case Target.Classes _, Target.Quantity _, Target.Relevance _ -> List.of();
    };
  }

  private static String several(Model model) {
    return model.target() instanceof Target.Found ? "components" : "classes";
  }

  /** The outputs that are explained. */
  private static List<Integer> outputs(Model model, Question question, Frame rows) {
    List<String> classes = classes(model);
    String of = question.of();
    if (of != null) {
      if (!classes.contains(of)) {
        throw new HeadraceException(
            LearnError.LEARN_EXPLAIN,
            "Cannot explain class '%s': the model %s."
                .formatted(of, classes.isEmpty() ? "has one score" : "knows none of that name"),
            classes.isEmpty() ? "Leave --class out." : Names.suggest(of, classes));
      }
      return List.of(classes.indexOf(of));
    }
    if (classes.isEmpty()) {
      return List.of(0);
    }
    if (question.row() == null) {
      return IntStream.range(0, classes.size()).boxed().toList();
    }
    return List.of(
        model.target() instanceof Target.Several several
            ? classes.indexOf(several.likeliest(model.scores(rows), 0))
            : 0);
  }

  private static String unit(Model model) {
    return switch (model.target()) {
      case Target.Classes _ ->
          !model.calibration().isEmpty() ? "log odds before calibration" : "log odds";
      case Target.Several _ -> "what the softmax makes probabilities of";
      case Target.Quantity _ -> "the label's unit";
      case Target.Relevance _ -> "the score that rows are ranked by";
      case Target.Found(Target.Found.Kind kind, List<String> _) ->
          switch (kind) {
            case COMPONENTS -> "the place along the component";
            case ANOMALIES -> "the logarithm to base 2 of the score";
            case CLUSTERS, DENSITY -> throw new IllegalStateException("nothing adds up");
          };
    };
  }

  /** Features of rows in the order of their columns: the same table gives the same sample. */
  private static Frame sample(
      Model model, ModelCard card, SqlEngine engine, Relation trainedOn, Watch watch) {
    String sql = ModelColumns.ordered(TABLE, model.columns());
    Frame all =
        model
            .transform()
            .apply(FrameReader.read(engine, Query.of(sql, Map.of(TABLE, trainedOn)), watch));
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

  /** Of several classes the mean over them. */
  private static List<Feature> features(List<Contributions> all) {
    Contributions told = all.getFirst();
    double[] sizes = new double[told.features().size()];
    for (Contributions one : all) {
      double[] its = one.meanSizes();
      for (int f = 0; f < sizes.length; f++) {
        sizes[f] += its[f] / all.size();
      }
    }
    return IntStream.range(0, sizes.length)
        .mapToObj(f -> new Feature(told.features().get(f), sizes[f]))
        .sorted(Comparator.comparingDouble(one -> -one.meanSize()))
        .toList();
  }

  private static Row row(Model model, int output, Frame rows, JsonNode asked, Contributions told) {
    double[] contributions = told.rows()[0];
    List<Contribution> all = new ArrayList<>();
    for (int f = 0; f < contributions.length; f++) {
      String feature = told.features().get(f);
      all.add(
          new Contribution(feature, given(asked.get(feature), rows, feature), contributions[f]));
    }
    all.sort(Comparator.comparingDouble(one -> -Math.abs(one.contribution())));
    return new Row(
        model.scores(rows)[output][0], told.base() + Arrays.stream(contributions).sum(), all);
  }

  /** As it was given; what was computed as the number or text that it is. */
  private static @Nullable String given(@Nullable JsonNode asked, Frame rows, String feature) {
    if (asked != null) {
      return asked.isNull() ? null : asked.asText();
    }
    return switch (rows.column(feature)) {
      case Frame.Numbers(String _, double[] values) ->
          Double.isNaN(values[0]) ? null : Double.toString(values[0]);
      case Frame.Categories(String _, int[] codes, List<String> levels) ->
          codes[0] < 0 ? null : levels.get(codes[0]);
    };
  }

  /** The features of a row of JSON: every column by its name, null where missing. */
  private static Frame row(Model model, JsonNode asked) {
    if (!asked.isObject()) {
      throw wrong("it is no JSON object", "Write --row '{\"feature\": 1.5, …}'.");
    }
    List<String> known = model.columns();
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
    for (String column : known) {
      JsonNode given = asked.get(column);
      if (given == null) {
        throw wrong("'" + column + "' is not given", "Give every one; null where it is missing.");
      }
      columns.add(
          model.readsText(column)
              ? text(column, given)
              : new Frame.Numbers(column, new double[] {number(column, given)}));
    }
    return model.transform().apply(new Frame(1, columns));
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
