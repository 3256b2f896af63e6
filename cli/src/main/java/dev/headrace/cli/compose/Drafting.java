package dev.headrace.cli.compose;

import dev.headrace.cli.process.Ambient;
import dev.headrace.data.draft.Drafter;
import dev.headrace.data.draft.ProjectDraft;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Wires what proposes a project, before there is one: an engine and room for passing files. */
public final class Drafting {
  private Drafting() {}

  /** A project over {@code files}; what is read aside lies in the temporary directory. */
  public static ProjectDraft of(
      String name, Path directory, List<Path> files, Ambient ambient, Watch watch) {
    if (files.isEmpty()) {
      return Drafter.empty(name);
    }
    try {
      Path staging = Files.createTempDirectory(ambient.temporaryDirectory(), "headrace-init");
      try {
        List<Path> directories = new ArrayList<>(List.of(staging));
        files.forEach(file -> directories.add(existing(file)));
        EngineConfig config = EngineConfig.defaults(staging.resolve("spill"), directories);
        try (DuckDbEngine engine = DuckDbEngine.open(config)) {
          return new Drafter(engine.trusted(), staging, watch).draft(name, directory, files);
        }
      } finally {
        delete(staging);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The nearest directory above a file or glob that is there. */
  private static Path existing(Path file) {
    Path directory = file.getParent();
    while (directory != null && !Files.isDirectory(directory)) {
      directory = directory.getParent();
    }
    return directory == null ? file : directory;
  }

  private static void delete(Path directory) throws IOException {
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
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
