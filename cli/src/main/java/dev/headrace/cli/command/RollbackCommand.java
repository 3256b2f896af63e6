package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.core.ledger.PointerMove;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.run.RunLock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headrace rollback}: an environment shows what it showed before. */
@Command(
    name = "rollback",
    description = "show what was shown before the last run or promotion",
    footer = {
      "",
      "Nothing is built or copied. Called again it goes further back; --to RUN goes to any state",
      "that gc has kept, forward too. The project's files stay as they are: the next run builds",
      "what they define.",
      "Examples:",
      "  headrace rollback              prod, one step",
      "  headrace rollback --to 12      prod as run 12 left it"
    })
final class RollbackCommand implements Action {
  @Option(names = "--to", paramLabel = "RUN", description = "the run to whose end it goes back")
  private @Nullable Long target;

  private record RollbackJson(long run, List<String> tables, List<String> withdrawn) {}

  @Override
  public int run(Invocation call) {
    String environment = call.global().environment();
    try (Headrace headrace = call.open();
        RunLock lock = headrace.lock(Reach.of(environment), Duration.ZERO)) {
      headrace.runner().recover(lock);
      headrace.ledger().environments().require(environment);
      PointerMove move =
          headrace.ledger().environments().rollback(environment, Optional.ofNullable(target));
      if (call.console().json()) {
        JsonOut.print(call.console(), new RollbackJson(move.run(), move.shown(), move.withdrawn()));
      } else {
        call.console().out().write(text(environment, move));
      }
      return 0;
    }
  }

  private static String text(String environment, PointerMove move) {
    if (move.isEmpty()) {
      return "%s shows just that already; nothing changed.%n".formatted(environment);
    }
    return "Took %s back as run %d: %s%s.%n"
        .formatted(
            environment,
            move.run(),
            move.shown().isEmpty() ? "no table changed" : String.join(", ", move.shown()),
            move.withdrawn().isEmpty()
                ? ""
                : "; withdrawn: " + String.join(", ", move.withdrawn()));
  }
}
