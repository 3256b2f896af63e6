package dev.headrace.cli.compose;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.decisions.assignment.FlagKind;
import dev.headrace.decisions.assignment.FlagSet;
import dev.headrace.decisions.assignment.Flags;
import dev.headrace.decisions.assignment.FlagsSpec;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The flags of a project while it is served. A stop counts whatever the files are like. */
final class LiveFlags implements AutoCloseable {
  private final Live<Set<String>, FlagSet> flags;
  private final Live<Set<String>, Set<String>> stopped;

  private LiveFlags(Live<Set<String>, FlagSet> flags, Live<Set<String>, Set<String>> stopped) {
    this.flags = flags;
    this.stopped = stopped;
  }

  /**
   * The flags as they are, followed from now on.
   *
   * @throws HeadraceException if they cannot be read now
   */
  static LiveFlags follow(Headrace headrace, FlagsSpec spec) {
    Path directory = headrace.directory();
    Environment environment = new Environment(headrace.ambient().environment());
    Ledger ledger = headrace.ledger();
    Live<Set<String>, FlagSet> flags =
        Live.follow(
            "flags",
            () -> FolderFiles.in(directory.resolve("flags")),
            _ -> {
              // Of the flags alone: the project's SQL is no matter of theirs.
              ProjectLoader loader = new ProjectLoader(List.of(new FlagKind()), Kinds.SECTIONS);
              return FlagSet.of(loader.load(directory, environment), spec);
            });
    return new LiveFlags(flags, Live.follow("stops", ledger.stops()::now, stops -> stops));
  }

  Flags.State state() {
    return new Flags.State(flags.now(), stopped.now());
  }

  @Override
  public void close() {
    flags.close();
    stopped.close();
  }
}
