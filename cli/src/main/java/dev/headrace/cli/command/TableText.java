package dev.headrace.cli.command;

import dev.headrace.cli.console.Look;
import dev.headrace.cli.console.Quantity;
import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.project.spec.Settings;
import dev.headrace.data.catalog.TableReport;
import dev.headrace.data.ingest.ColumnType;
import dev.headrace.data.quality.ProfileText;
import dev.headrace.data.quality.TableProfile;
import dev.headrace.spi.schema.Field;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A table's report for a person. */
final class TableText {
  /** Wide enough for a screen; a file has no width of its own. */
  private static final int WIDEST = 160;

  private static final int FINGERPRINT_DIGITS = 12;

  private final Look look;

  TableText(Look look) {
    this.look = look;
  }

  void write(TableReport report, Optional<TableProfile> profile, PrintWriter out) {
    Map<String, Object> settings = new LinkedHashMap<>();
    report.asset().ifPresent(asset -> settings.putAll(Settings.of(asset.declaration().spec())));
    Object description = settings.remove("description");
    settings.remove("checks"); // Told below, with what came of them.
    settings.remove("tags");
    out.write(look.paint(Look.Paint.BOLD, report.name()) + "  " + what(report) + "\n");
    if (description != null && !report.isSideTable()) {
      out.write(description + "\n");
    }
    out.write("\n");
    Map<String, String> facts = new LinkedHashMap<>();
    report.asset().ifPresent(asset -> definition(asset, report, settings, facts));
    published(report, facts);
    facts.forEach((name, text) -> out.write("%-12s %s%n".formatted(name, text)));
    checks(report.checks(), out);
    if (profile.isPresent()) {
      int width = Math.min(look.width(), WIDEST);
      ProfileText text = look.unicode() ? ProfileText.unicode(width) : ProfileText.ascii(width);
      out.write("\n" + text.render(report.name(), profile.get()));
    } else {
      columns(report, out);
    }
  }

  private static String what(TableReport report) {
    return report
        .asset()
        .map(
            asset ->
                report.isSideTable()
                    ? "side table of %s %s".formatted(asset.kind().name(), asset.name())
                    : asset.kind().name())
        .orElse("published, but no longer declared");
  }

  private static void definition(
      Asset asset, TableReport report, Map<String, Object> settings, Map<String, String> facts) {
    facts.put("file", asset.declaration().origin().file());
    if (!report.isSideTable()) {
      settings.forEach((key, value) -> facts.put(key, text(value)));
    }
    if (!asset.definition().tags().isEmpty()) {
      facts.put("tags", String.join(", ", asset.definition().tags()));
    }
    facts.put("reads", report.inputs().isEmpty() ? "raw files" : list(report.inputs()));
    if (!asset.definition().inputs().isEmpty() || !report.readers().isEmpty()) {
      facts.put("read by", report.readers().isEmpty() ? "no one" : list(report.readers()));
    }
  }

  private static String text(Object value) {
    return switch (value) {
      case List<?> list -> String.join(", ", list.stream().map(TableText::text).toList());
      case Map<?, ?> map ->
          String.join(
              ", ",
              map.entrySet().stream()
                  .map(entry -> entry.getKey() + ": " + text(entry.getValue()))
                  .toList());
      default -> value.toString();
    };
  }

  private static String list(List<String> names) {
    return String.join(", ", names);
  }

  private void published(TableReport report, Map<String, String> facts) {
    if (report.publication().isEmpty()) {
      facts.put(
          "built",
          report.isSideTable()
              ? "never: no row has been kept aside"
              : "never; build it with: headrace run --select +" + report.name());
      return;
    }
    Publication shown = report.publication().get();
    facts.put(
        "built",
        "%s, run %d".formatted(shown.publishedAt().truncatedTo(ChronoUnit.SECONDS), shown.runId()));
    String fingerprint = shown.content().fingerprint();
    boolean stale = report.asset().isPresent() && !report.isCurrentDefinition();
    facts.put(
        "version",
        fingerprint.substring(0, Math.min(FINGERPRINT_DIGITS, fingerprint.length()))
            + (stale && !report.isSideTable()
                ? look.paint(Look.Paint.WARNING, "  its definition has changed since")
                : ""));
    Optional<Publication.Stored> stored = TableJson.stored(shown);
    if (stored.isEmpty()) {
      facts.put("rows", "none of its own: a view");
    } else {
      facts.put("snapshot", Long.toString(stored.get().snapshotId()));
      facts.put(
          "rows",
          "%s in %s"
              .formatted(
                  Quantity.grouped(stored.get().rows()), Quantity.bytes(stored.get().bytes())));
      stored
          .get()
          .time()
          .flatMap(Publication.TimeColumn::range)
          .ifPresent(
              time -> facts.put("event time", "%s to %s".formatted(time.first(), time.last())));
    }
    days(shown.content().days(), report.gaps(), facts);
    List<String> asides = new ArrayList<>();
    for (Publication side : report.sideTables()) {
      long rows = TableJson.rows(side).orElse(0L);
      if (rows > 0 && !report.isSideTable()) {
        asides.add("%s (%s)".formatted(side.content().table(), Quantity.count(rows, "row")));
      }
    }
    if (!asides.isEmpty()) {
      facts.put("kept aside", String.join(", ", asides));
    }
  }

  private void days(DayRanges days, DayRanges gaps, Map<String, String> facts) {
    if (!days.isEmpty()) {
      facts.put("days", "%s (%s)".formatted(days, Quantity.count(days.days(), "day")));
      if (!gaps.isEmpty()) {
        facts.put("gaps", look.paint(Look.Paint.WARNING, gaps.toString()));
      }
    }
  }

  private void checks(List<CheckRecord> checks, PrintWriter out) {
    if (checks.isEmpty()) {
      return;
    }
    out.write("\nchecks\n");
    for (CheckRecord check : checks) {
      String mark =
          switch (check.status()) {
            case PASSED -> look.paint(Look.Paint.GOOD, look.draw("✓", "ok  "));
            case WARNED -> look.paint(Look.Paint.WARNING, look.draw("!", "warn"));
            case FAILED -> look.paint(Look.Paint.BAD, look.draw("✗", "FAIL"));
          };
      boolean passed = check.status() == CheckRecord.Status.PASSED;
      out.write("  %s %s%s%n".formatted(mark, check.check(), passed ? "" : ": " + check.message()));
    }
  }

  private static void columns(TableReport report, PrintWriter out) {
    if (report.schema().isEmpty()) {
      return;
    }
    List<Field> fields = report.schema().get().fields();
    int width = fields.stream().mapToInt(field -> field.name().length()).max().orElse(0);
    out.write("\ncolumns\n");
    for (Field field : fields) {
      out.write(
          String.format(
              Locale.ROOT,
              "  %-" + Math.max(1, width) + "s  %s%n",
              field.name(),
              ColumnType.text(field.type())));
    }
  }
}
