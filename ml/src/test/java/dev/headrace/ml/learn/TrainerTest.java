package dev.headrace.ml.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.calibration.Calibrate;
import dev.headrace.ml.learn.calibration.CalibrationMap;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.leaks.LeakDetector;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every learner fits, is saved, loaded, and predicts the same. */
class TrainerTest {
  private static final Percentage ALL = Percentage.parse("100%");
  private static final LearnSpec.Gbdt TREES =
      new LearnSpec.Gbdt(
          30,
          4,
          0.3,
          null,
          Percentage.parse("10%"),
          ALL,
          ALL,
          1,
          1,
          0,
          0,
          64,
          LearnSpec.Balance.NONE,
          Map.of(),
          LearnSpec.Ranking.NDCG);

  /** Numbers with gaps and three texts; the label follows both. */
  static TrainingSet rows(Target target, int rows, long seed) {
    Random random = new Random(seed);
    double[] x = new double[rows];
    double[] gappy = new double[rows];
    int[] codes = new int[rows];
    double[] labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      x[i] = random.nextGaussian();
      gappy[i] = random.nextInt(5) == 0 ? Double.NaN : random.nextInt(10);
      codes[i] = random.nextInt(4) - 1;
      double score = x[i] + codes[i] + (Double.isNaN(gappy[i]) ? 1 : gappy[i] / 5) - 1;
      labels[i] =
          switch (target) {
            case Target.Classes _ -> random.nextDouble() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
            case Target.Several _ ->
                random.nextDouble() < 1 / (1 + Math.exp(-score)) ? (x[i] > 0 ? 2 : 1) : 0;
            case Target.Quantity _ -> 100 + 10 * score + random.nextGaussian();
            case Target.Relevance _ -> Math.clamp(Math.round(score), 0, 4);
            case Target.Found _ -> 0;
          };
    }
    Frame features =
        new Frame(
            rows,
            List.of(
                new Frame.Numbers("x", x),
                new Frame.Numbers("gappy", gappy),
                new Frame.Categories("c", codes, List.of("ä", "b\"c", "z"))));
    return new TrainingSet(
        features,
        target,
        labels,
        Optional.empty(),
        Optional.empty(),
        target instanceof Target.Relevance
            ? Optional.of(IntStream.range(0, rows).map(i -> i % 25).toArray())
            : Optional.empty());
  }

  private static Case finding(String name, LearnSpec.Finds learner) {
    return new Case(5, name, learner, Target.Found.by(learner));
  }

  private static final Target CLASSES = new Target.Classes("no", "yes");
  private static final Target SEVERAL = new Target.Several(List.of("a", "b", "c"));
  private static final Target NUMBER = new Target.Quantity();

  private static final LearnSpec LOGISTIC = new LearnSpec.Logistic(1, 0, LearnSpec.Balance.NONE);

  private static Trainer trainer(LearnSpec learner) {
    return new Trainer(learner, PrepareSpec.DEFAULT, 5, 1);
  }

  /** A learner with the release of the format it came with. */
  private record Case(
      int since, String name, LearnSpec learner, Target target, Calibrate calibrate) {
    Case(int since, String name, LearnSpec learner, Target target) {
      this(since, name, learner, target, Calibrate.NONE);
    }

    Case(String name, LearnSpec learner, Target target) {
      this(1, name, learner, target);
    }

    Model model() {
      TrainingSet rows = rows(target, 500, 1);
      Model model = trainer(learner).fit(rows, Watch.none()).model();
      if (calibrate == Calibrate.NONE) {
        return model;
      }
      double[][] scores = model.scores(rows.features());
      List<CalibrationMap> maps =
          IntStream.range(0, scores.length)
              .mapToObj(
                  k ->
                      calibrate.fit(
                          scores[k],
                          Arrays.stream(rows.labels())
                              .map(label -> label == (scores.length == 1 ? 1 : k) ? 1 : 0)
                              .toArray(),
                          Trainer.weights(rows)))
              .toList();
      return model.deciding(maps, 0.3);
    }
  }

  private static List<Case> cases() {
    return List.of(
        new Case(2, "gbdt-several", TREES, SEVERAL),
        new Case(
            2, "logistic-several", new LearnSpec.Logistic(1, 0, LearnSpec.Balance.NONE), SEVERAL),
        new Case(
            2,
            "logistic-several-l1",
            new LearnSpec.Logistic(1, 2, LearnSpec.Balance.BALANCED),
            SEVERAL),
        new Case(3, "poisson", new LearnSpec.Poisson(0), NUMBER),
        new Case(3, "poisson-l2", new LearnSpec.Poisson(1), NUMBER),
        new Case(3, "naive-bayes", new LearnSpec.NaiveBayes(1), CLASSES),
        new Case(3, "naive-bayes-several", new LearnSpec.NaiveBayes(1), SEVERAL),
        new Case(3, "neighbours", new LearnSpec.Neighbours(5, LearnSpec.Closeness.NONE), CLASSES),
        new Case(
            3,
            "neighbours-several",
            new LearnSpec.Neighbours(5, LearnSpec.Closeness.DISTANCE),
            SEVERAL),
        new Case(
            3, "neighbours-number", new LearnSpec.Neighbours(5, LearnSpec.Closeness.NONE), NUMBER),
        new Case(4, "tree", new LearnSpec.Tree(3, 10, LearnSpec.Balance.NONE), CLASSES),
        new Case(4, "tree-number", new LearnSpec.Tree(3, 10, LearnSpec.Balance.NONE), NUMBER),
        new Case(
            4,
            "forest-several",
            new LearnSpec.Forest(5, 4, 10, null, LearnSpec.Balance.BALANCED),
            SEVERAL),
        new Case(
            4, "forest-number", new LearnSpec.Forest(5, 4, 10, 2, LearnSpec.Balance.NONE), NUMBER),
        new Case(5, "gbdt-ranking", TREES, new Target.Relevance()),
        finding("k-means", new LearnSpec.KMeans(3, 2, 100)),
        finding("hdbscan", new LearnSpec.Hdbscan(15, 5)),
        finding("pca", new LearnSpec.Pca(3)),
        finding("isolation-forest", new LearnSpec.IsolationForest(10, 64, Percentage.parse("5%"))),
        new Case(6, "logistic-platt", LOGISTIC, CLASSES, Calibrate.PLATT),
        new Case(6, "logistic-several-platt", LOGISTIC, SEVERAL, Calibrate.PLATT),
        new Case(6, "gbdt-several-isotonic", TREES, SEVERAL, Calibrate.ISOTONIC),
        new Case(3, "same-as", new LearnSpec.SameAs("gappy"), NUMBER),
        new Case(2, "majority-several", new LearnSpec.Majority(), SEVERAL),
        new Case("linear", new LearnSpec.Linear(Percentage.parse("95%")), NUMBER),
        new Case("ridge", new LearnSpec.Ridge(1), NUMBER),
        new Case("lasso", new LearnSpec.Lasso(0.1), NUMBER),
        new Case("elastic-net", new LearnSpec.ElasticNet(0.1, Percentage.parse("50%")), NUMBER),
        new Case("mean", new LearnSpec.Mean(), NUMBER),
        new Case("gbdt-number", TREES, NUMBER),
        new Case("gbdt-classes", TREES, CLASSES),
        new Case("logistic", new LearnSpec.Logistic(1, 0, LearnSpec.Balance.BALANCED), CLASSES),
        new Case("majority", new LearnSpec.Majority(), CLASSES));
  }

  @Test
  void everyLearner_savedAndLoaded_predictsTheSame() {
    for (Case one : cases()) {
      Model model = one.model();
      Map<String, byte[]> files = ModelFile.write(model);
      Model loaded = ModelFile.read(files);
      Frame asked = rows(one.target(), 200, 2).features();
      double[][] scores = loaded.scores(asked);
      assertThat(scores).as(one.name()).isEqualTo(model.scores(asked));
      assertThat(scores).as(one.name()).hasDimensions(one.target().outputs(), 200);
      for (double[] output : scores) {
        assertThat(output).as(one.name()).doesNotContain(Double.NaN);
      }
      Map<String, byte[]> again = ModelFile.write(loaded);
      assertThat(again.keySet()).isEqualTo(files.keySet());
      again.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(files.get(name)));
    }
  }

  /** Files that earlier releases have written; they are never written anew. */
  @Test
  void modelsOfEarlierReleases_predictWhatTheyDid() throws IOException {
    for (Case one : cases()) {
      Map<String, byte[]> files = new HashMap<>();
      for (String file : List.of(ModelFile.MODEL, ModelFile.TREES, "scores.txt")) {
        String resource = "/learn/saved/" + one.since() + "/" + one.name() + "/" + file;
        try (InputStream stream = TrainerTest.class.getResourceAsStream(resource)) {
          if (stream != null) {
            files.put(file, stream.readAllBytes());
          }
        }
      }
      double[][] scores = ModelFile.read(files).scores(rows(one.target(), 20, 3).features());
      List<String> expected =
          new String(Objects.requireNonNull(files.get("scores.txt")), StandardCharsets.UTF_8)
              .lines()
              .toList();
      assertThat(expected).hasSize(20);
      for (int i = 0; i < 20; i++) {
        String[] outputs = expected.get(i).split(" ");
        assertThat(outputs).hasSize(scores.length);
        for (int k = 0; k < outputs.length; k++) {
          assertThat(scores[k][i])
              .as("%s row %d", one.name(), i)
              .isCloseTo(Double.parseDouble(outputs[k]), within(1e-12));
        }
      }
      if (one.calibrate() != Calibrate.NONE) {
        Model loaded = ModelFile.read(files);
        assertThat(loaded.calibration()).hasSize(one.target().outputs());
        assertThat(loaded.threshold()).isEqualTo(0.3);
      }
    }
  }

  /** Writes what the test above reads, for a format that is new. */
  public static void main(String[] directory) throws IOException {
    for (Case one : cases()) {
      Path home = Path.of(directory[0], Integer.toString(one.since()), one.name());
      if (Files.exists(home)) {
        continue; // What a release has written is never written anew.
      }
      Files.createDirectories(home);
      Model model = one.model();
      for (Map.Entry<String, byte[]> file : ModelFile.write(model).entrySet()) {
        Files.write(home.resolve(file.getKey()), file.getValue());
      }
      List<String> scores = new ArrayList<>();
      double[][] outputs = model.scores(rows(one.target(), 20, 3).features());
      for (int i = 0; i < 20; i++) {
        int row = i;
        scores.add(
            Arrays.stream(outputs)
                .map(output -> Double.toString(output[row]))
                .collect(Collectors.joining(" ")));
      }
      Files.write(home.resolve("scores.txt"), scores);
    }
  }

  @Test
  void weightsOfClasses_areWeightsOfTheirRows() {
    for (Target target : List.of(CLASSES, SEVERAL)) {
      TrainingSet rows = rows(target, 500, 1);
      String name = target instanceof Target.Classes ? "yes" : "b";
      double place = target.numbers(new Frame.Categories("l", new int[] {0}, List.of(name)))[0];
      TrainingSet weighted =
          new TrainingSet(
              rows.features(),
              target,
              rows.labels(),
              Optional.of(Arrays.stream(rows.labels()).map(y -> y == place ? 5 : 1).toArray()),
              Optional.empty());
      LearnSpec.Balance five = new LearnSpec.Balance.Weights(Map.of(name, 5.0));
      Model byClass = trainer(new LearnSpec.Logistic(1, 0, five)).fit(rows, Watch.none()).model();
      Model byRow =
          trainer(new LearnSpec.Logistic(1, 0, LearnSpec.Balance.NONE))
              .fit(weighted, Watch.none())
              .model();
      assertThat(ModelFile.write(byClass).get(ModelFile.MODEL))
          .isEqualTo(ModelFile.write(byRow).get(ModelFile.MODEL));
    }
    LearnSpec.Balance unknown = new LearnSpec.Balance.Weights(Map.of("yess", 5.0));
    assertThatThrownBy(
            () ->
                trainer(new LearnSpec.Logistic(1, 0, unknown))
                    .fit(rows(CLASSES, 100, 1), Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("'balance' weighs a class 'yess', and the label has none");
    assertThatThrownBy(() -> new LearnSpec.Balance.Weights(Map.of("yes", 0.0)))
        .hasMessageContaining("must give class 'yes' a weight above 0");
  }

  @Test
  void damagedModel_isRefusedByName() {
    Model model = trainer(new LearnSpec.Ridge(1)).fit(rows(NUMBER, 100, 1), Watch.none()).model();
    String text = new String(ModelFile.write(model).get(ModelFile.MODEL), StandardCharsets.UTF_8);
    for (String damaged :
        List.of(
            text.substring(0, 200),
            "[]",
            text.replace("headrace-model", "other"),
            text.replace("\"format-version\" : 1", "\"format-version\" : 2"),
            text.replace("\"centre\" : ", "\"centre\" : \"x\", \"was\" : "),
            text.replace("\"linear\"", "\"tree\""),
            text.replace("\"coefficients\" : [ ", "\"coefficients\" : [ 1, "))) {
      assertThat(damaged).isNotEqualTo(text);
      assertThatThrownBy(
              () ->
                  ModelFile.read(Map.of(ModelFile.MODEL, damaged.getBytes(StandardCharsets.UTF_8))))
          .isInstanceOf(HeadraceException.class)
          .extracting(e -> ((HeadraceException) e).code())
          .isEqualTo(LearnError.LEARN_MODEL_CORRUPT);
    }
  }

  @Test
  void earlyStopping_judgesByTheLatestRows() {
    TrainingSet rows = rows(CLASSES, 1_000, 1);
    double[] times = new double[1_000];
    for (int i = 0; i < times.length; i++) {
      times[i] = i;
    }
    // The latest tenth is noise: nothing that is learnt helps there, so growing ends at once.
    double[] labels = rows.labels().clone();
    Random random = new Random(9);
    for (int i = 900; i < 1_000; i++) {
      labels[i] = random.nextInt(2);
    }
    LearnSpec.Gbdt patient =
        new LearnSpec.Gbdt(
            200,
            4,
            0.3,
            5,
            Percentage.parse("10%"),
            ALL,
            ALL,
            1,
            1,
            0,
            0,
            64,
            LearnSpec.Balance.NONE,
            Map.of(),
            LearnSpec.Ranking.NDCG);
    LearnReport.Trees byTime =
        Objects.requireNonNull(
            trainer(patient)
                .fit(
                    new TrainingSet(
                        rows.features(), CLASSES, labels, Optional.empty(), Optional.of(times)),
                    Watch.none())
                .report()
                .trees());
    LearnReport.Trees byChance =
        Objects.requireNonNull(trainer(patient).fit(rows, Watch.none()).report().trees());
    assertThat(byTime.trees()).isLessThan(byChance.trees());
    assertThat(byChance.trees()).isLessThan(200);
  }

  @Test
  void leak_isNamed_andHonestFeaturesAreNot() {
    TrainingSet honest = rows(CLASSES, 4_000, 1);
    assertThat(look(honest)).isEmpty();
    List<Frame.Column> some = new ArrayList<>(honest.features().columns());
    some.add(disguised(honest.labels(), 0.25));
    assertThat(suspects(honest, some)).as("nearly all there is").containsExactly("refund");
    Random random = new Random(4);
    List<Frame.Column> many = new ArrayList<>(honest.features().columns());
    for (int j = 0; j < 3; j++) {
      many.add(new Frame.Numbers("noise" + j, random.doubles(4_000).toArray()));
    }
    many.add(disguised(honest.labels(), 0.6));
    assertThat(suspects(honest, many)).as("more than six others").contains("refund");
  }

  /** The label with noise. */
  private static Frame.Column disguised(double[] labels, double noise) {
    Random random = new Random(4);
    double[] answer = labels.clone();
    for (int i = 0; i < answer.length; i++) {
      answer[i] += noise * random.nextGaussian();
    }
    return new Frame.Numbers("refund", answer);
  }

  private static List<LeakDetector.Suspect> look(TrainingSet rows) {
    return LeakDetector.look(rows, Split.where(rows.labels().length, _ -> true), 1, Watch.none());
  }

  private static List<String> suspects(TrainingSet rows, List<Frame.Column> columns) {
    TrainingSet other =
        new TrainingSet(
            new Frame(rows.labels().length, columns),
            rows.target(),
            rows.labels(),
            Optional.empty(),
            Optional.empty());
    return look(other).stream().map(LeakDetector.Suspect::feature).toList();
  }

  @Test
  void settingsThatDoNotFit_areRefused() {
    LearnSpec.Gbdt monotone =
        new LearnSpec.Gbdt(
            5,
            4,
            0.3,
            null,
            Percentage.parse("10%"),
            ALL,
            ALL,
            1,
            1,
            0,
            0,
            64,
            LearnSpec.Balance.NONE,
            Map.of("z", LearnSpec.Direction.RISING),
            LearnSpec.Ranking.NDCG);
    assertThatThrownBy(() -> trainer(monotone).fit(rows(NUMBER, 50, 1), Watch.none()))
        .hasMessageContaining("'monotone' names 'z'");
    assertThatThrownBy(() -> new LearnSpec.Logistic(-1, 0, LearnSpec.Balance.NONE))
        .hasMessage("must have a 'l2' of at least 0, not -1");
    assertThatThrownBy(() -> new LearnSpec.Ridge(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    TrainingSet one = rows(CLASSES, 50, 1);
    TrainingSet same =
        new TrainingSet(
            one.features(), CLASSES, new double[50], Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> trainer(TREES).fit(same, Watch.none()))
        .hasMessage("Cannot learn to tell 'no' from 'yes': the 50 training rows have 'no' alone.");
  }
}
