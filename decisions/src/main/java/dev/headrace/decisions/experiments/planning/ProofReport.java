package dev.headrace.decisions.experiments.planning;

import dev.headrace.decisions.experiments.proof.Population;
import dev.headrace.decisions.experiments.proof.Proof;
import dev.headrace.decisions.experiments.report.ExperimentReport;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What methods are worth on one metric. The same snapshots and seed give the same report.
 *
 * @param sentence what follows
 * @param kind mean, proportion, ratio, quantile or derived
 * @param units in the past
 * @param sampled of them that were drawn from
 * @param size units in one simulated experiment
 * @param effect relative, of the A/B runs
 * @param tails empty for quantiles
 * @param warnings where a method does not hold, and what can be done
 * @param sql the statement that the units come from
 */
public record ProofReport(
    String metric,
    String sentence,
    String kind,
    String unit,
    String population,
    Optional<LocalDate> from,
    Optional<LocalDate> to,
    long units,
    int sampled,
    int size,
    int runs,
    int looks,
    long seed,
    double alpha,
    double effect,
    Proof.Band errors,
    Proof.Band covered,
    List<Proof.MethodProof> methods,
    Optional<Population.Tails> tails,
    List<String> warnings,
    String sql,
    List<ExperimentReport.Table> tables) {
  public ProofReport {
    methods = List.copyOf(methods);
    warnings = List.copyOf(warnings);
    tables = List.copyOf(tables);
  }

  /** Whether the test that experiments use by default keeps its word. */
  public boolean holds() {
    return methods.getFirst().standing() != Proof.Standing.FAILS;
  }
}
