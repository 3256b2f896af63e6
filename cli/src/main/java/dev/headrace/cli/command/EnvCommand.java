package dev.headrace.cli.command;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.CliError;
import dev.headrace.core.ledger.EnvironmentRecord;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.PointerMove;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.run.RunLock;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headrace env}: lists environments, or drops one. */
@Command(
    name = "env",
    description = "list the environments, or drop one",
    footer = {
      "",
      "An environment is made by building in it: headrace run --env my-change. It shows what prod",
      "shows, except for the tables of its own."
    })
final class EnvCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("environment", Type.Primitive.STRING),
              Field.unassigned("created", Type.Primitive.TIMESTAMPTZ),
              Field.unassigned("own_tables", Type.Primitive.LONG)));

  @Option(names = "--drop", paramLabel = "ENV", description = "forget an environment")
  private @Nullable String drop;

  private record EnvJson(String environment, Instant createdAt, int ownTables) {}

  private record ListJson(List<EnvJson> environments) {}

  private record DropJson(String dropped, List<String> tables) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Environments environments = headrace.ledger().environments();
      if (drop == null) {
        list(call, environments.list());
      } else {
        drop(call, headrace, environments, drop);
      }
      return 0;
    }
  }

  private static void list(Invocation call, List<EnvironmentRecord> environments) {
    if (call.console().json()) {
      JsonOut.print(
          call.console(),
          new ListJson(
              environments.stream()
                  .map(env -> new EnvJson(env.name(), env.createdAt(), env.tables()))
                  .toList()));
      return;
    }
    if (environments.isEmpty()) {
      call.console().out().write("There is prod and no other.\n");
      return;
    }
    List<List<@Nullable Object>> rows =
        environments.stream()
            .map(
                env ->
                    Arrays.<@Nullable Object>asList(
                        env.name(), env.createdAt().truncatedTo(SECONDS), (long) env.tables()))
            .toList();
    new TextTable(call.console().outLook(), Integer.MAX_VALUE)
        .write(COLUMNS, rows, call.console().out());
  }

  private static void drop(
      Invocation call, Headrace headrace, Environments environments, String name) {
    if (name.equals(Environments.PROD)) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot drop 'prod': every other environment rests on it.",
          "Drop another, or delete the project's state directory.");
    }
    try (RunLock _ = headrace.lock(Reach.of(name), Duration.ZERO)) {
      PointerMove move = environments.drop(name);
      if (call.console().json()) {
        JsonOut.print(call.console(), new DropJson(name, move.withdrawn()));
      } else {
        call.console()
            .out()
            .write(
                "Dropped %s and its %s; gc frees the space.%n"
                    .formatted(name, Quantity.count(move.withdrawn().size(), "table")));
      }
    }
  }
}
