package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.cli.command.RandomExperiment.Unit;
import dev.headrace.core.stats.Answer;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever combination of metrics, times, exposures and changes of files a user comes to: the
 * report says what a loop over all rows gives, and nothing else where the past is not read again.
 *
 * <p>{@code -Dheadrace.experiments=1000} looks at more of them.
 */
class RandomExperimentsTest {
  private static final int ANALYSES = 6;

  @TempDir Path directory;

  static LongStream seeds() {
    return LongStream.rangeClosed(
        Long.getLong("headrace.from", 1), Long.getLong("headrace.experiments", 8));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void report_saysWhatALoopOverRowsGives(long seed) throws IOException {
    Path place = Files.createDirectories(directory.resolve("shop"));
    Shell shop = new Shell(place);
    RandomExperiment experiment = new RandomExperiment(seed, shop);
    for (int i = 0; i < ANALYSES; i++) {
      shop.succeed("run");
      assertSame(experiment, shop.json("experiment", "analyze", "prices", "--json"));
      String kept = shop.out();
      Path aside = place.resolve("aside" + i);
      Files.move(place.resolve(".headrace/experiments"), aside);
      assertThat(shop.succeed("experiment", "analyze", "prices", "--json"))
          .as("anew, %s", experiment)
          .isEqualTo(kept);
      if (i % 2 == 0) { // The kept layers go on, or what was computed anew does.
        Files.move(place.resolve(".headrace/experiments"), place.resolve("anew" + i));
        Files.move(aside, place.resolve(".headrace/experiments"));
      }
      experiment.change();
      experiment.change();
    }
  }

  private static void assertSame(RandomExperiment experiment, JsonNode report) {
    List<Unit> units = experiment.units();
    for (JsonNode arm : report.path("arms")) {
      assertThat(arm.path("units").longValue())
          .as("%s in %s", arm, experiment)
          .isEqualTo(
              units.stream().filter(u -> arm.path("variant").asText().equals(u.variant())).count());
    }
    for (JsonNode metric : report.path("metrics")) {
      String name = metric.path("metric").asText();
      if (!experiment.isCounted(name)) {
        continue;
      }
      MetricShape shape = experiment.shape(name);
      Map<Unit, double[]> values = experiment.values(name);
      for (JsonNode effect : metric.path("effects")) {
        String variant = effect.path("variant").asText();
        double alpha = report.path("alpha").doubleValue();
        Answer<Inference> expected =
            experiment.isStratified()
                ? compareWithin(shape, values, alpha, variant)
                : compare(shape, values, alpha, variant, _ -> true);
        assertFigures(effect, expected, metric + " in " + experiment);
      }
      for (JsonNode split : report.path("splits")) {
        if (split.path("metric").asText().equals(name)) {
          for (JsonNode level : split.path("levels")) {
            Predicate<Unit> in = unit -> unit.country().equals(level.path("level").asText());
            String variant = split.path("variant").asText();
            assertThat(level.path("units").longValue())
                .as("%s of %s in %s", level, name, experiment)
                .isEqualTo(values.keySet().stream().filter(in).count());
            Answer<Inference> expected =
                compare(shape, values, report.path("alpha").doubleValue(), variant, in);
            assertFigures(level, expected, name + " of " + level + " in " + experiment);
          }
        }
      }
    }
    boolean told = experiment.byCountry() && !units.isEmpty();
    assertThat(report.path("splits").isEmpty()).as("splits in %s", experiment).isEqualTo(!told);
  }

  private static void assertFigures(JsonNode told, Answer<Inference> expected, String what) {
    if (!(expected instanceof Answer.Known<Inference>(Inference inference))) {
      assertThat(told.path("reason").asText()).as(what).isNotEmpty();
      return;
    }
    assertFigure(told.path("estimate"), inference.estimate(), what);
    assertFigure(told.path("lower"), inference.interval().lower(), what);
    assertFigure(told.path("upper"), inference.interval().upper(), what);
    if (told.has("standardError")) {
      assertFigure(told.path("standardError"), inference.standardError(), what);
    }
  }

  private static void assertFigure(JsonNode told, double expected, String what) {
    if (Double.isFinite(expected)) {
      assertThat(told.doubleValue())
          .as(what)
          .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
    } else {
      assertThat(told.isNumber()).as(what).isFalse();
    }
  }

  private static Answer<Inference> compare(
      MetricShape shape,
      Map<Unit, double[]> values,
      double alpha,
      String variant,
      Predicate<Unit> in) {
    return Analysis.of(AnalysisSpec.of(new Method.WelchT()).withAlpha(alpha), shape)
        .compare(moments(shape, values, "old", in), moments(shape, values, variant, in));
  }

  /** Countries apart; of fewer than ten units of a variant nothing is told. */
  private static Answer<Inference> compareWithin(
      MetricShape shape, Map<Unit, double[]> values, double alpha, String variant) {
    List<Analysis.Stratum> strata =
        values.keySet().stream()
            .map(Unit::country)
            .distinct()
            .map(country -> (Predicate<Unit>) unit -> unit.country().equals(country))
            .map(
                in ->
                    new Analysis.Stratum(
                        moments(shape, values, "old", in), moments(shape, values, variant, in)))
            .toList();
    if (strata.stream().anyMatch(s -> Math.min(s.baseline().count(), s.treatment().count()) < 10)) {
      return Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "a small stratum");
    }
    return Analysis.of(AnalysisSpec.of(new Method.WelchT()).withAlpha(alpha), shape)
        .compareWithin(strata);
  }

  private static Moments moments(
      MetricShape shape, Map<Unit, double[]> values, String variant, Predicate<Unit> in) {
    return Moments.ofRows(
        shape,
        values.entrySet().stream()
            .filter(entry -> entry.getKey().variant().equals(variant) && in.test(entry.getKey()))
            .map(Map.Entry::getValue)
            .toArray(double[][]::new));
  }
}
