package dev.headrace.data.proof;

import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.data.diff.RowDiff;
import dev.headrace.data.diff.TableDiff.ColumnChange;
import java.util.List;
import java.util.Optional;

/**
 * What two engines made of one table.
 *
 * @param differingInputs tables it reads that differ themselves: the cause may lie there
 */
public record TableProof(String table, List<String> differingInputs, Finding finding) {
  public TableProof {
    differingInputs = List.copyOf(differingInputs);
  }

  /** Whether both made the same. */
  public boolean holds() {
    return finding instanceof Compared compared && compared.isSame();
  }

  /** What was found. */
  public sealed interface Finding {}

  /**
   * Both engines built it.
   *
   * @param columns those whose type differs, or that only one of them has
   * @param rows how the rows differ; {@code before} is the reference
   * @param checks those that came out in another way
   */
  public record Compared(
      long referenceRows,
      long candidateRows,
      List<ColumnChange> columns,
      RowDiff rows,
      List<CheckDiff> checks)
      implements Finding {
    public Compared {
      columns = List.copyOf(columns);
      checks = List.copyOf(checks);
    }

    boolean isSame() {
      return columns.isEmpty() && rows.isEmpty() && checks.isEmpty();
    }
  }

  /**
   * At least one engine did not build it.
   *
   * @param reference why the reference did not; empty where it did
   * @param candidate why the other did not; empty where it did
   */
  public record NotBuilt(Optional<Reason> reference, Optional<Reason> candidate)
      implements Finding {}

  /**
   * Why a table was not built.
   *
   * @param failure what went wrong; empty where the table was not begun
   */
  public record Reason(String text, Optional<StepRecord.Failure> failure) {}

  /**
   * A check with two outcomes.
   *
   * @param reference empty where the reference engine did not get to it
   * @param candidate likewise
   */
  public record CheckDiff(
      String check, Optional<CheckRecord> reference, Optional<CheckRecord> candidate) {}
}
