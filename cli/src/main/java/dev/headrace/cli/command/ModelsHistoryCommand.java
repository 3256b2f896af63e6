package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.process.CliError;
import dev.headrace.ml.registry.ModelHistory;
import dev.headrace.spi.error.HeadraceException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace models history}: when names came to versions, by what and why. */
@Command(
    name = "history",
    description = "when champion and other names came to which version, by what and why",
    footer = {
      "",
      "champion is told as the environment of --env has shown it; other names are the same in all.",
      "Examples:",
      "  headrace models history churn",
      "  headrace models history churn --at 2026-03-01T12:00   who was champion then"
    })
final class ModelsHistoryCommand implements Action {
  @Parameters(paramLabel = "MODEL", description = "the model")
  private String model = "";

  @Option(
      names = "--at",
      paramLabel = "RUN|TIME",
      description = "as it was at the end of a run, or at a time")
  private @Nullable String at;

  private record MoveJson(
      Instant at,
      String name,
      String event,
      @Nullable Integer from,
      @Nullable Integer to,
      @Nullable Long run,
      @Nullable String environment,
      String reason) {}

  private record NameJson(String name, int version, @Nullable Instant since) {}

  private record HistoryJson(
      String model,
      String environment,
      @Nullable Instant at,
      List<NameJson> names,
      List<MoveJson> history) {}

  @Override
  public int run(Invocation call) {
    String environment = call.global().environment();
    try (Headrace headrace = call.open()) {
      headrace.ledger().environments().require(environment);
      Instant moment = moment(headrace);
      ModelHistory whole = headrace.models().history(model, environment);
      ModelHistory history = moment == null ? whole : whole.until(moment);
      if (call.console().json()) {
        JsonOut.print(call.console(), json(history, moment));
      } else {
        ModelHistoryText.print(history, moment, call.console());
      }
      return 0;
    }
  }

  private @Nullable Instant moment(Headrace headrace) {
    if (at == null) {
      return null;
    }
    return switch (PastState.parse(at, headrace.timezone())) {
      case PastState.AtTime(Instant instant) -> instant;
      case PastState.AfterRun(long run) -> headrace.ledger().environments().endOf(run);
      case PastState.InEnvironment(String name) ->
          throw new HeadraceException(
              CliError.CLI_USAGE,
              "Cannot tell the history at '%s': that is neither a run nor a time.".formatted(name),
              "Another environment's: headrace models history " + model + " --env " + name);
    };
  }

  private static HistoryJson json(ModelHistory history, @Nullable Instant moment) {
    return new HistoryJson(
        history.model(),
        history.environment(),
        moment,
        history.standing().values().stream()
            .map(
                move ->
                    new NameJson(
                        move.name(),
                        Objects.requireNonNull(move.to()),
                        move.event() == ModelHistory.Event.FOUND ? null : move.at()))
            .toList(),
        history.moves().stream()
            .map(
                move ->
                    new MoveJson(
                        move.at(),
                        move.name(),
                        ModelHistoryText.word(move.event()),
                        move.from(),
                        move.to(),
                        move.run(),
                        move.environment(),
                        move.reason()))
            .toList());
  }
}
