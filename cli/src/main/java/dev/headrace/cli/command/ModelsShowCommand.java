package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.ml.registry.ModelCard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace models show}: where a version comes from and how good it is. */
@Command(
    name = "show",
    description = "how good a version is, what it has learnt, what it was made of")
final class ModelsShowCommand implements Action {
  @Parameters(paramLabel = "MODEL[:VERSION]", description = "the version")
  private String reference = "";

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      ModelCard card =
          headrace.models().find(reference, headrace.published(call.global().environment()));
      if (call.console().json()) {
        JsonOut.print(call.console(), card);
      } else {
        CardText.print(card, call.console());
        call.console().out().write("\nHistory\n");
        ModelHistoryText.printVersion(
            headrace.models().history(card.model(), call.global().environment()),
            card.version(),
            call.console());
        call.console().out().write("\nFiles\n  " + headrace.models().registry().home(card) + "\n");
      }
      return 0;
    }
  }
}
