package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.data.catalog.Catalog;
import dev.headrace.data.catalog.TableReport;
import dev.headrace.data.quality.TableProfile;
import dev.headrace.spi.engine.Watch;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace show}: everything there is to know of one table. */
@Command(
    name = "show",
    description = "show one table: its definition, state, columns, checks and profile",
    footer = {
      "",
      "NAME is an asset or one of its side tables, such as orders__rejected.",
      "The profile reads every row; distinct counts are approximate, all else is exact."
    })
final class ShowCommand implements Action {
  @Parameters(paramLabel = "NAME", description = "a table")
  private String name = "";

  @Option(names = "--no-profile", description = "read no rows")
  private boolean withoutProfile;

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Catalog catalog = headrace.catalog(call.global().environment());
      TableReport report = catalog.describe(name);
      Optional<TableProfile> profile = profile(call, catalog, report);
      if (call.console().json()) {
        JsonOut.print(call.console(), TableJson.of(report, profile));
      } else {
        new TableText(call.console().outLook()).write(report, profile, call.console().out());
      }
      return 0;
    }
  }

  private Optional<TableProfile> profile(Invocation call, Catalog catalog, TableReport report) {
    if (withoutProfile || report.publication().isEmpty()) {
      return Optional.empty();
    }
    Watch watch = Watch.none();
    try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
      return Optional.of(catalog.profile(report.name(), watch));
    }
  }
}
