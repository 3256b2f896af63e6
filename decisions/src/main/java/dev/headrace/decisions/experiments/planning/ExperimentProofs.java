package dev.headrace.decisions.experiments.planning;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.planning.PastUnits.Drawn;
import dev.headrace.decisions.experiments.planning.PastUnits.Window;
import dev.headrace.decisions.experiments.proof.History;
import dev.headrace.decisions.experiments.proof.Observations;
import dev.headrace.decisions.experiments.proof.Proof;
import dev.headrace.decisions.experiments.proof.Proof.MethodProof;
import dev.headrace.decisions.experiments.proof.Proof.Standing;
import dev.headrace.decisions.experiments.proof.ProofSpec;
import dev.headrace.decisions.experiments.report.ExperimentReport.Table;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Proves methods on what a metric has been. */
public final class ExperimentProofs {
  /** Cubes of larger values leave the range of numbers. */
  private static final double LARGEST = 1e100;

  private static final Duration LOOKBACK = Duration.ofDays(14);

  private final Function<List<String>, List<Table>> read;
  private final ProofRequest request;
  private final String metric;

  public ExperimentProofs(Function<List<String>, List<Table>> read, ProofRequest request) {
    this.read = read;
    this.request = request;
    this.metric = request.design().metrics().goal().getFirst();
  }

  public ProofReport prove(PastUnits past, String table, Watch watch) {
    Optional<Window> window =
        past.span(request.until(), watch).map(span -> span.last(request.days()));
    ExperimentSpec.Cuped declared = request.design().analysis().cuped();
    Drawn drawn =
        past.draw(
            metric,
            window,
            declared == null ? ExperimentSpec.Cuped.of(LOOKBACK) : declared,
            request.atMost(),
            request.seed(),
            watch);
    History population = drawn.history();
    double value = population.value();
    require(Double.isFinite(value), "it divides by zero");
    if (Math.abs(value) > LARGEST) {
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_HISTORY,
          String.format(
              Locale.ROOT,
              "Cannot prove '%s': it is %.3g, and squares of such values overflow.",
              metric,
              value),
          "Divide it by a power of ten in the metric.");
    }
    require(population.varies(), "every unit has the same value");
    require(value != 0, "it is 0, of which there is no relative effect");
    boolean share = population.shape() instanceof MetricShape.Proportion;
    double effect =
        share && value * (1 + request.effect()) >= 1 ? -request.effect() : request.effect();
    int size = request.size().orElse(population.units());
    require(size >= 20, size + " units are no experiment");
    int looks = Math.min(request.looks(), size / 2);
    ProofSpec spec =
        new ProofSpec(
            request.design().analysis().alpha(),
            effect,
            request.runs(),
            size,
            looks,
            0.5,
            request.seed());
    Proof.Result result = Proof.run(population, spec);
    return new ProofReport(
        metric,
        sentence(result, spec),
        PlanBasis.kind(population.shape()),
        request.design().unit(),
        table,
        window.map(Window::from),
        window.map(Window::to),
        drawn.units(),
        population.units(),
        size,
        spec.runs(),
        looks,
        spec.seed(),
        spec.alpha(),
        effect,
        result.errors(),
        result.covered(),
        result.methods(),
        result.tails(),
        warnings(result, spec, drawn),
        drawn.sql(),
        read.apply(drawn.tables()));
  }

  private void require(boolean condition, String reason) {
    if (!condition) {
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_HISTORY,
          "Cannot prove '%s': %s.".formatted(metric, reason),
          "Name the table of all units that would take part with --population.");
    }
  }

  private String sentence(Proof.Result result, ProofSpec spec) {
    MethodProof welch = result.methods().getFirst();
    return String.format(
        Locale.ROOT,
        "%s %s for %s at %d units: %.2f %% false alarms in %d A/A runs (a right method: %.2f %% to"
            + " %.2f %%), its interval contains the truth in %.2f %%.",
        welch.method(),
        switch (welch.standing()) {
          case HOLDS -> "holds";
          case CAUTIOUS -> "is safe, but errs less often than it may,";
          case FAILS -> "does not hold";
          case NO_PROMISE -> "promises nothing";
        },
        metric,
        spec.size(),
        100 * welch.falseAlarms(),
        spec.runs(),
        100 * result.errors().lower(),
        100 * result.errors().upper(),
        100 * welch.coverage());
  }

  private List<String> warnings(Proof.Result result, ProofSpec spec, Drawn drawn) {
    List<String> warnings = new ArrayList<>();
    double silent = result.methods().getFirst().unanswered();
    if (silent > 0.01) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "In %.3g %% of the runs nothing is told of an effect: the baseline is too near zero"
                  + " to divide by, or hardly anything varies.",
              100 * silent));
    }
    for (MethodProof method : result.methods()) {
      if (method.standing() == Standing.FAILS) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "Do not use %s here: %.2f %% false alarms, coverage %.2f %%.",
                method.method(),
                100 * method.falseAlarms(),
                100 * method.coverage()));
      }
    }
    double perArm = spec.size() * Math.min(spec.treated(), 1 - spec.treated());
    result
        .tails()
        .filter(tails -> tails.unitsPerArm() > perArm)
        .ifPresent(
            tails ->
                warnings.add(
                    String.format(
                        Locale.ROOT,
                        "Its tails are heavy (skewness %.1f, a thousandth of the units has %.0f %%"
                            + " of the variance): its mean is nearly normal from about %.0f units"
                            + " per arm, not from %.0f. Cap it ('cap: {quantile: 99.9%%}'), or use"
                            + " more units.",
                        tails.skewness(),
                        100 * tails.topShare(),
                        tails.unitsPerArm(),
                        perArm)));
    if (drawn.history() instanceof Observations observations && observations.tied() > 0.005) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%.2g %% of its values are the quantile itself: they are rounded too coarsely to tell"
                  + " how it varies. Measure it in finer units, or count the share beyond a limit"
                  + " ('proportion').",
              100 * observations.tied()));
    }
    if (drawn.units() > drawn.history().units()) {
      warnings.add(
          "%d of %d units were drawn from, chosen at random."
              .formatted(drawn.history().units(), drawn.units()));
    }
    return warnings;
  }
}
