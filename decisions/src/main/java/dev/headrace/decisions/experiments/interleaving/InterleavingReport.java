package dev.headrace.decisions.experiments.interleaving;

import dev.headrace.decisions.experiments.report.ExperimentReport.Table;
import java.util.List;
import java.util.Optional;

/**
 * Which of two rankings units prefer.
 *
 * @param sentence what follows
 * @param a the one ranking, by the column of its credit
 * @param units that have a row
 * @param forA units that gave A more credit
 * @param ties units that gave both the same
 * @param rowsWithoutUnit rows that say of nobody, left out
 * @param preference (units for B + ties / 2) / units - 1/2: in [-1/2, 1/2], positive for B
 * @param lower of the preference, of level 1 - alpha; empty where too few units prefer either
 * @param pValue of the exact sign test among units that prefer one; empty where none does
 */
public record InterleavingReport(
    String sentence,
    String a,
    String b,
    long units,
    long forA,
    long forB,
    long ties,
    long rowsWithoutUnit,
    Optional<Double> preference,
    Optional<Double> lower,
    Optional<Double> upper,
    Optional<Double> pValue,
    double alpha,
    String sql,
    List<Table> tables) {
  public InterleavingReport {
    tables = List.copyOf(tables);
  }
}
