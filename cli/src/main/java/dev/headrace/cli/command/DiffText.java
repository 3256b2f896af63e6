package dev.headrace.cli.command;

import dev.headrace.cli.console.ValueText;
import dev.headrace.data.diff.RowDiff;
import dev.headrace.data.diff.TableDiff;
import dev.headrace.data.ingest.ColumnType;
import dev.headrace.spi.schema.Field;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How columns and rows differ, for a person and for a script. */
final class DiffText {
  private DiffText() {}

  record ColumnJson(String name, @Nullable String before, @Nullable String after) {}

  record RowsJson(
      List<String> key,
      long onlyBefore,
      long onlyAfter,
      long changed,
      long same,
      Map<String, Long> changedByColumn,
      List<RowDiff.Sample> samples) {}

  /** A column that differs, with its types. */
  static ColumnJson json(TableDiff.ColumnChange column) {
    return new ColumnJson(
        column.name(),
        column.before().map(DiffText::type).orElse(null),
        column.after().map(DiffText::type).orElse(null));
  }

  /** How rows differ. */
  static RowsJson json(RowDiff rows) {
    return new RowsJson(
        rows.key(),
        rows.onlyBefore(),
        rows.onlyAfter(),
        rows.changed(),
        rows.same(),
        rows.changedByColumn(),
        rows.samples());
  }

  /** What became of a column's type. */
  static String types(TableDiff.ColumnChange column) {
    String before = column.before().map(DiffText::type).orElse("");
    String after = column.after().map(DiffText::type).orElse("");
    if (before.isEmpty()) {
      return "new, " + after;
    }
    return after.isEmpty() ? "gone, was " + before : before + " -> " + after;
  }

  private static String type(Field field) {
    return ColumnType.text(field.type());
  }

  /** The counts, and a line per row shown. */
  static void print(RowDiff rows, PrintWriter out) {
    if (rows.isEmpty()) {
      out.write("    every row is the same%n".formatted());
      return;
    }
    List<String> counts = new ArrayList<>();
    add(counts, rows.onlyAfter(), "new");
    add(counts, rows.onlyBefore(), "gone");
    add(counts, rows.changed(), "changed");
    add(counts, rows.same(), "the same");
    out.write(
        "    %s%s%n"
            .formatted(
                String.join(", ", counts),
                rows.key().isEmpty() ? "" : " by " + String.join(", ", rows.key())));
    rows.changedByColumn()
        .forEach((name, count) -> out.write("      %s differs in %,d%n".formatted(name, count)));
    for (RowDiff.Sample sample : rows.samples()) {
      if (sample.before() != null && sample.after() != null) {
        out.write("      ~ " + changed(sample.before(), sample.after()) + "\n");
      } else {
        boolean isNew = sample.before() == null;
        Map<String, @Nullable Object> row =
            Objects.requireNonNull(isNew ? sample.after() : sample.before());
        List<String> values = new ArrayList<>();
        row.forEach((name, value) -> values.add(name + "=" + ValueText.of(value)));
        out.write("      " + (isNew ? "+ " : "- ") + String.join(" ", values) + "\n");
      }
    }
  }

  private static String changed(
      Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
    List<String> values = new ArrayList<>();
    before.forEach(
        (name, old) -> {
          String was = ValueText.of(old);
          String is = ValueText.of(after.get(name));
          values.add(name + "=" + (was.equals(is) ? was : was + " -> " + is));
        });
    return String.join(" ", values);
  }

  private static void add(List<String> counts, long rows, String word) {
    if (rows > 0) {
      counts.add("%,d %s".formatted(rows, word));
    }
  }
}
