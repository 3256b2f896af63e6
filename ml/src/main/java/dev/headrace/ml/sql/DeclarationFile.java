package dev.headrace.ml.sql;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.project.AssetNames;
import dev.headrace.data.sql.ModelStatement;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.ml.registry.ModelKind;
import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * {@code models/NAME.yaml} of a statement: what {@code create model} leaves in the project. It
 * replaces what it has written itself, never what a person has.
 */
public final class DeclarationFile {
  /** The first line of what is written. */
  static final String MARK =
      "# Written by create model; create or replace model replaces it until this line is gone.";

  private final Path file;
  private final Optional<String> before;

  private DeclarationFile(Path file, Optional<String> before) {
    this.file = file;
    this.before = before;
  }

  /**
   * The file that a statement may write; empty where the model is there and stays.
   *
   * @param origin where the statement's first character is
   * @throws HeadraceException SQL_CREATE_MODEL, MODEL_DECLARED
   */
  public static Optional<DeclarationFile> of(
      ModelStatement statement, Location origin, Path project, Graph graph) {
    String name = statement.name();
    if (!AssetNames.valid(name).equals(name)) {
      throw refused(
          SqlErrorCode.SQL_CREATE_MODEL,
          statement,
          origin,
          "no asset can have that name",
          "Call it " + AssetNames.valid(name) + ".");
    }
    Optional<Asset> there = graph.find(name);
    if (there.isPresent() && !there.get().kind().name().equals(ModelKind.NAME)) {
      throw refused(
          ModelQueryError.MODEL_DECLARED,
          statement,
          origin,
          there.get().declaration().origin().file()
              + " declares a %s of that name".formatted(there.get().kind().name()),
          "Name the model otherwise.");
    }
    Path file =
        there
            .map(asset -> project.resolve(asset.declaration().origin().file()))
            .orElseGet(() -> project.resolve("models").resolve(name + ".yaml"));
    Optional<String> before = there.map(_ -> read(file));
    if (before.isPresent()) {
      boolean own = before.get().startsWith(MARK);
      switch (statement.ifThere()) {
        case KEEP -> {
          return Optional.empty();
        }
        case REFUSE ->
            throw refused(
                ModelQueryError.MODEL_DECLARED,
                statement,
                origin,
                project.relativize(file) + " declares it",
                own
                    ? "Write create or replace model, or train it again: headrace train "
                        + name
                        + "."
                    : "Change that file, and train it: headrace train " + name + ".");
        case REPLACE -> {
          if (!own) {
            throw refused(
                ModelQueryError.MODEL_DECLARED,
                statement,
                origin,
                project.relativize(file) + " was written by hand",
                "Change that file and train it (headrace train %s), or name the model otherwise."
                    .formatted(name));
          }
        }
      }
    }
    return Optional.of(new DeclarationFile(file, before));
  }

  /** Writes the declaration; the file is there whole or not at all. */
  public void write(String yaml) {
    try {
      Files.createDirectories(file.resolveSibling(""));
      Path next = file.resolveSibling("." + file.getFileName() + ".next");
      Files.writeString(next, yaml);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets the project say again what it said before. */
  public void undo() {
    if (before.isPresent()) {
      write(before.get());
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HeadraceException refused(
      ErrorCode code, ModelStatement statement, Location origin, String reason, String hint) {
    return new HeadraceException(
        code,
        "Cannot create model '%s': %s.".formatted(statement.name(), reason),
        hint,
        statement.place().in(origin),
        null);
  }
}
