package dev.headrace.ml.learn.prepare;

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
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecodingTest {
  private static final int ROWS = 997;
  private static final JsonNode TOLD = Reference.figures("recoding.json");

  /** The same numbers as the script beside the figures makes. */
  private static double[] lcg(long seed) {
    double[] made = new double[ROWS];
    long state = seed;
    for (int i = 0; i < ROWS; i++) {
      state = (1103515245L * state + 12345) % (1L << 31);
      made[i] = (double) state / (1L << 31);
    }
    return made;
  }

  private static Categories texts(String name, List<String> values) {
    List<String> levels = List.copyOf(new TreeSet<>(values));
    return new Categories(name, values.stream().mapToInt(levels::indexOf).toArray(), levels);
  }

  private static TrainingSet rows(Target target, Frame.Column column, double[] labels) {
    return new TrainingSet(
        new Frame(labels.length, List.of(column)),
        target,
        labels,
        Optional.empty(),
        Optional.empty());
  }

  private static PrepareSpec spec(
      List<String> targetMean, Map<String, Integer> hash, List<String> quantiles) {
    return new PrepareSpec(
        null,
        true,
        null,
        null,
        1,
        List.of(),
        targetMean,
        10,
        hash,
        quantiles,
        Map.of(),
        null,
        null);
  }

  private static final Target CLASSES = new Target.Classes("no", "yes");

  @Test
  void targetMeans_areScikitLearns() {
    List<String> text =
        Arrays.stream(lcg(1)).mapToObj(u -> Long.toString((long) (u * u * 40))).toList();
    double[] draws = lcg(2);
    double[] classes = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      classes[i] = draws[i] < 0.2 + (Integer.parseInt(text.get(i)) % 3 == 0 ? 0.5 : 0) ? 1 : 0;
    }
    double[] numbers = Arrays.stream(lcg(3)).map(u -> 10 * u).toArray();
    int[] levels = TOLD.path("levels").valueStream().mapToInt(JsonNode::intValue).toArray();
    Categories asked = texts("t", Arrays.stream(levels).mapToObj(Integer::toString).toList());
    for (boolean ofClasses : new boolean[] {true, false}) {
      RecodingFit fit =
          RecodingFit.of(
              spec(List.of("t"), Map.of(), List.of()),
              rows(
                  ofClasses ? CLASSES : new Target.Quantity(),
                  texts("t", text),
                  ofClasses ? classes : numbers),
              1);
      assertThat(((Numbers) fit.recodings().getFirst().of(asked)).values())
          .containsExactly(
              Reference.numbers(TOLD.path(ofClasses ? "of-classes" : "of-numbers")), within(1e-12));
    }
  }

  @Test
  void quantiles_areScikitLearns() {
    double[] x = Arrays.stream(lcg(4)).map(u -> Math.rint(u * 64) / 64).toArray();
    Recoding fitted =
        RecodingFit.of(
                spec(List.of(), Map.of(), List.of("x")),
                rows(CLASSES, new Numbers("x", x), new double[ROWS]),
                1)
            .recodings()
            .getFirst();
    assertThat(values(fitted, Reference.numbers(TOLD.path("asked"))))
        .containsExactly(Reference.numbers(TOLD.path("quantiles-of")), within(1e-12));
    assertThat(values(fitted, IntStream.range(1, 64).mapToDouble(k -> k / 64.0).toArray()))
        // The ends of a run of equal numbers, which rounding takes out of it there: half a step.
        .containsExactly(
            Reference.numbers(TOLD.path("quantiles-of-ties")), within(0.5 / (ROWS - 1) + 1e-12));
    assertThat(values(fitted, -9, 9)).containsExactly(0, 1);
    assertThat(values(fitted, Double.NaN)[0]).isNaN();
  }

  private static double[] values(Recoding recoding, double... asked) {
    return ((Numbers) recoding.of(new Numbers("x", asked))).values();
  }

  /** Of a text that is nearly a key, with labels that follow nothing, nothing is to be learnt. */
  @Test
  void targetMeans_outOfFold_tellNoRowItsOwnLabel() {
    Random random = new Random(3);
    List<String> text = random.ints(3_000, 0, 1_000).mapToObj("k%d"::formatted).toList();
    double[] labels = random.ints(3_000, 0, 2).asDoubleStream().toArray();
    TrainingSet rows = rows(CLASSES, texts("t", text), labels);
    RecodingFit fit = RecodingFit.of(spec(List.of("t"), Map.of(), List.of()), rows, 1);
    double[] outOfFold = ((Numbers) fit.rows().features().column("t")).values();
    double[] inFold =
        ((Numbers) fit.recodings().getFirst().of(rows.features().column("t"))).values();
    double auc = Metric.AUC.of(Scored.of(labels, outOfFold)).orThrow();
    assertThat(Metric.AUC.of(Scored.of(labels, inFold)).orThrow()).isGreaterThan(0.7);
    assertThat(auc).isBetween(0.44, 0.54); // 0.5 but for chance and the fold's own prior.

    // A row's own label moves what others are told, never what it is told itself.
    double[] changed = labels.clone();
    changed[17] = 1 - changed[17];
    double[] again =
        ((Numbers)
                RecodingFit.of(
                        spec(List.of("t"), Map.of(), List.of()),
                        rows(CLASSES, texts("t", text), changed),
                        1)
                    .rows()
                    .features()
                    .column("t"))
            .values();
    assertThat(again[17]).isEqualTo(outOfFold[17]);
    assertThat(again).isNotEqualTo(outOfFold);
  }

  @Test
  void hashes_areTheSameEverywhere() {
    Recoding.Hashed hashed = new Recoding.Hashed("t", 100);
    // FNV-1a of "foobar", 64 bits, is 0x85944171f73967e8 (Fowler, Noll, Vo's own test vectors).
    assertThat(hashed.bucket("foobar"))
        .isEqualTo((int) Long.remainderUnsigned(0x85944171f73967e8L, 100));
    Categories made = hashed.of(texts("t", List.of("foobar", "ä", "foobar")));
    assertThat(made.levels()).hasSize(100);
    assertThat(made.codes()[0]).isEqualTo(made.codes()[2]).isEqualTo(hashed.bucket("foobar"));
  }

  @Test
  void recodedModels_areSavedAndScoreTheSame() {
    Random random = new Random(4);
    int rows = 600;
    List<String> city = random.ints(rows, 0, 50).mapToObj("c%02d"::formatted).toList();
    List<String> url = random.ints(rows, 0, 5_000).mapToObj("u%d"::formatted).toList();
    double[] x = random.doubles(rows).map(u -> u < 0.1 ? Double.NaN : Math.exp(9 * u)).toArray();
    double[] age = random.doubles(rows).map(u -> u < 0.2 ? Double.NaN : u).toArray();
    double[] labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      double p = city.get(i).compareTo("c25") < 0 ? 0.8 : 0.2;
      labels[i] = random.nextDouble() < p ? 1 : 0;
    }
    Frame frame =
        new Frame(
            rows,
            List.of(
                texts("city", city),
                texts("url", url),
                new Numbers("x", x),
                new Numbers("age", age)));
    PrepareSpec prepare =
        new PrepareSpec(
            null,
            true,
            null,
            null,
            1,
            List.of(),
            List.of("city"),
            10,
            Map.of("url", 16),
            List.of("x"),
            Map.of("age", -1.0),
            null,
            null);
    Model model =
        new Trainer(new LearnSpec.Logistic(1, 0, LearnSpec.Balance.NONE), prepare, 1, 1)
            .fit(
                new TrainingSet(frame, CLASSES, labels, Optional.empty(), Optional.empty()),
                Watch.none())
            .model();
    assertThat(model.preparation().columns()).containsExactly("city", "url", "x", "age");
    double[] scores = model.score(frame);
    assertThat(Metric.AUC.of(Scored.of(labels, scores)).orThrow()).isGreaterThan(0.75);
    Model loaded = ModelFile.read(ModelFile.write(model));
    assertThat(loaded.score(frame)).isEqualTo(scores);
    assertThat(ModelFile.write(loaded).get(ModelFile.MODEL))
        .isEqualTo(ModelFile.write(model).get(ModelFile.MODEL));

    assertThatThrownBy(
            () ->
                model.score(
                    new Frame(
                        1,
                        List.of(
                            new Numbers("city", new double[] {1}),
                            texts("url", List.of("u")),
                            new Numbers("x", new double[] {1}),
                            new Numbers("age", new double[] {1})))))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("'city': it is a number, and the model has learnt from a text");
  }
}
