package dev.headrace.cli.command;

import dev.headrace.cli.compose.Drafting;
import dev.headrace.cli.compose.ProjectDirectory;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.ProgressView;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.data.draft.DraftError;
import dev.headrace.data.draft.ProjectDraft;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace init}: makes a project. */
@Command(
    name = "init",
    description = "make a project; from data files: typed sources, checks and a first table",
    footer = {
      "",
      "Every file becomes a source; a glob in quotes is one source of all it matches. The files stay",
      "where they are and are read whole: types, keys and checks hold for every row they have now.",
      "Examples:",
      "  headrace init shop",
      "  headrace init shop --from orders.csv customers.parquet events.jsonl",
      "  headrace init logs --from 'logs/*.jsonl.gz'"
    })
final class InitCommand implements Action {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "a new or empty directory (default: the one you are in)")
  private @Nullable Path directory;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      arity = "1..*",
      description = "CSV, JSON, Parquet or log files, also compressed")
  private List<Path> files = List.of();

  private record InitJson(
      String directory,
      List<String> files,
      List<ProjectDraft.Source> sources,
      List<String> tables) {}

  @Override
  public int run(Invocation call) throws IOException {
    Path target = call.resolve(directory == null ? Path.of("") : directory);
    requireEmpty(target);
    ProjectDraft draft = draft(call, target);
    requireEmpty(target);
    for (Map.Entry<String, String> text : draft.files().entrySet()) {
      Path file = target.resolve(text.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.getValue());
    }
    if (call.console().json()) {
      JsonOut.print(
          call.console(),
          new InitJson(
              target.toString(),
              List.copyOf(draft.files().keySet()),
              draft.sources(),
              draft.tables()));
    } else {
      print(draft, call.console().out());
    }
    return 0;
  }

  private ProjectDraft draft(Invocation call, Path target) {
    String name = target.getFileName() == null ? "project" : target.getFileName().toString();
    List<Path> inputs = files.stream().map(call::resolve).toList();
    try (ProgressView view = new ProgressView(call.console(), System::nanoTime, 1).live()) {
      view.stepStarted("read");
      Watch watch = new Watch(fraction -> view.stepProgress("read", fraction, 0));
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        return Drafting.of(name, target, inputs, call.ambient(), watch);
      }
    }
  }

  /** A repository that was just begun counts as empty. */
  private static void requireEmpty(Path target) throws IOException {
    if (Files.isRegularFile(target.resolve(ProjectDirectory.MARKER))) {
      throw inUse(target, "it is a project already", "Name another directory: headrace init DIR.");
    }
    if (Files.exists(target) && !Files.isDirectory(target)) {
      throw inUse(target, "it is a file", "Name a new or empty directory: headrace init DIR.");
    }
    if (Files.isDirectory(target)) {
      try (Stream<Path> entries = Files.list(target)) {
        Path first =
            entries
                .filter(entry -> !entry.getFileName().toString().equals(".git"))
                .min(Path::compareTo)
                .orElse(null);
        if (first != null) {
          throw inUse(
              target,
              "the directory is not empty ('%s' is in it)".formatted(first.getFileName()),
              "Name a new or empty directory: headrace init DIR.");
        }
      }
    }
  }

  private static HeadraceException inUse(Path target, String reason, String hint) {
    return new HeadraceException(
        DraftError.DRAFT_TARGET_NOT_EMPTY,
        "Cannot make a project in '%s': %s.".formatted(target, reason),
        hint);
  }

  private void print(ProjectDraft draft, PrintWriter out) {
    String where = directory == null ? "." : directory.toString();
    out.write("Wrote a project to %s:%n".formatted(where));
    draft.files().keySet().forEach(file -> out.write("  %s%n".formatted(file)));
    for (ProjectDraft.Source source : draft.sources()) {
      out.write(
          "%n%s: %s, %s, %s proposed, from %s"
              .formatted(
                  source.name(),
                  Quantity.count(source.rows(), "row"),
                  Quantity.count(source.columns(), "column"),
                  Quantity.count(source.checks(), "check"),
                  source.files()));
      if (source.rejected() > 0) {
        out.write("; %s cannot be read".formatted(Quantity.count(source.rejected(), "row")));
      }
    }
    String project = directory == null ? "" : " -p " + quoted(where);
    String table = draft.tables().isEmpty() ? "NAME" : draft.tables().getFirst();
    out.write(
        """
        %s
        Next:
          headrace plan%s
          headrace run%s
          headrace %s
        """
            .formatted(
                draft.sources().isEmpty() ? "" : "\n",
                project,
                project,
                draft.tables().isEmpty()
                    ? "ls" + project
                    : "sql%s \"select * from %s\"".formatted(project, table)));
  }

  private static String quoted(String path) {
    return path.matches("[A-Za-z0-9._/~-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
