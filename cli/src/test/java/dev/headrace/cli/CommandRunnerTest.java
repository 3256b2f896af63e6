package dev.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.command.RootCommand;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line as scripts and people meet it. */
class CommandRunnerTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Console console;

  private int run(String... args) {
    return run(out, args);
  }

  private int run(OutputStream target, String... args) {
    return runner(target).run(args);
  }

  private CommandRunner runner(OutputStream target) {
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    console = new Console(target, Look.plain(true), err, Look.plain(true));
    return new CommandRunner(ambient, console, new Interrupts(() -> {}, code -> {}));
  }

  @Test
  void daysOfARefreshFromNothing_areRefused() throws IOException {
    Files.writeString(directory.resolve("headrace.yaml"), "name: shop\n");
    assertThat(run("plan", "--full-refresh", "--from", "2026-01-01")).isEqualTo(2);
    assertThat(err.toString()).contains("--full-refresh builds all of them");
  }

  @Test
  void divisionByZero_isToldWithoutAdviceThatNobodyCanFollow() throws IOException {
    Files.writeString(directory.resolve("headrace.yaml"), "name: shop\n");
    assertThat(run("sql", "select 10 % 0")).isEqualTo(2);
    assertThat(err.toString()).contains("Use TRY(...)").doesNotContain("SET ");
  }

  @Test
  void infiniteTimes_areWords_notDaysOfTheYear294247() throws IOException {
    Files.writeString(directory.resolve("headrace.yaml"), "name: shop\n");
    String sql =
        "select 'infinity'::timestamp as a, '-infinity'::timestamptz as b, '-infinity'::date as c,"
            + " ['infinity'::timestamp, timestamp '10000-01-01',"
            + " timestamp '0044-03-15 (BC) 10:00:00.5'] as d,"
            + " timestamp '294247-01-10T04:00:54.775806' as e,"
            + " date '290309-12-22 (BC)' as f";
    assertThat(run("sql", sql, "--format", "csv")).isZero();

    assertThat(out.toString())
        .contains(
            "\ninfinity,-infinity,-infinity,\"[\"\"infinity\"\","
                + "\"\"+10000-01-01T00:00:00\"\",\"\"-0043-03-15T10:00:00.5\"\"]\","
                + "+294247-01-10T04:00:54.775806,-290308-12-22\r\n");
    out.reset();
    assertThat(run("sql", "select 'infinity'::date as a", "--format", "json")).isZero();
    assertThat(out.toString()).contains("\"infinity\"");
  }

  @Test
  void version_isPrinted() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches("headrace \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
  }

  /** Where a percent sign is not doubled, the library complains to whoever asks for help. */
  @Test
  void help_ofEveryCommand_canBeFormatted() {
    List<CommandLine> commands = new ArrayList<>(List.of(RootCommand.parser(Look.plain(true))));
    for (int i = 0; i < commands.size(); i++) {
      CommandLine command = commands.get(i);
      commands.addAll(command.getSubcommands().values());
      Stream<String> texts =
          Stream.of(
                  command.getCommandSpec().usageMessage().description(),
                  command.getCommandSpec().usageMessage().footer())
              .flatMap(Stream::of);
      assertThat(texts)
          .as(command.getCommandName())
          .allSatisfy(text -> assertThat(String.format(Locale.ROOT, text)).isNotNull());
    }
    assertThat(commands).hasSizeGreaterThan(40);
  }

  @Test
  void help_listsEveryCommandInGroups() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("The machine\n  doctor ")
        .contains("Examples:")
        .doesNotContain("prepare-start");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void noCommand_showsTheHelp() {
    assertThat(run()).isZero();
    assertThat(out.toString()).startsWith("Usage: headrace");
  }

  @Test
  void unknownCommand_namesTheNearest() {
    assertThat(run("docter")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err)
        .hasToString(
            """
            error[CLI_USAGE]: Cannot understand 'docter': there is no such command.
             hint: Did you mean 'doctor'? See: headrace --help
            """);
  }

  @Test
  void unknownOption_namesTheNearest() {
    assertThat(run("doctor", "--jsno")).isEqualTo(2);
    assertThat(err.toString()).contains("'--jsno'").contains("Did you mean '--json'?");
  }

  @Test
  void assetAsArgument_isToldTheOptionThatChooses() {
    assertThat(run("run", "orders")).isEqualTo(2);
    assertThat(err)
        .hasToString(
            """
            error[CLI_USAGE]: Cannot understand 'orders': there is no such argument.
             hint: To choose an asset: headrace run --select orders
            """);
  }

  @Test
  void dayThatDoesNotExist_isToldAsSuch() {
    assertThat(run("run", "--from", "2026-02-30")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "error[CLI_USAGE]: Cannot run 'headrace run': Invalid value for option '--from':"
                + " '2026-02-30' is no day such as 2026-01-31.");
  }

  @Test
  void json_failure_isTheOnlyDocument() throws Exception {
    assertThat(run("--json", "docter")).isEqualTo(2);
    JsonNode error = new JsonMapper().readTree(out.toString()).get("error");
    assertThat(error.get("code").textValue()).isEqualTo("CLI_USAGE");
    assertThat(error.get("message").textValue()).contains("docter");
    assertThat(error.get("hint").textValue()).contains("doctor");
    assertThat(error.get("location").isNull()).isTrue();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void globalOption_beforeOrAfterTheCommand_isTheSame() {
    assertThat(run("doctor", "--json")).isZero();
    String after = out.toString();
    out.reset();
    assertThat(run("--json", "doctor")).isZero();
    assertThat(after).startsWith("{\"healthy\":true");
    assertThat(out.toString()).startsWith("{\"healthy\":true");
  }

  @Test
  void projectOptionBeforeTheCommand_isNotTakenForIt() {
    assertThat(run("-p", "completion", "doctor", "--json")).isZero();
    assertThat(out.toString()).startsWith("{\"healthy\":true");
  }

  @Test
  void missingProjectValue_isAUsageError() {
    assertThat(run("doctor", "-p")).isEqualTo(2);
    assertThat(err.toString()).startsWith("error[CLI_USAGE]: Cannot run 'headrace doctor': ");
  }

  @Test
  void doctor_showsTheNativeLibraries() {
    assertThat(run("doctor")).isZero();
    assertThat(out.toString()).containsPattern("✓ duckdb +v\\d").containsPattern("✓ sqlite +\\d");
  }

  @Test
  void completion_isABashScript() {
    assertThat(run("completion", "bash")).isZero();
    assertThat(out.toString()).startsWith("#!/usr/bin/env bash").contains("doctor");
  }

  @Test
  void readerThatWentAway_endsQuietly() {
    assertThat(run(failing("Broken pipe"), "--version")).isEqualTo(141);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void fullDisk_isToldOnStandardError() {
    assertThat(run(failing("No space left on device"), "--version")).isEqualTo(8);
    assertThat(err.toString())
        .startsWith("error[CLI_OUTPUT_FAILED]: Cannot write the result: No space left on device.");
  }

  @Test
  void defect_isLoggedAndShownWithoutItsStackTrace() throws Exception {
    int code = runner(out).told(new IllegalStateException("two rows for one key"), false);
    assertThat(code).isEqualTo(70);
    Path log = directory.resolve(".local/state/headrace/headrace.log");
    assertThat(err.toString())
        .startsWith(
            "error[CLI_INTERNAL]: Cannot finish the command:"
                + " java.lang.IllegalStateException: two rows for one key.")
        .contains(log.toString())
        .doesNotContain("\tat ");
    assertThat(Files.readString(log)).contains("two rows for one key").contains("\tat ");
  }

  @Test
  void defect_withDebug_showsItsStackTrace() {
    runner(out).told(new IllegalStateException("why"), true);
    assertThat(err.toString()).contains("\tat dev.headrace.cli.CommandRunnerTest");
  }

  @Test
  void cancelled_endsLikeCtrlC() {
    assertThat(runner(out).told(new CancellationException(), false)).isEqualTo(130);
    assertThat(err.toString()).startsWith("Stopped.");
  }

  @Test
  void fullHeap_isALimit() {
    assertThat(runner(out).told(new OutOfMemoryError("Java heap space"), false)).isEqualTo(7);
    assertThat(err.toString()).contains("CLI_OUT_OF_MEMORY").contains("HEADRACE_OPTS");
  }

  @Test
  void failure_showsPlaceAndHint() {
    HeadraceException failure =
        new HeadraceException(
            CliError.CLI_USAGE,
            "Cannot read table 'orders': unknown key 'chekcs'.",
            "Did you mean 'checks'?",
            new Location("tables/orders.sql", 3, 1),
            null);
    assertThat(runner(out).told(failure, false)).isEqualTo(2);
    assertThat(err)
        .hasToString(
            """
            error[CLI_USAGE]: Cannot read table 'orders': unknown key 'chekcs'.
               at: tables/orders.sql:3:1
             hint: Did you mean 'checks'?
            """);
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  @Test
  void pathThatCannotBeWritten_isNoDefect() {
    assertThat(
            runner(out)
                .told(new UncheckedIOException(new NoSuchFileException("/nodir/x.csv")), false))
        .isEqualTo(8);
    assertThat(err.toString())
        .startsWith(
            "error[CLI_FILE]: Cannot use '/nodir/x.csv': it, or its directory, is not there.");

    assertThat(
            runner(out)
                .told(new FileSystemException("/ro/x", null, "Read-only file system"), false))
        .isEqualTo(8);
    assertThat(err.toString()).contains("Cannot use '/ro/x': Read-only file system.");
  }
}
