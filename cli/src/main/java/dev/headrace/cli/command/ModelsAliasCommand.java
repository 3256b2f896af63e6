package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.run.RunLock;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace models alias}: gives a version a name. */
@Command(name = "alias", description = "give a version a name, such as candidate")
final class ModelsAliasCommand implements Action {
  @Parameters(index = "0", paramLabel = "MODEL:VERSION", description = "the version")
  private String reference = "";

  @Parameters(index = "1", paramLabel = "ALIAS", description = "its name")
  private String alias = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "why, for: headrace models history MODEL")
  private String reason = "";

  private record AliasesJson(String model, Map<String, Integer> aliases) {}

  @Override
  public int run(Invocation call) {
    String environment = call.global().environment();
    try (Headrace headrace = call.open();
        RunLock _ = headrace.lock(Reach.of(environment), Duration.ZERO)) {
      Models models = headrace.models();
      ModelCard card = models.find(reference, headrace.published(environment));
      boolean moved = models.registry().alias(card.model(), alias, card.version(), reason);
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new AliasesJson(card.model(), new TreeMap<>(models.registry().aliases(card.model()))));
      } else {
        call.console()
            .out()
            .write(
                "%s@%s %s version %d.%n"
                    .formatted(card.model(), alias, moved ? "is" : "already is", card.version()));
      }
      return 0;
    }
  }
}
