package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.Outsiders;
import dev.headrace.spi.error.HeadraceException;
import java.util.List;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one step in which prepared changes become visible, or are taken back. */
record OutsideCommits(Outsiders outsiders, String environment) {
  private static final Logger LOG = LoggerFactory.getLogger(OutsideCommits.class);

  /** Someone else was faster: what was prepared rests on what is no longer shown. */
  static final class Overtaken extends CommitFailedException {
    Overtaken(HeadraceException cause) {
      super(cause, "%s", cause.getMessage());
    }
  }

  /**
   * Makes all of them visible, or none.
   *
   * @throws CommitStateUnknownException if the ledger gave no answer: nothing is taken back then,
   *     because the changes may be visible
   */
  void apply(List<Prepared> prepared) {
    try {
      outsiders.apply(environment, prepared.stream().map(Prepared::move).toList());
    } catch (HeadraceException e) {
      if (!(e.code() instanceof LedgerError code)) {
        throw e;
      }
      switch (code) {
        case LEDGER_OUTSIDE_CONFLICT -> {
          undo(prepared);
          throw new Overtaken(e);
        }
        case LEDGER_OUTSIDE_EXISTS -> {
          undo(prepared);
          throw new AlreadyExistsException(e, "%s", e.getMessage());
        }
        case LEDGER_OUTSIDE_MISSING -> {
          undo(prepared);
          throw new NoSuchNamespaceException(e, "%s", e.getMessage());
        }
        default -> throw new CommitStateUnknownException(e);
      }
    }
    prepared.forEach(change -> quietly(change.settle()));
  }

  /** Takes back what was written for changes that are not going to be made. */
  static void undo(List<Prepared> prepared) {
    prepared.forEach(change -> quietly(change.undo()));
  }

  /** What is not tidied up now is swept later. */
  private static void quietly(Runnable tidying) {
    try {
      tidying.run();
    } catch (RuntimeException e) {
      LOG.warn("files of a commit were left behind", e);
    }
  }
}
