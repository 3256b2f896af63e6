package dev.headrace.cli.compose;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.run.RunError;
import dev.headrace.core.run.RunLock;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.proof.EngineProof;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * A ledger and a lake in {@code .headrace/prove}, beside the project's own, and what builds in
 * them. Every proof begins from nothing: what a killed one has left is removed by the next.
 */
public final class Proving implements AutoCloseable {
  private final Path work;
  private final RunLock lock;
  private final Ledger ledger;
  private final Lake lake;
  private final EngineProof proof;
  private final SqlEngine candidate;
  private boolean kept;

  private Proving(
      Headrace headrace,
      Path work,
      RunLock lock,
      SqlEngine reference,
      SqlEngine candidate,
      Clock clock) {
    this.work = work;
    this.lock = lock;
    this.ledger = Ledger.open(work.resolve("ledger.db"), clock);
    this.lake = Lake.open(LakeConfig.in(work.resolve("lake")));
    this.candidate = candidate;
    this.proof =
        new EngineProof(
            headrace.project(),
            new EngineProof.Workplace(
                ledger,
                lake,
                engine -> headrace.builders(lake, engine, work),
                headrace.limits(),
                clock),
            reference);
  }

  static Proving open(Headrace headrace, SqlEngine reference, SqlEngine candidate, Clock clock) {
    Path directory = headrace.stateDirectory().resolve("prove");
    RunLock lock = RunLock.ofDirectory(directory);
    boolean complete = false;
    try {
      Path work = directory.resolve("work");
      delete(work);
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
    return work;
  }

  @Override
  public void close() {
    try (lock) {
      lake.close();
      ledger.close();
      if (!kept) {
        delete(work);
      }
    }
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
              if (e != null) {
                throw e;
              }
              Files.delete(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new HeadraceException(
          RunError.RUN_STATE_UNWRITABLE,
          "Cannot remove '%s': %s.".formatted(directory, e),
          "Make the directory writable, or remove it by hand.",
          e);
    }
  }
}
