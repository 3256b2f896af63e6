package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.ml.learn.curve.LearningCurve;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.engine.Watch;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace models curve}: what more rows are worth. */
@Command(
    name = "curve",
    description = "how good a version would be of fewer rows, and what it suffers from")
final class ModelsCurveCommand implements Action {
  @Parameters(paramLabel = "MODEL[:VERSION]", description = "the version")
  private String reference = "";

  private record CurveJson(String model, int version, LearningCurve curve, String verdict) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Models models = headrace.models();
      ModelCard card = models.find(reference, headrace.published(call.global().environment()));
      Watch watch = Watch.none();
      LearningCurve curve;
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        curve = models.curve(card, watch);
      }
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new CurveJson(card.model(), card.version(), curve, curve.verdict().text()));
      } else {
        print(card, curve, call);
      }
      return 0;
    }
  }

  private static void print(ModelCard card, LearningCurve curve, Invocation call) {
    call.console()
        .out()
        .write(
            "%s:%d, %s by the rows it learns from; %s without features\n\n"
                .formatted(
                    card.model(),
                    card.version(),
                    curve.metric().word(),
                    CardText.number(curve.baseline())));
    CardText.table(
        call.console(),
        List.of("rows", "those rows", "test rows", "95% interval"),
        curve.points().stream()
            .map(
                point ->
                    Arrays.<@Nullable Object>asList(
                        String.format(Locale.ROOT, "%,d", point.rows()),
                        CardText.number(point.train()),
                        CardText.number(point.test()),
                        point.lower95() == null
                            ? null
                            : CardText.number(point.lower95())
                                + " to "
                                + CardText.number(point.upper95())))
            .toList());
    call.console()
        .out()
        .write(
            String.format(
                Locale.ROOT,
                "better than without features by %s (%s to %s); the last doubling of the rows"
                    + " brought %s (%s to %s); %.0f%% of what is learnt of training rows is lost on"
                    + " test rows%n%s%n",
                CardText.number(curve.overBaseline().estimate()),
                CardText.number(curve.overBaseline().interval().lower()),
                CardText.number(curve.overBaseline().interval().upper()),
                CardText.number(curve.lastDoubling().estimate()),
                CardText.number(curve.lastDoubling().interval().lower()),
                CardText.number(curve.lastDoubling().interval().upper()),
                100 * curve.lost(),
                curve.verdict().text()));
  }
}
