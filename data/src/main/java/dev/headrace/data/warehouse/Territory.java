package dev.headrace.data.warehouse;

import java.nio.file.Path;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * Files beneath one directory, and no others: other programs name locations, in requests and in
 * metadata files, and none of them may make Headrace touch what lies elsewhere.
 */
final class Territory implements FileIO {
  private static final String FILE_SCHEME = "file:";

  private final FileIO files;
  private final Path root;

  Territory(FileIO files, Path root) {
    this.files = files;
    this.root = root;
  }

  Path root() {
    return root;
  }

  /**
   * The location, if it lies beneath the root.
   *
   * @param what names it in the refusal
   * @throws BadRequestException if it does not
   */
  String require(String what, String location) {
    if (!holds(location)) {
      throw new BadRequestException(
          "Cannot use %s '%s': it lies outside of '%s', where this warehouse keeps its files.",
          what, location, root);
    }
    return location;
  }

  /** The path that a location means. */
  static String path(String location) {
    return location.regionMatches(true, 0, FILE_SCHEME, 0, FILE_SCHEME.length())
        ? location.substring(FILE_SCHEME.length()).replaceFirst("^/+", "/")
        : location;
  }

  private boolean holds(String location) {
    String path = path(location);
    // No file of ours has such a character: it would mean one thing here and another in a URI.
    if (!path.startsWith("/") || path.indexOf('%') >= 0 || path.indexOf('\0') >= 0) {
      return false;
    }
    Path normal = Path.of(path).normalize();
    return normal.startsWith(root) && !normal.equals(root);
  }

  @Override
  public InputFile newInputFile(String location) {
    return files.newInputFile(require("file", location));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return files.newOutputFile(require("file", location));
  }

  @Override
  public void deleteFile(String location) {
    files.deleteFile(require("file", location));
  }
}
