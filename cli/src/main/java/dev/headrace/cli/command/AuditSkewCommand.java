package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.ml.skew.SkewReport;
import dev.headrace.ml.skew.SkewReport.Cause;
import dev.headrace.ml.skew.SkewReport.OfFeature;
import dev.headrace.ml.skew.SkewReport.OfView;
import dev.headrace.ml.skew.SkewReport.Sample;
import dev.headrace.ml.skew.SkewReport.Skip;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace audit skew}: served features against the lake. */
@Command(
    name = "skew",
    description = "compute served features again, as of their moment, and tell what differs",
    footer = {
      "",
      "Takes the vectors that 'headrace serve' has logged: features: {log: 10%%} in headrace.yaml.",
      "Each is computed from the lake as of the moment of its values. What differs is 'history'",
      "where the rows it was made of have changed since, such as late ones; 'serving' where even",
      "the rows of then give something else. 'outdated' is what had changed between the moment of",
      "the values and the reading. Exit code 2 when anything differs.",
      "Examples:",
      "  headrace audit skew",
      "  headrace audit skew user_activity --since 7d --json"
    })
class AuditSkewCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("feature", Type.Primitive.STRING),
              Field.unassigned("compared", Type.Primitive.LONG),
              Field.unassigned("differ", Type.Primitive.LONG),
              Field.unassigned("share", Type.Primitive.STRING),
              Field.unassigned("largest", Type.Primitive.DOUBLE),
              Field.unassigned("history", Type.Primitive.LONG),
              Field.unassigned("serving", Type.Primitive.LONG),
              Field.unassigned("unknown", Type.Primitive.LONG),
              Field.unassigned("outdated", Type.Primitive.LONG)));

  @Parameters(
      arity = "0..*",
      paramLabel = "VIEW",
      description = "feature views (default: all of them)")
  private List<String> views = List.of();

  @Option(
      names = "--since",
      paramLabel = "AGE",
      description = "only what was served within this time, such as 7d (default: all)")
  private @Nullable String since;

  @Mixin private final Tolerance tolerance = new Tolerance();

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "3",
      description = "values that differ to show of each feature (default: 3)")
  private int samples = 3;

  private record SampleJson(
      String key, Instant readAt, Instant valuesAt, String served, String lake, String cause) {}

  private record FeatureJson(
      String feature,
      long compared,
      long differing,
      double share,
      @Nullable Double largestDifference,
      Map<String, Long> causes,
      long outdated,
      List<SampleJson> samples) {}

  private record AgeJson(double median, double percentile99, double greatest) {}

  private record ViewJson(
      String view,
      long vectors,
      Map<String, Long> skipped,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<AgeJson> ageSeconds,
      List<FeatureJson> features) {}

  private record SkewJson(
      boolean holds, double tolerance, long vectors, long undeclared, List<ViewJson> views) {}

  @Override
  public int run(Invocation call) {
    double relative = tolerance.checked();
    try (Headrace headrace = call.open()) {
      Watch watch = Watch.none();
      SkewReport report;
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        report =
            headrace
                .auditing()
                .skew(
                    call.global().environment(),
                    Set.copyOf(views),
                    since == null
                        ? Instant.EPOCH
                        : call.ambient().clock().instant().minus(Durations.parse(since)),
                    relative,
                    Math.max(0, samples),
                    watch);
      }
      if (call.console().json()) {
        JsonOut.print(call.console(), json(report));
      } else {
        print(report, call.console());
      }
      return report.holds() ? 0 : 2;
    }
  }

  private static SkewJson json(SkewReport report) {
    return new SkewJson(
        report.holds(),
        report.tolerance(),
        report.compared(),
        report.undeclared(),
        report.views().stream().map(AuditSkewCommand::json).toList());
  }

  private static ViewJson json(OfView view) {
    return new ViewJson(
        view.view(),
        view.vectors(),
        lower(view.skipped()),
        view.from(),
        view.to(),
        view.age()
            .map(
                age ->
                    new AgeJson(
                        seconds(age.median()),
                        seconds(age.percentile99()),
                        seconds(age.greatest()))),
        view.features().stream().map(AuditSkewCommand::json).toList());
  }

  private static FeatureJson json(OfFeature feature) {
    OptionalDouble largest = feature.largestDifference();
    return new FeatureJson(
        feature.feature(),
        feature.compared(),
        feature.differing(),
        feature.share(),
        largest.isPresent() ? largest.getAsDouble() : null,
        lower(feature.causes()),
        feature.outdated(),
        feature.samples().stream().map(AuditSkewCommand::json).toList());
  }

  private static SampleJson json(Sample sample) {
    return new SampleJson(
        sample.key(),
        sample.readAt(),
        sample.valuesAt(),
        sample.served(),
        sample.lake(),
        word(sample.cause()));
  }

  private static Map<String, Long> lower(Map<? extends Enum<?>, Long> counts) {
    Map<String, Long> named = new TreeMap<>();
    counts.forEach((what, count) -> named.put(word(what), count));
    return named;
  }

  private static String word(Enum<?> what) {
    return what.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static double seconds(Duration length) {
    return length.toNanos() / 1e9;
  }

  private static void print(SkewReport report, Console console) {
    for (OfView view : report.views()) {
      console.out().write(headline(view) + "\n");
      if (view.vectors() > 0) {
        List<List<@Nullable Object>> rows =
            view.features().stream().map(AuditSkewCommand::row).toList();
        new TextTable(console.outLook(), Integer.MAX_VALUE).write(COLUMNS, rows, console.out());
        view.features().forEach(feature -> samples(feature, console));
      }
    }
    if (report.undeclared() > 0) {
      console
          .out()
          .write(
              "%s of views that are not declared any more%n"
                  .formatted(Quantity.count(report.undeclared(), "vector")));
    }
    console
        .out()
        .write(
            report.compared() == 0
                ? "Nothing could be compared.\n"
                : report.holds()
                    ? "What was served is what the lake gives: %s.%n"
                        .formatted(Quantity.count(report.compared(), "vector"))
                    : "What was served differs from what the lake gives.\n");
  }

  private static String headline(OfView view) {
    StringBuilder text =
        new StringBuilder(view.view())
            .append(": ")
            .append(Quantity.count(view.vectors(), "vector"));
    view.age()
        .ifPresent(
            age ->
                text.append(", values ")
                    .append(Quantity.seconds(seconds(age.median())))
                    .append(" old in the median, ")
                    .append(Quantity.seconds(seconds(age.greatest())))
                    .append(" at most"));
    if (!view.skipped().isEmpty()) {
      text.append("; not compared: ")
          .append(
              view.skipped().entrySet().stream()
                  .map(skip -> Quantity.grouped(skip.getValue()) + " " + words(skip.getKey()))
                  .sorted()
                  .collect(Collectors.joining(", ")));
    }
    return text.toString();
  }

  private static String words(Skip skip) {
    return switch (skip) {
      case OTHER_DEFINITION -> "of another definition";
      case UNAVAILABLE -> "while the store did not answer";
      case UNKNOWN_MOMENT -> "of an unknown moment";
    };
  }

  private static List<@Nullable Object> row(OfFeature feature) {
    OptionalDouble largest = feature.largestDifference();
    return Arrays.<@Nullable Object>asList(
        feature.feature(),
        feature.compared(),
        feature.differing(),
        "%.2f %%".formatted(100 * feature.share()),
        largest.isPresent() ? (Object) largest.getAsDouble() : null,
        feature.causes().getOrDefault(Cause.HISTORY, 0L),
        feature.causes().getOrDefault(Cause.SERVING, 0L),
        feature.causes().getOrDefault(Cause.UNKNOWN, 0L),
        feature.outdated());
  }

  private static void samples(OfFeature feature, Console console) {
    for (Sample sample : feature.samples()) {
      console
          .out()
          .write(
              "  %s of %s at %s: served %s, the lake gives %s (%s)%n"
                  .formatted(
                      feature.feature(),
                      sample.key(),
                      sample.valuesAt(),
                      sample.served(),
                      sample.lake(),
                      word(sample.cause())));
    }
  }
}
