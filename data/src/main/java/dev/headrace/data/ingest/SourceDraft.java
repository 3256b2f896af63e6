package dev.headrace.data.ingest;

import dev.headrace.data.ingest.internal.Preview;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type.Primitive;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A declaration of a source, proposed from one file: what {@code headrace init --from} writes.
 *
 * @param name proposed name of the source, from the file's name
 * @param yaml text of {@code sources/<name>.yaml}
 * @param columns as inferred from all rows
 * @param key the column that identifies a row, if one named like an id is never null nor twice
 * @param time the only column that tells a time, if there is exactly one
 */
public record SourceDraft(
    String name, String yaml, List<Field> columns, List<String> key, List<String> time) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_ -]*");

  /**
   * Reads the whole file.
   *
   * @param path the file as the declaration shall name it
   * @param staging existing directory for passing files; nothing is left in it
   * @param engine one that runs SQL naming files, see {@link Loader}
   */
  public static SourceDraft of(String path, Path projectDirectory, Path staging, SqlEngine engine) {
    SourceFile file = SourceFiles.discover(List.of(path), projectDirectory).getFirst();
    Format format = Format.ofFile(file.path()).orElse(Format.CSV);
    if (format == Format.LINES) {
      format = Format.CSV;
    }
    Preview preview = Preview.of(file, format, staging, engine);
    List<String> key =
        preview.columns().stream()
            .filter(field -> isKeyName(field.name()))
            .map(Field::name)
            .filter(preview::isUnique)
            .limit(1)
            .toList();
    List<String> times =
        preview.columns().stream()
            .filter(
                field ->
                    field.type() == Primitive.TIMESTAMP || field.type() == Primitive.TIMESTAMPTZ)
            .map(Field::name)
            .toList();
    List<String> time = times.size() == 1 ? times : List.of();
    return new SourceDraft(
        name(file.path()), yaml(path, format, preview, key, time), preview.columns(), key, time);
  }

  private static boolean isKeyName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("id")
        || lower.endsWith("_id")
        || lower.endsWith("uuid")
        || name.endsWith("Id")
        || name.endsWith("ID");
  }

  private static String name(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    String name = file.replaceFirst("\\..*$", "").replaceAll("[^a-z0-9_]+", "_");
    return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "raw_" + name : name;
  }

  private static String yaml(
      String path, Format format, Preview preview, List<String> key, List<String> time) {
    StringBuilder yaml = new StringBuilder();
    yaml.append(String.format(Locale.ROOT, "# %,d rows were looked at.\n", preview.rows()));
    yaml.append("files: ").append(quoted(path)).append('\n');
    yaml.append("format: ").append(format.name().toLowerCase(Locale.ROOT)).append('\n');
    if (!key.isEmpty()) {
      yaml.append("key: [").append(quoted(key.getFirst())).append("]\n");
    }
    if (!time.isEmpty()) {
      yaml.append("time: ").append(quoted(time.getFirst())).append('\n');
    }
    yaml.append("columns:\n");
    for (Field field : preview.columns()) {
      yaml.append("  ")
          .append(quoted(field.name()))
          .append(": ")
          .append(quoted(ColumnType.text(field.type())))
          .append('\n');
    }
    if (!key.isEmpty()) {
      yaml.append("checks:\n  - not-null: [").append(quoted(key.getFirst())).append("]\n");
    }
    return yaml.toString();
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() && !isYamlWord(text)
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static boolean isYamlWord(String text) {
    return List.of("true", "false", "null").contains(text.toLowerCase(Locale.ROOT))
        || text.endsWith(" ");
  }
}
