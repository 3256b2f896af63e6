package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.CliError;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.PointerMove;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.run.RunLock;
import dev.headrace.spi.error.HeadraceException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace promote}: an environment's tables become those of prod, all at once. */
@Command(
    name = "promote",
    description = "make an environment's tables those of prod, all at once",
    footer = {
      "",
      "Nothing is built or copied: readers of prod see all of the old tables or all of the new.",
      "Refused when the environment's last run did not succeed, and when somebody else has",
      "redefined one of the tables in prod meanwhile. Undo it with: headrace rollback"
    })
final class PromoteCommand implements Action {
  @Parameters(paramLabel = "ENV", description = "the environment")
  private String name = "";

  private record PromoteJson(long run, List<String> tables, List<String> withdrawn) {}

  @Override
  public int run(Invocation call) {
    if (name.equals(Environments.PROD)) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot promote 'prod': it is where promotions lead.",
          "Name another environment: headrace env");
    }
    try (Headrace headrace = call.open();
        RunLock lock = headrace.lock(Reach.of(Environments.PROD, name), Duration.ZERO)) {
      headrace.runner().recover(lock);
      PointerMove move = headrace.ledger().environments().promote(name);
      if (call.console().json()) {
        JsonOut.print(call.console(), new PromoteJson(move.run(), move.shown(), move.withdrawn()));
      } else {
        call.console()
            .out()
            .write(
                "Promoted %s to prod as run %d: %s%s.%n"
                    .formatted(
                        name,
                        move.run(),
                        Quantity.count(move.shown().size(), "table"),
                        move.withdrawn().isEmpty()
                            ? ""
                            : "; withdrawn: " + String.join(", ", move.withdrawn())));
      }
      return 0;
    }
  }
}
