package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.run.RunLock;
import dev.headrace.data.maintenance.CompactionPlan;
import dev.headrace.data.maintenance.Compactor;
import dev.headrace.spi.engine.Watch;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headrace compact}: rewrites small files as larger ones. */
@Command(
    name = "compact",
    description = "rewrite many small files as few large ones",
    footer = {
      "",
      "Rows stay as they are, and nothing that was built from them becomes stale. The small files",
      "stay for 'rollback' and 'sql --at' until gc takes them."
    })
final class CompactCommand implements Action {
  @Option(names = "--dry-run", description = "say what would be rewritten, and rewrite nothing")
  private boolean dryRun;

  @Option(
      names = "--min-files",
      paramLabel = "N",
      defaultValue = "4",
      description = "rewrite where at least so many small files belong together (default: 4)")
  private int least = Compactor.Terms.DEFAULT.least();

  private record TableJson(String table, int files, long bytes) {}

  private record CompactJson(boolean dryRun, @Nullable Long run, List<TableJson> tables) {}

  @Override
  public int run(Invocation call) {
    String environment = call.global().environment();
    try (Headrace headrace = call.open();
        RunLock lock = headrace.lock(Reach.of(environment), Duration.ZERO)) {
      headrace.runner().recover(lock);
      Compactor compactor = headrace.compactor();
      Compactor.Terms standard = Compactor.Terms.DEFAULT;
      CompactionPlan plan =
          compactor.plan(
              headrace.published(environment),
              new Compactor.Terms(
                  standard.smallBytes(), standard.targetBytes(), Math.max(2, least)));
      Long run = null;
      if (!dryRun && !plan.tables().isEmpty()) {
        Watch watch = Watch.none();
        try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
          run = compactor.carryOut(plan, environment, watch);
        }
      }
      if (call.console().json()) {
        JsonOut.print(call.console(), json(plan, run));
      } else {
        print(call, plan, run);
      }
      return 0;
    }
  }

  private CompactJson json(CompactionPlan plan, @Nullable Long run) {
    return new CompactJson(
        dryRun,
        run,
        plan.tables().stream()
            .map(
                table ->
                    new TableJson(
                        table.publication().content().table(), table.files(), table.bytes()))
            .toList());
  }

  private void print(Invocation call, CompactionPlan plan, @Nullable Long run) {
    for (CompactionPlan.Table table : plan.tables()) {
      call.console()
          .out()
          .write(
              "%s: %s into %d, %s%n"
                  .formatted(
                      table.publication().content().table(),
                      Quantity.count(table.files(), "file"),
                      table.bundles().size(),
                      Quantity.bytes(table.bytes())));
    }
    int files = plan.tables().stream().mapToInt(CompactionPlan.Table::files).sum();
    call.console()
        .out()
        .write(
            plan.tables().isEmpty()
                ? "No table has small files worth rewriting.%n".formatted()
                : "%s %s of %s%s.%n"
                    .formatted(
                        dryRun ? "Would rewrite" : "Rewrote",
                        Quantity.count(files, "small file"),
                        Quantity.count(plan.tables().size(), "table"),
                        run == null ? "" : " as run " + run));
  }
}
