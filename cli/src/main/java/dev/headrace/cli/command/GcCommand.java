package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.run.RunLock;
import dev.headrace.data.lake.SweepPlan;
import dev.headrace.data.maintenance.Cleaning;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headrace gc}: removes what no environment shows any more. */
@Command(
    name = "gc",
    description = "remove table versions, snapshots and files that nobody needs",
    footer = {
      "",
      "Keeps whatever an environment shows, or has shown within the last days: 'rollback' and",
      "'sql --at' reach as far back as --keep says. Nothing is removed while a run is under way."
    })
final class GcCommand implements Action {
  @Option(names = "--dry-run", description = "say what would go, and remove nothing")
  private boolean dryRun;

  @Option(
      names = "--keep",
      paramLabel = "AGE",
      defaultValue = "7d",
      description = "how far back states stay readable, for example 30d (default: 7d)")
  private String keep = "7d";

  private record SweepJson(
      boolean dryRun, List<String> versions, int snapshots, int files, long bytes) {}

  @Override
  public int run(Invocation call) {
    Duration age = Durations.parse(keep);
    try (Headrace headrace = call.open();
        RunLock lock = headrace.lock(Reach.all(), Duration.ZERO)) {
      headrace.runner().recover(lock);
      Cleaning cleaning = headrace.planCleaning(age);
      SweepPlan plan = cleaning.sweep();
      if (!dryRun) {
        cleaning.carryOut(headrace.ledger(), headrace.lake());
      }
      int snapshots = plan.expired().values().stream().mapToInt(ids -> ids.size()).sum();
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new SweepJson(
                dryRun,
                plan.dropped().stream().map(version -> version.physicalName()).sorted().toList(),
                snapshots,
                plan.orphans().size(),
                plan.freedBytes()));
      } else {
        if (dryRun) {
          call.console().out().write(plan.toString());
        }
        call.console()
            .out()
            .write(
                "%s %s, %s and %s: %s.%n"
                    .formatted(
                        dryRun ? "Would remove" : "Removed",
                        Quantity.count(plan.dropped().size(), "table version"),
                        Quantity.count(snapshots, "snapshot"),
                        Quantity.count(plan.orphans().size(), "stray file"),
                        Quantity.bytes(plan.freedBytes())));
      }
      return 0;
    }
  }
}
