package dev.headrace.spark;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds in a driver's log why it did not come up. */
final class Complaint {
  private static final int LAST_LINES = 200;
  private static final Charset ANY = StandardCharsets.ISO_8859_1; // Reads whatever there is.

  private Complaint() {}

  /** What the log says, to be put behind a sentence; empty when it says nothing. */
  static String in(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, ANY);
      List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
      return last.stream()
          .filter(
              line ->
                  line.startsWith("Exception in thread")
                      || line.startsWith("Error:")
                      || line.startsWith("Error: ")
                      || line.startsWith("Caused by: "))
          .reduce((first, second) -> second)
          .map(line -> " (" + line.strip() + ")")
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
