package dev.headrace.cli.command;

import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.ProgressView;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.decisions.adworld.AdWorld;
import dev.headrace.decisions.adworld.AdWorldReport;
import dev.headrace.decisions.adworld.AdWorldSpec;
import dev.headrace.decisions.adworld.Feed;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace simulate ads}: makes a world of advertising to try things on. */
@Command(
    name = "simulate",
    description = "simulate raw files whose truth is known",
    footer = {
      "",
      "The same people, days and seed give the same bytes. DIR/truth holds what really happened;",
      "DIR/truth/rules.md says how clean figures are reached.",
      "Example:",
      "  headrace simulate ads data --people 2000 --days 14 --seed 7"
    })
final class SimulateCommand implements Action {
  /** What can be simulated. */
  enum World {
    ADS
  }

  @Parameters(index = "0", paramLabel = "WORLD", description = "ads")
  private World world = World.ADS;

  @Parameters(index = "1", paramLabel = "DIR", description = "a new or empty directory")
  private Path directory = Path.of("");

  @Option(names = "--people", paramLabel = "N", defaultValue = "2000", description = "inhabitants")
  private long people;

  @Option(names = "--days", paramLabel = "D", defaultValue = "14", description = "UTC days")
  private int days;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "which world")
  private long seed;

  @Option(names = "--start", paramLabel = "DAY", description = "first day (default: 2026-03-02)")
  private @Nullable LocalDate start;

  @Option(
      names = "--feeds",
      paramLabel = "FEED",
      split = ",",
      description =
          "raw events to write: impressions, clicks, conversions, logins, auctions (default: all)")
  private Set<Feed> feeds = EnumSet.allOf(Feed.class);

  private record ReportJson(
      String directory, long events, long bytes, double seconds, double eventsPerSecond) {}

  @Override
  public int run(Invocation call) {
    AdWorldSpec whole = AdWorldSpec.of(people, days, seed).withFeeds(feeds);
    AdWorldSpec spec = start == null ? whole : whole.withStartDate(start);
    AdWorldReport report =
        switch (world) {
          case ADS -> simulate(call, spec, call.resolve(directory));
        };
    if (call.console().json()) {
      JsonOut.print(
          call.console(),
          new ReportJson(
              directory.toString(),
              report.events(),
              report.bytes(),
              report.seconds(),
              report.eventsPerSecond()));
    } else {
      call.console()
          .out()
          .write(
              "%s in %s files, %s, in %s (%s per second): %s%n"
                  .formatted(
                      Quantity.count(report.events(), "event"),
                      report.files().size(),
                      Quantity.bytes(report.bytes()),
                      Quantity.seconds(report.seconds()),
                      Quantity.rounded(report.eventsPerSecond()),
                      directory));
    }
    return 0;
  }

  /** Simulates a world of {@code world}'s kind while showing how far it is. */
  static AdWorldReport simulate(Invocation call, AdWorldSpec spec, Path target) {
    try (ProgressView view = new ProgressView(call.console(), System::nanoTime, 1).live()) {
      view.stepStarted("simulate");
      Watch watch = new Watch(fraction -> view.stepProgress("simulate", fraction, 0));
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        return AdWorld.simulate(spec, target, watch);
      }
    }
  }
}
