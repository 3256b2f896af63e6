package dev.headrace.cli.compose;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.run.RunLock;
import dev.headrace.data.ingest.StagingArea;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.proof.EngineProof;
import dev.headrace.spi.engine.SqlEngine;
import java.nio.file.Path;
import java.time.Clock;

/**
 * A ledger and a lake in {@code .headrace/prove}, beside the project's own, and what builds in
 * them. Every proof begins from nothing: what a killed one has left is removed by the next.
 */
public final class Proving implements AutoCloseable {
  private static final String WORK = "work";

  private final StagingArea work;
  private final RunLock lock;
  private final Ledger ledger;
  private final Lake lake;
  private final EngineProof proof;
  private final SqlEngine candidate;
  private boolean kept;

  private Proving(
      Headrace headrace,
      StagingArea work,
      RunLock lock,
      SqlEngine reference,
      SqlEngine candidate,
      Clock clock) {
    Path directory = work.directory();
    this.work = work;
    this.lock = lock;
    this.ledger = Ledger.open(directory.resolve("ledger.db"), clock);
    this.lake = Lake.open(LakeConfig.in(directory.resolve("lake")));
    this.candidate = candidate;
    this.proof =
        new EngineProof(
            headrace.project(),
            new EngineProof.Workplace(
                ledger,
                lake,
                engine -> headrace.builders(lake, engine, directory),
                headrace.limits(),
                clock),
            reference);
  }

  static Proving open(Headrace headrace, SqlEngine reference, SqlEngine candidate, Clock clock) {
    Path directory = headrace.stateDirectory().resolve("prove");
    RunLock lock = RunLock.ofDirectory(directory);
    boolean complete = false;
    try {
      StagingArea.remove(directory, WORK);
      StagingArea work = StagingArea.open(directory, WORK);
      Proving proving = new Proving(headrace, work, lock, reference, candidate, clock);
      complete = true;
      return proving;
    } finally {
      if (!complete) {
        lock.close();
      }
    }
  }

  /** What builds and compares. */
  public EngineProof proof() {
    return proof;
  }

  /** The engine that is compared with DuckDB. */
  public SqlEngine candidate() {
    return candidate;
  }

  /** Leaves the files where they are when this is closed. */
  public Path keep() {
    kept = true;
    return work.directory();
  }

  @Override
  public void close() {
    try (lock) {
      lake.close();
      ledger.close();
      if (!kept) {
        work.close();
      }
    }
  }
}
