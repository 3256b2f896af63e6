package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Ledger.JournalledCheck;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace checks}: the newest outcome of every check. */
@Command(
    name = "checks",
    description = "show the newest outcome of every check",
    footer = {"", "Exit code 2 when a check failed."})
final class ChecksCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("asset", Type.Primitive.STRING),
              Field.unassigned("check", Type.Primitive.STRING),
              Field.unassigned("status", Type.Primitive.STRING),
              Field.unassigned("failing_rows", Type.Primitive.LONG),
              Field.unassigned("message", Type.Primitive.STRING)));

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "only this asset")
  private @Nullable String asset;

  private record CheckJson(
      long run, String asset, String check, String status, long failingRows, String message) {}

  private record ChecksJson(List<CheckJson> checks) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      String only = asset == null ? null : headrace.requireAsset(asset).name();
      List<CheckJson> checks =
          headrace.ledger().latestChecks().stream()
              .filter(check -> only == null || check.asset().equals(only))
              .map(ChecksCommand::json)
              .toList();
      if (call.console().json()) {
        JsonOut.print(call.console(), new ChecksJson(checks));
      } else {
        List<List<@Nullable Object>> rows =
            checks.stream()
                .map(
                    check ->
                        Arrays.<@Nullable Object>asList(
                            check.asset(),
                            check.check(),
                            check.status(),
                            check.failingRows(),
                            check.message()))
                .toList();
        new TextTable(call.console().outLook(), Integer.MAX_VALUE)
            .write(COLUMNS, rows, call.console().out());
      }
      boolean failed =
          checks.stream().anyMatch(check -> check.status().equals(word(CheckRecord.Status.FAILED)));
      return failed ? 2 : 0;
    }
  }

  private static CheckJson json(JournalledCheck check) {
    CheckRecord record = check.check();
    return new CheckJson(
        check.runId(),
        check.asset(),
        record.check(),
        word(record.status()),
        record.failingRows(),
        record.message());
  }

  private static String word(CheckRecord.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
