package dev.headrace.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.process.CliError;
import dev.headrace.decisions.experiments.report.Told;
import dev.headrace.decisions.experiments.report.Told.Figure;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what {@code experiment analyze --json} wrote. */
final class ToldReport {
  private static final JsonMapper JSON = new JsonMapper();

  private ToldReport() {}

  static Told read(Path file) {
    try {
      JsonNode report = JSON.readTree(Files.readString(file));
      if (!report.path("experiment").isTextual() || !report.path("metrics").isArray()) {
        throw refused(file, "it has no 'experiment' and 'metrics'", null);
      }
      return told(report);
    } catch (JsonProcessingException e) {
      throw refused(file, "it is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw refused(file, "it cannot be read", e);
    }
  }

  private static HeadraceException refused(Path file, String reason, @Nullable Throwable cause) {
    return new HeadraceException(
        CliError.CLI_USAGE,
        "Cannot compare with the report '%s': %s.".formatted(file, reason),
        "Write one with: headrace experiment analyze NAME --json > report.json",
        cause);
  }

  private static Told told(JsonNode report) {
    Map<String, String> tables = new LinkedHashMap<>();
    long run = 0;
    for (JsonNode table : report.path("tables")) {
      Optional<String> snapshot =
          table.path("snapshot").isNumber()
              ? Optional.of(table.path("snapshot").asText())
              : Optional.empty();
      tables.put(table.path("table").asText(), Told.state(snapshot, table.path("state").asText()));
      run = Math.max(run, table.path("run").asLong());
    }
    Map<Figure, Optional<Double>> numbers = new LinkedHashMap<>();
    for (JsonNode metric : report.path("metrics")) {
      String name = metric.path("metric").asText();
      for (JsonNode value : metric.path("values")) {
        String variant = value.path("variant").asText();
        numbers.put(new Figure(name, variant, "units"), number(value.path("units")));
        numbers.put(new Figure(name, variant, "value"), number(value.path("value")));
      }
      for (JsonNode effect : metric.path("effects")) {
        String variant = effect.path("variant").asText();
        numbers.put(new Figure(name, variant, "effect"), number(effect.path("estimate")));
        numbers.put(new Figure(name, variant, "lower"), number(effect.path("lower")));
        numbers.put(new Figure(name, variant, "upper"), number(effect.path("upper")));
        JsonNode adjusted = effect.path("adjustedInterval");
        if (adjusted.isObject()) {
          numbers.put(new Figure(name, variant, "adjusted lower"), number(adjusted.path("lower")));
          numbers.put(new Figure(name, variant, "adjusted upper"), number(adjusted.path("upper")));
        }
        numbers.put(
            new Figure(name, variant, "p"),
            number(effect.path("adjustedP"))
                .or(() -> number(effect.path("pValue")))
                .or(() -> number(effect.path("probabilityBetter"))));
      }
    }
    return new Told(
        report.path("experiment").asText(),
        report.at("/verdict/sentence").asText(),
        report.path("fingerprint").asText(),
        report.path("code").asText(),
        tables,
        run,
        numbers);
  }

  private static Optional<Double> number(JsonNode node) {
    return node.isNumber() ? Optional.of(node.doubleValue()) : Optional.empty();
  }
}
