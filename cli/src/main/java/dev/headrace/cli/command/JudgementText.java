package dev.headrace.cli.command;

import dev.headrace.cli.console.Console;
import dev.headrace.ml.learn.explain.PermutationImportance;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Reliability;
import dev.headrace.ml.registry.Judgement;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Tuning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a card tells beside its metrics, for a person. */
final class JudgementText {
  private static final int MOST_SLICES = 12;
  private static final int MOST_FEATURES = 20;
  private static final int MOST_TRIALS = 10;

  private JudgementText() {}

  static void print(Judgement told, List<ModelCard.Score> metrics, Console console) {
    Judgement.Chosen threshold = told.threshold();
    if (threshold != null && threshold.maximised() != null) {
      console
          .out()
          .write(
              "threshold %s maximises %s: %s a row out of fold, %s on the test rows (%s at 0.5)\n"
                  .formatted(
                      CardText.number(threshold.threshold()),
                      threshold.maximised(),
                      CardText.number(threshold.payoffPerRow()),
                      orUndefined(threshold.testPayoffPerRow()),
                      orUndefined(threshold.testPayoffPerRowAtHalf())));
    }
    Judgement.Calibrated calibration = told.calibration();
    if (calibration != null) {
      calibration(calibration, metrics, console);
    }
    if (!told.reliability().isEmpty()) {
      reliability(told.reliability(), console);
    }
    if (!told.slices().isEmpty()) {
      slices(told, console);
    }
    if (!told.trials().isEmpty()) {
      trials(told.trials(), console);
    }
    if (!told.importance().isEmpty()) {
      importance(told.importance(), metrics.getFirst().metric(), console);
    }
  }

  private static String orUndefined(@Nullable Double number) {
    String text = CardText.number(number);
    return text == null ? "undefined" : text;
  }

  private static void calibration(
      Judgement.Calibrated calibration, List<ModelCard.Score> metrics, Console console) {
    List<String> changes = new ArrayList<>();
    for (ModelCard.Score before : calibration.before()) {
      metrics.stream()
          .filter(after -> after.metric() == before.metric())
          .filter(after -> after.estimate() != null && before.estimate() != null)
          .forEach(
              after ->
                  changes.add(
                      "%s %s to %s"
                          .formatted(
                              before.metric().word(),
                              CardText.number(before.estimate()),
                              CardText.number(after.estimate()))));
    }
    console
        .out()
        .write(
            String.format(
                Locale.ROOT,
                "calibrated by %s on %,d out-of-fold predictions: %s\n",
                calibration.method(),
                calibration.rows(),
                changes.isEmpty()
                    ? "name log-loss, brier or ece among the metrics to see what it changed"
                    : String.join(", ", changes)));
  }

  private static void reliability(List<Reliability.Bin> bins, Console console) {
    console.out().write("\n");
    CardText.table(
        console,
        List.of("probability", "rows", "predicted", "observed", "95% interval"),
        bins.stream()
            .map(
                bin ->
                    Arrays.<@Nullable Object>asList(
                        String.format(Locale.ROOT, "%.1f to %.1f", bin.from(), bin.from() + 0.1),
                        Integer.toString(bin.rows()),
                        share(bin.predicted()),
                        share(bin.observed()),
                        share(bin.lower95()) + " to " + share(bin.upper95())))
            .toList());
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.4f", share);
  }

  private static void trials(List<Tuning.Trial> trials, Console console) {
    Metric metric = trials.getFirst().metric();
    Comparator<Tuning.Trial> best =
        Comparator.comparing(
            Tuning.Trial::estimate,
            Comparator.nullsLast(
                metric.higherIsBetter()
                    ? Comparator.<Double>reverseOrder()
                    : Comparator.<Double>naturalOrder()));
    console.out().write("\n");
    CardText.table(
        console,
        List.of("trial", metric.word(), "", "settings"),
        IntStream.range(0, trials.size())
            .boxed()
            .sorted(Comparator.comparing(trials::get, best))
            .limit(MOST_TRIALS)
            .map(place -> trial(place + 1, trials.get(place)))
            .toList());
    if (trials.size() > MOST_TRIALS) {
      console.out().write("and %d worse trials in --json\n".formatted(trials.size() - MOST_TRIALS));
    }
  }

  private static List<@Nullable Object> trial(int number, Tuning.Trial trial) {
    String settings =
        trial.settings().isEmpty()
            ? "declared"
            : trial.settings().entrySet().stream()
                .map(one -> one.getKey() + " " + CardText.number(one.getValue()))
                .collect(Collectors.joining(", "));
    return Arrays.<@Nullable Object>asList(
        Integer.toString(number),
        trial.estimate() == null ? trial.failure() : CardText.number(trial.estimate()),
        trial.isBest() ? "best" : "",
        settings);
  }

  private static void importance(List<PermutationImportance> all, Metric metric, Console console) {
    console.out().write("\n");
    CardText.table(
        console,
        List.of("feature", metric.word() + " it is worth", "95% interval"),
        all.stream()
            .limit(MOST_FEATURES)
            .map(
                one ->
                    Arrays.<@Nullable Object>asList(
                        one.feature(),
                        CardText.number(one.loss()),
                        one.lower95() == null
                            ? null
                            : CardText.number(one.lower95())
                                + " to "
                                + CardText.number(one.upper95())))
            .toList());
    if (all.size() > MOST_FEATURES) {
      console.out().write("and %d more features in --json\n".formatted(all.size() - MOST_FEATURES));
    }
  }

  private static void slices(Judgement told, Console console) {
    Metric metric = told.slices().getFirst().metrics().getFirst().metric();
    console
        .out()
        .write(
            "\n%s of slices, all rows together %s; the surely worst first, * where surely worse\n"
                .formatted(metric.word(), orUndefined(told.pooled().getFirst().estimate())));
    List<String> columns = new ArrayList<>(List.of("slice", "rows"));
    told.pooled().forEach(score -> columns.add(score.metric().word()));
    columns.add(2, "");
    columns.add(4, "95% interval");
    CardText.table(
        console,
        columns,
        told.slices().stream().limit(MOST_SLICES).map(JudgementText::slice).toList());
    if (told.slices().size() > MOST_SLICES) {
      console
          .out()
          .write("and %d more slices in --json\n".formatted(told.slices().size() - MOST_SLICES));
    }
  }

  private static List<@Nullable Object> slice(Judgement.Slice slice) {
    List<@Nullable Object> cells = new ArrayList<>();
    cells.add(slice.column() + " = " + slice.value());
    cells.add(Integer.toString(slice.rows()));
    cells.add(slice.isWorse() ? "*" : "");
    for (ModelCard.Score score : slice.metrics()) {
      cells.add(CardText.number(score.estimate()));
    }
    ModelCard.Score first = slice.metrics().getFirst();
    cells.add(
        4,
        first.lower95() == null
            ? null
            : CardText.number(first.lower95()) + " to " + CardText.number(first.upper95()));
    return cells;
  }
}
