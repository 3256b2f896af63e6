package dev.headrace.core.project.spec;

import dev.headrace.core.project.Environment;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${env:NAME}}, {@code ${env:NAME:-default}} and {@code ${file:PATH}} in the values
 * of one file, and remembers what it put in, so that no message repeats it. A doubled dollar sign
 * before the brace stands for a literal one.
 */
final class Substitution {
  /** Whatever is given by a file is short: a password, a key, a certificate. */
  private static final int MAX_FILE_BYTES = 1 << 20;

  private static final int SHORTEST_MASKED = 4;
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}");
  private static final Pattern ENV = Pattern.compile("env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?");

  private final Environment environment;
  private final Path directory;
  private final Map<String, String> putIn = new LinkedHashMap<>();

  Substitution(Environment environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
  }

  /**
   * The text with its references replaced.
   *
   * @throws IllegalArgumentException if a reference leads nowhere; the message names it and follows
   *     on "Key 'x'"
   */
  String apply(String text) {
    if (!text.contains("${")) {
      return text;
    }
    Matcher reference = REFERENCE.matcher(text);
    StringBuilder replaced = new StringBuilder();
    while (reference.find()) {
      String inner = reference.group(1);
      String by = inner == null ? "${" : resolve(inner);
      if (inner != null) {
        putIn.put(by, "${" + inner + "}");
      }
      reference.appendReplacement(replaced, Matcher.quoteReplacement(by));
    }
    return reference.appendTail(replaced).toString();
  }

  /** The message with every value that was put in replaced by the reference it came from. */
  String mask(String message) {
    String masked = message;
    for (Map.Entry<String, String> entry : putIn.entrySet()) {
      if (entry.getKey().length() >= SHORTEST_MASKED) {
        masked = masked.replace(entry.getKey(), entry.getValue());
      }
    }
    return masked;
  }

  private String resolve(String inner) {
    Matcher env = ENV.matcher(inner);
    if (env.matches()) {
      String name = env.group(1);
      String otherwise = env.group(2);
      String value = environment.variable(name).orElse("");
      if (otherwise != null) {
        return value.isEmpty() ? otherwise : value;
      }
      if (environment.variable(name).isEmpty()) {
        throw new IllegalArgumentException(
            "refers to the environment variable " + name + ", which is not set");
      }
      return value;
    }
    if (inner.startsWith("file:") && inner.length() > "file:".length()) {
      return file(inner.substring("file:".length()));
    }
    throw new IllegalArgumentException(
        "contains ${"
            + inner
            + "}, which is neither ${env:NAME} nor ${file:PATH}; write $${ for a literal ${");
  }

  private String file(String path) {
    try {
      Path file = directory.resolve(path);
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new IllegalArgumentException("refers to the file " + path + ", which exceeds 1 MiB");
      }
      return Files.readString(file).stripTrailing();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("refers to the file " + path + ", which is not UTF-8", e);
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "refers to the file " + path + ", which cannot be read", e);
    }
  }
}
