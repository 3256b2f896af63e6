package dev.headrace.cli.compose;

import dev.headrace.cli.process.Ambient;
import dev.headrace.data.draft.Drafter;
import dev.headrace.data.draft.ProjectDraft;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.ingest.StagingArea;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Wires what proposes a project, before there is one: an engine and room for passing files. */
public final class Drafting {
  private Drafting() {}

  /** A project over {@code files}; what is read aside lies in the temporary directory. */
  public static ProjectDraft of(
      String name, Path directory, List<Path> files, Ambient ambient, Watch watch) {
    if (files.isEmpty()) {
      return Drafter.empty(name);
    }
    try (StagingArea area =
        StagingArea.open(ambient.temporaryDirectory(), "headrace-init-" + UUID.randomUUID())) {
      Path staging = area.directory();
      List<Path> directories = new ArrayList<>(List.of(staging));
      files.forEach(file -> directories.add(existing(file)));
      EngineConfig config = EngineConfig.defaults(staging.resolve("spill"), directories);
      try (DuckDbEngine engine = DuckDbEngine.open(config)) {
        return new Drafter(engine.trusted(), staging, watch).draft(name, directory, files);
      }
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
}
