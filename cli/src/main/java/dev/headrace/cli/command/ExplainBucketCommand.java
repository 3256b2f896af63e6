package dev.headrace.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.process.CliError;
import dev.headrace.decisions.assignment.Explanation;
import dev.headrace.spi.error.HeadraceException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace experiment explain-bucket}: the arithmetic of one assignment. */
@Command(
    name = "explain-bucket",
    description = "show step by step how a unit comes to its variant",
    footer = {
      "",
      "Example:",
      "  headrace experiment explain-bucket checkout_test user-17 --attribute country=DE"
    })
final class ExplainBucketCommand implements Action {
  @Parameters(index = "0", paramLabel = "EXP", description = "an experiment, or a flag's key")
  private String experiment = "";

  @Parameters(index = "1", paramLabel = "UNIT", description = "as programs send it")
  private String unit = "";

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description = "an attribute of the unit, for targeting; numbers and true are read as such")
  private List<String> attributes = List.of();

  @Option(names = "--on", paramLabel = "DAY", description = "for ramps: a day instead of now")
  private @Nullable LocalDate on;

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      LocalDate day = on;
      Instant at =
          day == null
              ? call.ambient().clock().instant()
              : day.atStartOfDay(headrace.timezone()).toInstant();
      Explanation explanation =
          headrace
              .flags()
              .explain(experiment, unit, attributes(), headrace.ledger().stops().now(), at);
      if (call.console().json()) {
        JsonOut.print(call.console(), explanation);
      } else {
        call.console().out().write(text(explanation));
      }
      return 0;
    }
  }

  private ObjectNode attributes() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("targetingKey", unit);
    for (String attribute : attributes) {
      int equals = attribute.indexOf('=');
      if (equals < 1) {
        throw new HeadraceException(
            CliError.CLI_USAGE,
            "Cannot read attribute '%s': it has no '='.".formatted(attribute),
            "Write for example --attribute country=DE");
      }
      put(object, attribute.substring(0, equals), attribute.substring(equals + 1));
    }
    return object;
  }

  private static void put(ObjectNode object, String name, String value) {
    if (value.equals("true") || value.equals("false")) {
      object.put(name, value.equals("true"));
    } else if (value.matches("-?[0-9]{1,15}")) {
      object.put(name, Long.parseLong(value));
    } else if (value.matches("-?[0-9]{1,15}\\.[0-9]{1,15}")) {
      object.put(name, Double.parseDouble(value));
    } else {
      object.put(name, value);
    }
  }

  private static String text(Explanation explanation) {
    StringBuilder text = new StringBuilder();
    text.append(
        "experiment %s, flag %s, unit %s%n"
            .formatted(explanation.experiment(), explanation.flag(), explanation.unit()));
    for (Explanation.Step step : explanation.steps()) {
      text.append(
          "%n%-14s %s%s%n"
              .formatted(step.name(), step.says(), step.passed() ? "" : "  <- decides"));
      step.place()
          .ifPresent(
              place ->
                  text.append(
                      "               %s = %s%n               bytes %s%n               %s%n"
                          .formatted(
                              place.function(), place.hash(), place.input(), place.arithmetic())));
    }
    text.append(
        "%n%s: %s%n"
            .formatted(
                explanation.variant().map(variant -> "variant " + variant).orElse("no variant"),
                explanation.because()));
    return text.toString();
  }
}
