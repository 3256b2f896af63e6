package dev.headrace.ml.registry;

import dev.headrace.core.graph.Asset;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The file of a model that was made elsewhere, as it lies in the project. */
final class BroughtFile {
  /** How its name ends. */
  static final String ENDING = ".onnx";

  private static final long MOST_BYTES = 1L << 30;

  private BroughtFile() {}

  /**
   * The file that a model's declaration names; empty where it names none.
   *
   * @throws HeadraceException LEARN_ONNX, also where the file is no longer what the graph was made
   *     from
   */
  static Optional<byte[]> of(Asset asset, Path project) {
    if (!(((ModelSpec) asset.declaration().spec()).learn() instanceof LearnSpec.Onnx onnx)) {
      return Optional.empty();
    }
    byte[] bytes = read(project, onnx.file());
    if (!asset.definition().identity().endsWith("\n" + Sha256.hex(bytes))) {
      throw unreadable(onnx.file(), "it has changed since this run was planned", "Run it again.");
    }
    return Optional.of(bytes);
  }

  /**
   * Reads a file of the project.
   *
   * @throws HeadraceException LEARN_ONNX
   */
  static byte[] read(Path project, String name) {
    Path home = project.toAbsolutePath().normalize();
    try {
      Path file = home.resolve(name).normalize();
      if (!file.startsWith(home)) {
        throw unreadable(
            name, "it lies outside the project", "Put it beside the declaration, in models/.");
      }
      if (!name.endsWith(ENDING)) {
        throw unreadable(name, "its name does not end in " + ENDING, "Rename it.");
      }
      if (!Files.isRegularFile(file)) {
        throw unreadable(
            name,
            Files.exists(file) ? "it is no file" : "there is none of that name",
            "Name it as a path inside the project, such as models/risk.onnx.");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw unreadable(
            name, "it has more than 1 GiB", "Serve it by a server made for such models.");
      }
      return Files.readAllBytes(file);
    } catch (InvalidPathException e) {
      throw unreadable(name, "that is no path", "Write one such as models/risk.onnx.");
    } catch (IOException e) {
      throw unreadable(name, "it cannot be read", "Check its permissions.");
    }
  }

  private static HeadraceException unreadable(String name, String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_ONNX, "Cannot use the ONNX file '%s': %s.".formatted(name, reason), hint);
  }
}
