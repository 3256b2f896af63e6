package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.CliError;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.BuildOptions.Extent;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Published;
import dev.headrace.spi.error.HeadraceException;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code plan} and {@code run} are about. */
final class BuildSelection {
  @Option(
      names = {"-s", "--select"},
      paramLabel = "SEL",
      description = "assets: name, +name, name+, kind:table, tag:x; a comma joins several")
  private @Nullable String select;

  @Option(names = "--full-refresh", description = "build the selected assets from nothing")
  private boolean fullRefresh;

  @Option(
      names = "--from",
      paramLabel = "DAY",
      description = "first UTC day to build again in tables that are built by day")
  private @Nullable LocalDate from;

  @Option(names = "--to", paramLabel = "DAY", description = "last such day, included")
  private @Nullable LocalDate to;

  /** The plan for the selected assets. */
  Plan plan(Headrace headrace, Published published) {
    return headrace.planner().plan(headrace.select(select), published, options());
  }

  /** Everything the options say besides what is selected. */
  BuildOptions options() {
    return new BuildOptions(fullRefresh ? Extent.FULL_REFRESH : Extent.STALE, backfill());
  }

  private Optional<DayRanges> backfill() {
    if (from == null && to == null) {
      return Optional.empty();
    }
    if (fullRefresh) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot build from nothing and only some days: --full-refresh builds all of them.",
          "Leave out --from and --to, or --full-refresh.");
    }
    LocalDate first = from == null ? LocalDate.of(1, 1, 1) : from;
    LocalDate last = to == null ? LocalDate.of(9999, 12, 30) : to;
    if (last.isBefore(first)) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot build days from %s to %s: the first is after the last.".formatted(first, last),
          "Swap --from and --to.");
    }
    return Optional.of(DayRanges.of(first, last.plusDays(1)));
  }
}
