package dev.headrace.core.project;

import dev.headrace.spi.error.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a user's file as text. */
final class SourceText {
  /** A declaration is written by hand; what is larger was put into the wrong folder. */
  private static final int MAX_BYTES = 3 << 20;

  private SourceText() {}

  /** The file's text without its byte order mark; empty, with a problem added, if it has none. */
  static Optional<String> read(Path path, String file, Problems problems) {
    try {
      if (Files.size(path) > MAX_BYTES) {
        problems.add(
            Location.of(file),
            "The file is larger than 3 MiB.",
            "Keep data apart from declarations, in a folder such as data/.");
        return Optional.empty();
      }
      return decode(Files.readAllBytes(path), file, problems);
    } catch (IOException e) {
      problems.add(
          Location.of(file),
          "The file cannot be read (" + e.getClass().getSimpleName() + ").",
          "Check its permissions.");
      return Optional.empty();
    }
  }

  static Optional<String> decode(byte[] bytes, String file, Problems problems) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      int line = 1;
      int lineStart = 0;
      for (int i = 0; i < in.position(); i++) {
        if (bytes[i] == '\n') {
          line++;
          lineStart = i + 1;
        }
      }
      String before =
          new String(bytes, lineStart, in.position() - lineStart, StandardCharsets.UTF_8);
      problems.add(
          new Location(file, line, before.length() + 1),
          "The file is not UTF-8: byte 0x%02X.".formatted(bytes[in.position()]),
          "Save it as UTF-8.");
      return Optional.empty();
    }
  }
}
