package dev.headrace.ml.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.ml.learn.transform.RowExpression;
import dev.headrace.ml.learn.transform.Transform;
import dev.headrace.ml.learn.transform.Transform.InputType;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A model carries what it computes of rows, and says the same of them in every later release. */
class TransformedModelTest {
  private static final String SAVED = "/learn/saved/7/transform/";
  private static final String SCORES = "scores.txt";

  private static final Transform TRANSFORM =
      new Transform(
          List.of(
              new Transform.Input("spend", InputType.NUMBER),
              new Transform.Input("placed", InputType.TIME),
              new Transform.Input("seen", InputType.INSTANT),
              new Transform.Input("gift", InputType.TRUTH),
              new Transform.Input("zone", InputType.TEXT)),
          List.of(
              new Transform.Passed("zone"),
              computed("spend_log", "ln(1 + spend)"),
              computed("hour", "extract(hour from placed)"),
              computed("local", "hour(seen at time zone 'Asia/Kathmandu')"),
              computed("kind", "case when gift then 'gift' else upper(left(zone, 1)) end")));

  private static Transform.Computed computed(String name, String expression) {
    return new Transform.Computed(name, RowExpression.parse(expression));
  }

  private static Frame rows(int rows, long seed) {
    Random random = new Random(seed);
    double[] spend = new double[rows];
    double[] placed = new double[rows];
    double[] seen = new double[rows];
    double[] gift = new double[rows];
    @Nullable String[] zone = new String[rows];
    for (int i = 0; i < rows; i++) {
      spend[i] = random.nextInt(7) == 0 ? Double.NaN : random.nextInt(1000);
      placed[i] = random.nextInt(7) == 0 ? Double.NaN : random.nextLong(2_000_000_000L);
      seen[i] = random.nextLong(2_000_000_000L);
      gift[i] = random.nextInt(3) == 0 ? Double.NaN : random.nextInt(2);
      zone[i] = List.of("north", "south", "").get(random.nextInt(3));
      zone[i] = random.nextInt(7) == 0 ? null : zone[i];
    }
    return new Frame(
        rows,
        List.of(
            new Frame.Numbers("spend", spend),
            new Frame.Numbers("placed", placed),
            new Frame.Numbers("seen", seen),
            new Frame.Numbers("gift", gift),
            Frame.Categories.of("zone", zone)));
  }

  private static Model model() {
    Frame rows = rows(400, 1);
    double[] spend = ((Frame.Numbers) rows.column("spend")).values();
    double[] hour = ((Frame.Numbers) TRANSFORM.apply(rows).column("hour")).values();
    double[] labels = new double[400];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 5 == 0 || (spend[i] > 300 && hour[i] > 6) ? 1 : 0;
    }
    Trainer.TrainingSet training =
        new Trainer.TrainingSet(
            TRANSFORM.apply(rows),
            new Target.Classes("no", "yes"),
            labels,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    LearnSpec learner = new LearnSpec.Logistic(1, 0, LearnSpec.Balance.NONE);
    return new Trainer(learner, PrepareSpec.DEFAULT, 5, 1)
        .fit(training, Watch.none())
        .model()
        .computing(TRANSFORM);
  }

  @Test
  void savedAndLoaded_computesAndPredictsTheSame() {
    Model model = model();
    Map<String, byte[]> files = ModelFile.write(model);
    Model loaded = ModelFile.read(files);
    Frame asked = rows(200, 2);
    assertThat(loaded.score(asked)).isEqualTo(model.score(asked)).doesNotContain(Double.NaN);
    assertThat(loaded.columns()).containsExactly("spend", "placed", "seen", "gift", "zone");
    assertThat(ModelFile.write(loaded).get(ModelFile.MODEL)).isEqualTo(files.get(ModelFile.MODEL));
    // A row alone is what it is among others.
    double[] all = model.score(asked);
    for (int i = 0; i < 200; i++) {
      assertThat(loaded.score(asked.rows(new int[] {i}))[0]).isEqualTo(all[i]);
    }
  }

  @Test
  void modelOfAnEarlierRelease_predictsWhatItDid() throws IOException {
    double[] scores =
        ModelFile.read(Map.of(ModelFile.MODEL, saved(ModelFile.MODEL))).score(rows(20, 3));
    List<String> expected = new String(saved(SCORES), StandardCharsets.UTF_8).lines().toList();
    assertThat(expected).hasSize(20);
    for (int i = 0; i < 20; i++) {
      // The exponential of the learner may differ by a bit from machine to machine.
      assertThat(scores[i]).isCloseTo(Double.parseDouble(expected.get(i)), within(1e-12));
    }
  }

  private static byte[] saved(String file) throws IOException {
    try (InputStream stream = TransformedModelTest.class.getResourceAsStream(SAVED + file)) {
      return Objects.requireNonNull(stream, file).readAllBytes();
    }
  }

  @Test
  void expressionThatIsDamaged_isACorruptModel() {
    String document =
        new String(
            Objects.requireNonNull(ModelFile.write(model()).get(ModelFile.MODEL)),
            StandardCharsets.UTF_8);
    for (String damaged :
        List.of(
            document.replace("ln(1 + spend)", "ln(1 + "),
            document.replace("ln(1 + spend)", "ln(1 + spent)"),
            document.replace("ln(1 + spend)", "sha256(spend)"),
            document.replace("\"instant\"", "\"moment\""))) {
      assertThat(damaged).isNotEqualTo(document);
      assertThatThrownBy(
              () ->
                  ModelFile.read(Map.of(ModelFile.MODEL, damaged.getBytes(StandardCharsets.UTF_8))))
          .isInstanceOfSatisfying(
              HeadraceException.class,
              e -> assertThat(e.code()).isEqualTo(LearnError.LEARN_MODEL_CORRUPT));
    }
  }

  /** A column that changed its type is refused, and one of nothing is missing. */
  @Test
  void columnsOfOtherKinds_areRefused() {
    Model model = model();
    Frame rows = rows(3, 4);
    Frame texts =
        rows.replacing(Frame.Categories.of("spend", new @Nullable String[] {"1", null, "2"}));
    assertThatThrownBy(() -> model.score(texts))
        .isInstanceOfSatisfying(
            HeadraceException.class, e -> assertThat(e.code()).isEqualTo(LearnError.LEARN_TYPE));
    double[] nothing = {Double.NaN, Double.NaN, Double.NaN};
    assertThat(model.score(rows.replacing(new Frame.Numbers("zone", nothing))))
        .isEqualTo(
            model.score(rows.replacing(Frame.Categories.of("zone", new @Nullable String[3]))));
  }

  /** Writes what a test above reads, once per format that is new. */
  public static void main(String[] directory) throws IOException {
    Model model = model();
    Files.createDirectories(Path.of(directory[0]));
    Files.write(
        Path.of(directory[0], ModelFile.MODEL),
        Objects.requireNonNull(ModelFile.write(model).get(ModelFile.MODEL)));
    Files.writeString(
        Path.of(directory[0], SCORES),
        Arrays.stream(model.score(rows(20, 3)))
            .mapToObj(Double::toString)
            .collect(Collectors.joining("\n", "", "\n")));
  }
}
