package dev.headrace.ml.learn.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelFile;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of skl2onnx and by hand, whose predictions scikit-learn told: {@code learn/onnx}, made by
 * the script there.
 */
class OnnxModelTest {
  private static final JsonNode EXPECTED = Reference.figures("onnx/expected.json");
  private static final Target RISK = new Target.Classes("no", "yes");
  private static final String SAVED = "5/onnx";
  private static final Target KIND = new Target.Several(List.of("left", "low", "right"));
  private static final Target AMOUNT = new Target.Quantity();

  private static byte[] file(String name) {
    try (InputStream file = OnnxModelTest.class.getResourceAsStream("/learn/onnx/" + name)) {
      return Objects.requireNonNull(file).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Frame.Numbers numbers(String column) {
    return new Frame.Numbers(
        column,
        EXPECTED
            .path("rows")
            .valueStream()
            .mapToDouble(row -> row.path(column).asDouble())
            .toArray());
  }

  private static Frame.Categories texts(String column) {
    List<String> all =
        EXPECTED.path("rows").valueStream().map(row -> row.path(column).asText()).toList();
    List<String> levels = all.stream().distinct().sorted().toList();
    return new Frame.Categories(column, all.stream().mapToInt(levels::indexOf).toArray(), levels);
  }

  private static TrainingSet rows(Target target, List<Frame.Column> features) {
    Frame.Column label =
        switch (target) {
          case Target.Classes _ -> texts("risk");
          case Target.Several _ -> texts("kind");
          case Target.Quantity _, Target.Relevance _, Target.Found _ -> numbers("amount");
        };
    return new TrainingSet(
        new Frame(240, features),
        target,
        target.numbers(label),
        Optional.empty(),
        Optional.empty());
  }

  private static LearnSpec.Onnx spec(@Nullable String output, String... classes) {
    return new LearnSpec.Onnx("models/x.onnx", output, List.of(classes));
  }

  private static Model model(byte[] bytes, LearnSpec.Onnx spec, TrainingSet rows) {
    return new Trainer(spec, PrepareSpec.DEFAULT, 1, 1, Optional.of(bytes))
        .fit(rows, Watch.none())
        .model();
  }

  private static TrainingSet matrix(Target target) {
    return rows(target, List.of(numbers("x1"), numbers("x2")));
  }

  private static TrainingSet columns() {
    return rows(RISK, List.of(texts("plan"), numbers("x1"), numbers("x2")));
  }

  /** Saved and read again it predicts the same bits, from the same bytes. */
  private static void agrees(Model model, TrainingSet rows, byte[] bytes, double[][] expected) {
    double[][] scores = model.scores(rows.features());
    assertThat(scores).hasDimensions(expected.length, 240);
    for (int k = 0; k < expected.length; k++) {
      for (int i = 0; i < 240; i++) {
        assertThat(scores[k][i])
            .as("output %d of row %d", k, i)
            .isCloseTo(expected[k][i], within(1e-6));
      }
    }
    Map<String, byte[]> files = ModelFile.write(model);
    assertThat(files.get(OnnxModel.FILE)).isEqualTo(bytes);
    Model again = ModelFile.read(files);
    assertThat(again.scores(rows.features())).isDeepEqualTo(scores);
    Map<String, byte[]> twice = ModelFile.write(again);
    assertThat(twice.keySet()).isEqualTo(files.keySet());
    twice.forEach((name, content) -> assertThat(content).as(name).isEqualTo(files.get(name)));
  }

  /** Files that a release has written; they are never written anew. */
  @Test
  void modelOfAnEarlierRelease_predictsWhatItDid() {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : List.of(ModelFile.MODEL, OnnxModel.FILE)) {
      files.put(name, file("../saved/" + SAVED + "/" + name));
    }
    double[][] scores = ModelFile.read(files).scores(matrix(RISK).features());
    double[] expected = told("risk");
    assertThat(scores).hasDimensions(1, 240);
    for (int i = 0; i < 240; i++) {
      assertThat(scores[0][i]).as("row %d", i).isCloseTo(expected[i], within(1e-6));
    }
  }

  /** Writes what the test above reads, for a format that is new. */
  public static void main(String[] directory) throws IOException {
    Path home = Path.of(directory[0], SAVED);
    if (Files.exists(home)) {
      return; // What a release has written is never written anew.
    }
    Files.createDirectories(home);
    Model model = model(file("risk.onnx"), spec(null), matrix(RISK));
    for (Map.Entry<String, byte[]> written : ModelFile.write(model).entrySet()) {
      Files.write(home.resolve(written.getKey()), written.getValue());
    }
  }

  private static double[] told(String key) {
    return Reference.numbers(EXPECTED.path(key));
  }

  @Test
  void score_ofTwoClassesByAMatrix_isWhatScikitLearnSays() {
    TrainingSet rows = matrix(RISK);
    byte[] bytes = file("risk.onnx");
    agrees(model(bytes, spec(null), rows), rows, bytes, new double[][] {told("risk")});
  }

  /** The positive class may be the first of the file. */
  @Test
  void score_ofAPositiveClassThatComesFirst_isItsOwn() {
    TrainingSet rows = matrix(new Target.Classes("yes", "no"));
    byte[] bytes = file("risk.onnx");
    double[] no = Arrays.stream(told("risk")).map(yes -> 1 - yes).toArray();
    agrees(model(bytes, spec(null), rows), rows, bytes, new double[][] {no});
  }

  @Test
  void score_ofSeveralClasses_isByTheirOrder() {
    TrainingSet rows = matrix(KIND);
    byte[] bytes = file("kind.onnx");
    double[][] expected = new double[3][240];
    for (int i = 0; i < 240; i++) {
      for (int k = 0; k < 3; k++) {
        expected[k][i] = EXPECTED.at("/kind/" + i + "/" + k).doubleValue();
      }
    }
    agrees(model(bytes, spec(null), rows), rows, bytes, expected);
  }

  @Test
  void score_ofANumber_isWhatScikitLearnSays() {
    TrainingSet rows = matrix(AMOUNT);
    byte[] bytes = file("amount.onnx");
    agrees(model(bytes, spec(null), rows), rows, bytes, new double[][] {told("amount")});
  }

  @Test
  void score_byATensorPerColumn_takesTextsAndAnyOrder() {
    TrainingSet rows = columns();
    byte[] bytes = file("columns.onnx");
    Model model = model(bytes, spec(null), rows);
    agrees(model, rows, bytes, new double[][] {told("columns")});
    // A text that no row of training had reaches the file as it is.
    int[] codes = new int[240];
    Frame unseen =
        rows.features().replacing(new Frame.Categories("plan", codes, List.of("never seen")));
    double[] scores = model.score(unseen);
    double[] expected = told("columns-unseen");
    for (int i = 0; i < 240; i++) {
      assertThat(scores[i]).isCloseTo(expected[i], within(1e-6));
    }
    // So does a missing one, as the empty text: no category of the file either.
    Arrays.fill(codes, -1);
    assertThat(model.score(unseen)).isEqualTo(scores);
  }

  @Test
  void score_ofOneNumber_isTheProbabilityOfThePositiveClass() {
    TrainingSet rows = matrix(RISK);
    for (String name : List.of("one_number.onnx", "one_row.onnx")) {
      byte[] bytes = file(name);
      agrees(model(bytes, spec(null), rows), rows, bytes, new double[][] {told("one-number")});
    }
    byte[] two = file("two_outputs.onnx");
    agrees(model(two, spec("p"), rows), rows, two, new double[][] {told("one-number")});
  }

  /** More rows than a batch, from several threads at once. */
  @Test
  void score_ofManyRowsByManyThreads_isThatOfEach() {
    Model model = model(file("amount.onnx"), spec(null), matrix(AMOUNT));
    Random random = new Random(3);
    double[] x1 = random.doubles(10_000, -2, 2).toArray();
    double[] x2 = random.doubles(10_000, -2, 2).toArray();
    Frame many =
        new Frame(10_000, List.of(new Frame.Numbers("x1", x1), new Frame.Numbers("x2", x2)));
    double[] all = model.score(many);
    List<double[]> beside =
        java.util.stream.IntStream.range(0, 8).parallel().mapToObj(_ -> model.score(many)).toList();
    beside.forEach(one -> assertThat(one).isEqualTo(all));
    for (int i = 0; i < 10_000; i += 997) {
      assertThat(model.score(many.rows(new int[] {i}))[0]).isEqualTo(all[i]);
    }
    assertThat(model.score(many.rows(new int[0]))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          text.onnx        | it is no ONNX file, or cut off or damaged
          cut.onnx         | it is no ONNX file, or cut off or damaged
          external.onnx    | it keeps weights in other files beside it
          custom.onnx      | it needs operators that ONNX does not define: acme.Secret
          image.onnx       | its input 'X' has the shape [?, 2, 2], and the model has 2 features: [rows, 2]
          renamed.onnx     | its inputs [y] are no features; the features are [x1, x2]
          zipmap.onnx      | 'output_probability' is a sequence or map
          amount.onnx      | which is no probability
          kind.onnx        | none of its outputs are probabilities of 2 classes
          two_outputs.onnx | several of its outputs could be the predictions: p, sum
          log_odds.onnx    | which is no probability
          nan.onnx         | in row 1
          integers.onnx    | its input takes an integer
          columns.onnx     | its inputs [plan] are no features; the features are [x1, x2]
          """)
  void fit_ofAFileThatCannotBeUsed_saysWhy(String name, String reason) {
    assertThatThrownBy(
            () -> {
              TrainingSet rows = matrix(RISK);
              model(file(name), spec(null), rows).scores(rows.features());
            })
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("ai.onnxruntime")
        .extracting(e -> ((HeadraceException) e).hint())
        .asString()
        .isNotBlank();
  }

  @Test
  void fit_ofColumnsThatTheFileDoesNotTake_saysWhy() {
    refused("risk.onnx", spec(null), rows(RISK, List.of(numbers("x1"))), "has the shape [?, 2]");
    refused(
        "risk.onnx",
        spec(null),
        columns(),
        "its input 'X' has the shape [?, 2], and the model has 3 features");
    refused(
        "risk.onnx",
        spec(null),
        rows(RISK, List.of(numbers("x1"), texts("plan"))),
        "its input 'X' takes numbers, and column 'plan' holds texts");
    refused(
        "columns.onnx",
        spec(null),
        rows(RISK, List.of(texts("plan"), numbers("x1"), numbers("x2"), numbers("amount"))),
        "it has no inputs for the features [amount]");
    refused("risk.onnx", spec("probabilites"), matrix(RISK), "it has no output 'probabilites'");
    refused("risk.onnx", spec("label"), matrix(RISK), "its output 'label' is a tensor of string");
    refused("risk.onnx", spec(null), matrix(AMOUNT), "none of its outputs are one number a row");
  }

  /** Probabilities in another order would be judged, and served, as those of the wrong class. */
  @Test
  void fit_ofClassesInAnotherOrderOrOfOtherNames_isRefused() {
    refused(
        "risk.onnx", spec(null, "yes", "no"), matrix(RISK), "is not the one it finds likeliest");
    refused("risk.onnx", spec(null, "yes", "maybe"), matrix(RISK), "and the label has [no, yes]");
    TrainingSet other = matrix(new Target.Classes("bad", "good"));
    TrainingSet renamed =
        new TrainingSet(
            other.features(),
            other.target(),
            matrix(RISK).labels(),
            other.weights(),
            other.times());
    refused(
        "risk.onnx", spec(null), renamed, "it names the class 'no', and the label has [bad, good]");
  }

  @Test
  void score_ofANumberThatIsTooLargeForAFloat_isRefused() {
    Model model = model(file("risk.onnx"), spec(null), matrix(RISK));
    Frame large =
        new Frame(
            1,
            List.of(
                new Frame.Numbers("x1", new double[] {1e300}),
                new Frame.Numbers("x2", new double[] {0})));
    assertThatThrownBy(() -> model.score(large))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("Cannot give 1.0E300 of column 'x1' to the ONNX model");
  }

  /** Whatever the bytes, a named error or a model: no stack trace, no crash of the process. */
  @Test
  void open_ofDamagedBytes_isAModelOrANamedError() {
    byte[] whole = file("columns.onnx");
    Random random = new Random(11);
    int refused = 0;
    for (int trial = 0; trial < 300; trial++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 3; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        TrainingSet rows = columns();
        model(damaged, spec(null), rows).scores(rows.features());
      } catch (HeadraceException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void read_ofAVersionWithoutItsFile_isACorruptModel() {
    Map<String, byte[]> files =
        new HashMap<>(ModelFile.write(model(file("risk.onnx"), spec(null), matrix(RISK))));
    files.remove(OnnxModel.FILE);
    assertThatThrownBy(() -> ModelFile.read(files))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("Cannot read a saved model");
  }

  private static void refused(String name, LearnSpec.Onnx spec, TrainingSet rows, String reason) {
    assertThatThrownBy(() -> model(file(name), spec, rows))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining(reason);
  }
}
