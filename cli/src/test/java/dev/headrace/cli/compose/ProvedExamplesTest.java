package dev.headrace.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import dev.headrace.cli.process.Ambient;
import dev.headrace.core.run.RunListener;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.proof.EngineProof;
import dev.headrace.data.proof.ProofReport;
import dev.headrace.data.proof.TableProof;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The five examples give the same tables on DuckDB and on Spark: rows, column types and checks. */
class ProvedExamplesTest {
  /** Hears nothing. */
  private static final EngineProof.Listener NOBODY =
      new EngineProof.Listener() {
        @Override
        public RunListener building(String engine) {
          return RunListener.NONE;
        }

        @Override
        public void comparing(String table) {}

        @Override
        public void compared(TableProof proof) {}
      };

  @TempDir Path directory;

  @Test
  void ads_isTheSame() throws IOException {
    Path project = copy("ads");
    new Shell(directory)
        .succeed(
            "simulate",
            "ads",
            project.resolve("data").toString(),
            "--people",
            "200",
            "--days",
            "2",
            "--seed",
            "7");

    assertProved(prove(project, directory), 23);
  }

  @Test
  void halo_isTheSame() throws IOException {
    assertProved(prove(copy("halo"), shared()), 6);
  }

  @Test
  void retail_isTheSame() throws IOException {
    Path data = directory.resolve("data");
    firstRows("online_retail/online_retail.parquet", data, 100_000);

    assertProved(prove(copy("retail"), data), 10);
  }

  @Test
  void weblogs_isTheSame() throws IOException {
    assertProved(prove(copy("weblogs"), shared()), 5);
  }

  @Test
  void wiki_isTheSame() throws IOException {
    assertProved(prove(copy("wiki"), shared()), 5);
  }

  private static void assertProved(ProofReport report, int tables) {
    assertThat(report.failedSources()).isEmpty();
    assertThat(report.tables())
        .allSatisfy(
            table -> {
              assertThat(table.holds()).as("%s", table).isTrue();
              TableProof.Compared compared = (TableProof.Compared) table.finding();
              assertThat(compared.rows().same())
                  .as("rows of %s", table.table())
                  .isEqualTo(compared.referenceRows());
            })
        .hasSize(tables);
    assertThat(
            report.tables().stream()
                .mapToLong(t -> ((TableProof.Compared) t.finding()).referenceRows())
                .sum())
        .isPositive();
  }

  private static ProofReport prove(Path project, Path data) {
    Ambient ambient =
        new Ambient(
            Map.of("HEADRACE_DATA", data.toString()),
            InstantSource.system(),
            ZoneOffset.UTC,
            project,
            project,
            project);
    try (Headrace headrace = Headrace.open(project, ambient, false);
        DuckDbEngine duckDb = TwoEngines.duckDb(project);
        Proving proving =
            Proving.open(headrace, duckDb, TwoEngines.spark(project), Clock.systemUTC())) {
      return proving
          .proof()
          .of(
              proving.candidate(),
              headrace.select(null),
              new EngineProof.Terms(1e-9, 5),
              NOBODY,
              Watch.none());
    }
  }

  private static Path shared() {
    String given = System.getenv("HEADRACE_DATA");
    Path data =
        given == null ? Golden.root().resolveSibling("shared").resolve("data") : Path.of(given);
    return data.toAbsolutePath();
  }

  private Path copy(String example) throws IOException {
    Path from = Golden.root().resolve("examples").resolve(example);
    Path to = directory.resolve(example);
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        Path relative = from.relativize(path);
        if (!relative.startsWith(".headrace") && !relative.startsWith("data")) {
          Path target = to.resolve(relative);
          Files.createDirectories(target.getParent());
          Files.copy(path, target);
        }
      }
    }
    return to;
  }

  /** The first rows of a shared Parquet file: Spark is slow enough on these. */
  private static void firstRows(String file, Path data, int rows) throws IOException {
    Path target = data.resolve(file);
    Files.createDirectories(target.getParent());
    try (DuckDbEngine engine = TwoEngines.duckDb(shared(), data)) {
      Query query =
          Query.of(
              "select * from read_parquet("
                  + SqlQuotes.literal(shared().resolve(file).toString())
                  + ") limit "
                  + rows,
              Map.of());
      List<Field> fields = new ArrayList<>();
      for (Field field : engine.trusted().describe(query).fields()) {
        fields.add(new Field(fields.size() + 1, field.name(), field.type()));
      }
      String written =
          engine
              .trusted()
              .write(
                  query,
                  new WriteTarget(target.getParent(), "part", new Schema(fields), Optional.empty()),
                  Watch.none())
              .getFirst()
              .path();
      Files.move(Path.of(written), target);
    }
  }
}
