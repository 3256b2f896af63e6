package dev.headrace.data.draft;

import dev.headrace.core.project.spec.Yaml;
import dev.headrace.data.ingest.ColumnType;
import dev.headrace.data.ingest.Format;
import dev.headrace.data.quality.CheckSuggestions;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The declaration of a source as a person would write it. */
final class SourceText {
  private SourceText() {}

  static String of(RawFile file) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "# Proposed from the %,d rows it has now; correct what is not meant.%n",
            file.profile().rows()));
    text.append("# Every key: headrace schema, docs/reference/source.md\n");
    text.append("files: ").append(Yaml.text(file.glob())).append('\n');
    text.append("format: ").append(file.format().name().toLowerCase(Locale.ROOT)).append('\n');
    if (file.spec().pattern() != null) {
      text.append("# One group per column: '(?P<ip>\\S+) (?P<rest>.*)'\n");
      text.append("pattern: ").append(Yaml.text(file.spec().pattern())).append('\n');
    }
    if (file.key() != null) {
      text.append("# Later rows with the same key are dropped and counted.\n");
      text.append("key: [").append(Yaml.text(file.key())).append("]\n");
    }
    if (file.time() != null) {
      text.append("time: ").append(Yaml.text(file.time())).append('\n');
    }
    rejected(file, text);
    if (file.format() != Format.LINES) {
      columns(file.columns(), text);
    }
    checks(file, text);
    return text.toString();
  }

  /** What could not be read is said, and the first run must not stop because of it. */
  private static void rejected(RawFile file, StringBuilder text) {
    if (file.rejected() == 0) {
      return;
    }
    long all = file.profile().rows() + file.rejected();
    text.append(
        String.format(
            Locale.ROOT,
            "# %,d of %,d rows cannot be read (%s); see %s__rejected.%n",
            file.rejected(),
            all,
            file.reason().orElse("").replaceAll("\\s+", " "),
            file.name()));
    long percent = Math.ceilDiv(100 * file.rejected(), all);
    text.append("max-rejected: ").append(Math.max(percent, 1)).append("%\n");
  }

  private static void columns(List<Field> columns, StringBuilder text) {
    text.append("columns:\n");
    for (Field column : columns) {
      boolean nested =
          !(column.type() instanceof Type.Primitive) && !(column.type() instanceof Type.Decimal);
      // A nested type left open takes up a part that a later file brings.
      text.append(nested ? "  # " : "  ")
          .append(Yaml.text(column.name()))
          .append(": ")
          .append(Yaml.text(ColumnType.text(column.type())))
          .append('\n');
    }
    if (text.substring(text.indexOf("columns:\n") + 9).lines().allMatch(l -> l.startsWith("  #"))) {
      text.insert(text.indexOf("columns:\n"), "# All are nested and inferred. ");
    }
  }

  private static void checks(RawFile file, StringBuilder text) {
    if (file.checks().isEmpty() && file.references().isEmpty()) {
      return;
    }
    text.append("# Each holds for the rows of today; take out what need not stay true.\n");
    text.append("checks:\n").append(CheckSuggestions.yaml(file.checks()));
    for (Map.Entry<String, String> reference : file.references().entrySet()) {
      text.append("  - foreign-key: {")
          .append(Yaml.text(reference.getKey()))
          .append(": ")
          .append(Yaml.text(reference.getValue()))
          .append("}\n");
    }
  }
}
