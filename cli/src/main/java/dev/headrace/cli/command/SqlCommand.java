package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.CsvRows;
import dev.headrace.cli.console.JsonRows;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.data.sql.ModelStatement;
import dev.headrace.data.sql.ModelStatements;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace sql}: asks the published tables. */
@Command(
    name = "sql",
    description = "ask the tables of the project",
    footer = {
      "",
      "One SELECT; it can read the project's tables and nothing else, and change nothing.",
      "'create model … as select …' is the exception: it declares a model and trains it.",
      "Models are asked in FROM: ml.predict(model M, (select …)), ml.evaluate(model M), and",
      "ml.weights, ml.feature_importance, ml.roc_curve, ml.confusion_matrix (docs/sql-ml.md).",
      "Examples:",
      "  headrace sql \"select * from orders\" --rows 5",
      "  headrace sql \"select * from orders\" --format parquet --output orders.parquet",
      "  headrace sql --at 2026-03-01 \"select count(*) from orders\"",
      "  headrace sql \"select * from ml.predict(model churn, table customers)\"",
      "  headrace sql \"create model churn options(model_type='logistic_reg',",
      "      input_label_cols=['churned']) as select plan, churned from customers\"",
      "  headrace sql - < question.sql"
    })
final class SqlCommand implements Action {
  private static final Location ORIGIN = new Location("sql", 1, 1);

  /** How a result is written. */
  enum Format {
    TABLE,
    CSV,
    JSON,
    PARQUET
  }

  @Parameters(paramLabel = "SQL", description = "the statement, or - for standard input")
  private String sql = "";

  @Option(names = "--format", paramLabel = "FORMAT", description = "table, csv, json or parquet")
  private @Nullable Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "write to a new file instead of standard output")
  private @Nullable Path output;

  @Option(
      names = "--at",
      paramLabel = "RUN|TIME|ENV",
      description = "every table as a run left it, as it was at a time, or as in an environment")
  private @Nullable String at;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "100",
      description = "rows to show as a table (default: 100)")
  private int rows;

  @Override
  public int run(Invocation call) throws IOException {
    String text =
        sql.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : sql;
    Optional<ModelStatement> create = ModelStatements.find(text, ORIGIN);
    if (create.isPresent()) {
      requireNoReading();
      return new CreateModel(call, create.get(), ORIGIN).run();
    }
    Format wanted = format != null ? format : call.console().json() ? Format.JSON : Format.TABLE;
    try (Headrace headrace = call.open()) {
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        Query query = headrace.userQuery(text, () -> PastState.orNow(at, headrace, call), watch);
        if (wanted == Format.PARQUET) {
          headrace.export(query, parquetFile(call), watch);
        } else {
          write(call, headrace, query, wanted, watch);
        }
      }
      return 0;
    }
  }

  /** What is said of the reading of rows. */
  private void requireNoReading() {
    if (at != null || output != null || (format != null && format != Format.JSON)) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot create a model with %s: it gives no rows."
              .formatted(at != null ? "--at" : output != null ? "--output" : "--format"),
          "Leave it out; --env trains in another environment.");
    }
  }

  private void write(Invocation call, Headrace headrace, Query query, Format wanted, Watch watch)
      throws IOException {
    try (Rows result = headrace.engine().execute(query, watch)) {
      if (output == null) {
        write(result, wanted, call.console(), call.console().out());
        return;
      }
      Path file = free(call.resolve(output));
      try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
        write(result, wanted, call.console(), out);
        if (out.checkError()) {
          throw new IOException("the file could not be written");
        }
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(file);
        throw e;
      }
    }
  }

  private void write(Rows result, Format wanted, Console console, PrintWriter out) {
    switch (wanted) {
      case TABLE -> new TextTable(console.outLook(), Math.max(1, rows)).write(result, out);
      case CSV -> CsvRows.write(result, out);
      case JSON -> JsonRows.write(result, out);
      case PARQUET -> throw new IllegalStateException("Parquet is written by the engine");
    }
  }

  private Path parquetFile(Invocation call) {
    if (output == null) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot write Parquet to standard output: it is a file format.",
          "Add --output FILE.");
    }
    return free(call.resolve(output));
  }

  private static Path free(Path file) {
    if (Files.exists(file)) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot write '%s': it exists already.".formatted(file),
          "Name another file, or remove it first.");
    }
    return file;
  }
}
