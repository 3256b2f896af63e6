package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.engine.Watch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace models reproduce}: proves where a version comes from. */
@Command(
    name = "reproduce",
    description = "train a version again from its recorded snapshots, and compare every byte")
final class ModelsReproduceCommand implements Action {
  @Parameters(paramLabel = "MODEL[:VERSION]", description = "the version")
  private String reference = "";

  private record ReproducedJson(
      String model, int version, Map<String, String> files, double seconds) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      long started = System.nanoTime();
      Models models = headrace.models();
      ModelCard card = models.find(reference, headrace.published(call.global().environment()));
      Watch watch = Watch.none();
      List<String> files;
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        files = models.reproduce(card, watch).files();
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new ReproducedJson(card.model(), card.version(), new TreeMap<>(card.files()), seconds));
      } else {
        call.console()
            .out()
            .write(
                "%s:%d reproduced in %s: %s, the same to the byte.%n"
                    .formatted(
                        card.model(),
                        card.version(),
                        Quantity.seconds(seconds),
                        String.join(" and ", files)));
      }
      return 0;
    }
  }
}
