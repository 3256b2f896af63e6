package dev.headrace.cli.command;

import dev.headrace.cli.process.CliError;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Cuped;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import dev.headrace.spi.error.HeadraceException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is said of an experiment that has not run, and overrides what one declares. */
final class DesignOptions {
  @Option(names = "--unit", paramLabel = "COL", description = "column that says who is randomised")
  @Nullable String unit;

  @Option(
      names = "--population",
      paramLabel = "TABLE",
      description = "whose units take part, a row per visit (default: the metric's own table)")
  @Nullable String population;

  @Option(names = "--until", paramLabel = "DAY", description = "last day of the past looked at")
  @Nullable LocalDate until;

  @Option(names = "--alpha", paramLabel = "A", description = "chance of a false alarm, in (0, 1)")
  private @Nullable Double alpha;

  @Option(
      names = "--cuped",
      paramLabel = "TIME",
      description = "use values from so long before the exposure, such as 14d")
  private @Nullable String cuped;

  @Option(
      names = "--covariates",
      paramLabel = "METRIC",
      split = ",",
      description = "use other metrics' values before the exposure, too; with --cuped")
  private List<String> covariates = List.of();

  /** The design with what was typed. */
  ExperimentSpec over(ExperimentSpec design) {
    Judging judging = design.analysis();
    if (alpha != null && !(alpha > 0 && alpha < 1)) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot work with an alpha of %s: it is no chance of a false alarm.".formatted(alpha),
          "Write a number between 0 and 1, such as 0.05.");
    }
    return design.withAnalysis(
        new Judging(
            judging.engine(),
            alpha == null ? judging.alpha() : alpha,
            judging.sequential(),
            judging.group(),
            judging.msprt(),
            judging.effect(),
            judging.correction(),
            judging.test(),
            judging.interval(),
            judging.crossChecks(),
            covariates(judging.cuped()),
            judging.stratify(),
            judging.priorSd(),
            judging.priors()));
  }

  /** Another lookback leaves the covariates that are declared, others leave the lookback. */
  private @Nullable Cuped covariates(@Nullable Cuped declared) {
    if (cuped == null && declared == null && !covariates.isEmpty()) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot use %s as covariates: nothing says how long before the exposure."
              .formatted(String.join(" and ", covariates)),
          "Write for example --cuped 14d, too.");
    }
    if (cuped == null && declared == null) {
      return null;
    }
    Duration lookback =
        cuped == null ? Objects.requireNonNull(declared).lookback() : lookback(cuped);
    List<String> others = declared == null ? List.of() : declared.covariates();
    return new Cuped(lookback, covariates.isEmpty() ? others : covariates);
  }

  private static Duration lookback(String text) {
    Duration lookback = Durations.parse(text);
    if (lookback.isZero()) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot look back 0 days: that leaves no time before exposure.",
          "Write for example --cuped 14d.");
    }
    return lookback;
  }
}
