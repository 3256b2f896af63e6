package dev.headrace.data.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Project;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.core.run.Builders;
import dev.headrace.core.run.RunListener;
import dev.headrace.core.run.Runner;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.ingest.SourceBuilder;
import dev.headrace.data.ingest.SourceKind;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.proof.TableProof.Compared;
import dev.headrace.data.proof.TableProof.NotBuilt;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.tables.TableBuilder;
import dev.headrace.data.tables.TableKind;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a proof finds. The second engine is a DuckDB in another time zone: most of SQL means the
 * same to it, days of instants do not.
 */
class EngineProofTest {
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

  @BeforeEach
  void source() throws IOException {
    file("headrace.yaml", "name: proof\n");
    file("sources/hits.yaml", "files: hits.csv\ncolumns: {seen_at: timestamptz, id: long}\n");
    file(
        "hits.csv",
        "id,seen_at,v\n1,2026-01-01T12:00:00Z,0.5\n2,2026-01-01T23:00:00Z,1.5\n3,2026-01-02T23:30:00Z,2.5\n");
  }

  private void file(String name, String text) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** DuckDB under another name, eleven hours ahead. */
  private static final class Elsewhere implements SqlEngine {
    private final DuckDbEngine engine;

    Elsewhere(Path directory) {
      this.engine =
          DuckDbEngine.open(
              EngineConfig.defaults(directory.resolve("spill2"), List.of(directory))
                  .withMemoryLimitBytes(256L << 20)
                  .withTimeZone(ZoneId.of("Pacific/Noumea")));
    }

    @Override
    public String name() {
      return "elsewhere";
    }

    @Override
    public Schema describe(Query query) {
      return engine.describe(query);
    }

    @Override
    public Rows execute(Query query, Watch watch) {
      return engine.execute(query, watch);
    }

    @Override
    public List<WrittenFile> write(Query query, WriteTarget target, Watch watch) {
      return engine.write(query, target, watch);
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private Map<String, TableProof> prove(String... selected) {
    ProofReport report = report(selected);
    Map<String, TableProof> proofs = new HashMap<>();
    report.tables().forEach(table -> proofs.put(table.table(), table));
    return proofs;
  }

  private ProofReport report(String... selected) {
    try (SqlEngine elsewhere = new Elsewhere(directory)) {
      return report(elsewhere, selected);
    }
  }

  private ProofReport report(SqlEngine candidate, String... selected) {
    Path work = directory.resolve("work");
    try (SqlAnalyzer analyzer = SqlAnalyzer.standalone();
        Ledger ledger = Ledger.open(work.resolve("ledger.db"), Clock.systemUTC());
        Lake lake = Lake.open(LakeConfig.in(work.resolve("lake")));
        DuckDbEngine engine =
            DuckDbEngine.open(
                EngineConfig.defaults(directory.resolve("spill"), List.of(directory))
                    .withMemoryLimitBytes(256L << 20))) {
      Project project =
          new ProjectLoader(
                  List.of(new SourceKind(analyzer::analyze), new TableKind(analyzer::analyze)),
                  List.of())
              .load(directory, new Environment(Map.of()));
      Set<String> names =
          selected.length > 0
              ? Set.of(selected)
              : new TreeSet<>(Graph.of(project).assets().stream().map(Asset::name).toList());
      return new EngineProof(
              project,
              new EngineProof.Workplace(
                  ledger,
                  lake,
                  each ->
                      new Builders(
                          Map.of(
                              "source",
                              new SourceBuilder(
                                  lake,
                                  engine,
                                  (files, load) -> load.apply(engine.trusted()),
                                  directory,
                                  work.resolve("staging")),
                              "table",
                              new TableBuilder(
                                  lake,
                                  each,
                                  engine.analyzer(),
                                  ZoneOffset.UTC,
                                  (_, _) -> {
                                    throw new IllegalStateException("no models here");
                                  }))),
                  new Runner.Limits(2, 1, Duration.ZERO),
                  Clock.systemUTC()),
              engine)
          .of(candidate, names, new EngineProof.Terms(1e-9, 3), NOBODY, Watch.none());
    }
  }

  @Test
  void sameRows_hold() throws IOException {
    file("tables/doubled.sql", "select id, v * 2 as v from hits");
    file("tables/shown.sql", "/*---\nmaterialize: view\n---*/\nselect id from doubled");

    Map<String, TableProof> proofs = prove();

    assertThat(proofs).containsOnlyKeys("doubled", "shown");
    assertThat(proofs.values()).allMatch(TableProof::holds);
    assertThat(((Compared) proofs.get("shown").finding()).rows().same()).isEqualTo(3);
  }

  @Test
  void otherRows_areNamedWithTheirColumnsAndTheTablesThatReadThem() throws IOException {
    file(
        "tables/by_id.sql",
        "/*---\nchecks: [{unique: [id]}]\n---*/\nselect id, cast(seen_at as date) as day from hits");
    file("tables/days.sql", "select day, count(*) as n from by_id group by day");
    file("tables/ids.sql", "select id from by_id");

    Map<String, TableProof> proofs = prove();

    Compared byId = (Compared) proofs.get("by_id").finding();
    assertThat(byId.rows().key()).containsExactly("id");
    assertThat(byId.rows().changedByColumn()).containsExactly(Map.entry("day", 2L));
    assertThat(byId.rows().same()).isEqualTo(1);
    assertThat(byId.rows().samples()).hasSize(2);
    assertThat(proofs.get("days").holds()).isFalse();
    assertThat(proofs.get("days").differingInputs()).containsExactly("by_id");
    assertThat(proofs.get("ids").holds()).isTrue();
  }

  @Test
  void viewsAreComparedByWhatEachEngineMakesOfThem() throws IOException {
    file(
        "tables/seen.sql",
        "/*---\nmaterialize: view\n---*/\nselect cast(seen_at as date) as d from hits");

    assertThat(prove().get("seen").holds()).isFalse();
  }

  @Test
  void checksThatComeOutInAnotherWay_areFound() throws IOException {
    file(
        "tables/watched.sql",
        """
        /*---
        checks:
          - sql: "select * from {this} where cast(seen_at as date) > date '2026-01-02'"
            name: no later day
            severity: warn
        ---*/
        select id, seen_at from hits""");

    Compared watched = (Compared) prove().get("watched").finding();

    assertThat(watched.rows().isEmpty()).isTrue();
    assertThat(watched.checks())
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.reference()).map(CheckRecord::failingRows).contains(0L);
              assertThat(check.candidate()).map(CheckRecord::failingRows).contains(1L);
            });
  }

  @Test
  void tableThatOneEngineCannotBuild_isMissingThereAndWhatReadsItToo() throws IOException {
    file(
        "tables/narrow.sql",
        """
        /*---
        checks:
          - sql: "select * from {this} where cast(seen_at as date) > date '2026-01-02'"
        ---*/
        select id, seen_at from hits""");
    file("tables/after.sql", "select id from narrow");

    Map<String, TableProof> proofs = prove();

    NotBuilt narrow = (NotBuilt) proofs.get("narrow").finding();
    assertThat(narrow.reference()).isEmpty();
    assertThat(narrow.candidate().orElseThrow().failure().orElseThrow().code())
        .isEqualTo("RELEASE_CHECKS_FAILED");
    NotBuilt after = (NotBuilt) proofs.get("after").finding();
    assertThat(after.candidate().orElseThrow().text()).contains("input narrow failed");
  }

  @Test
  void incrementalTables_areBuiltByDayOnBoth() throws IOException {
    file(
        "sources/hits.yaml",
        "files: hits.csv\ntime: seen_at\ncolumns: {seen_at: timestamptz, id: long}\n");
    file(
        "tables/daily.sql",
        """
        /*---
        materialize: incremental
        time: seen_at
        ---*/
        select id, seen_at, extract(hour from seen_at) as hour from hits where seen_at >= $from and seen_at < $to""");

    Compared daily = (Compared) prove().get("daily").finding();

    assertThat(daily.referenceRows()).isEqualTo(3);
    assertThat(daily.rows().changedByColumn().keySet().size() + daily.rows().onlyBefore())
        .isPositive();
  }

  @Test
  void selection_takesItsInputsAlong() throws IOException {
    file("tables/a.sql", "select id from hits");
    file("tables/b.sql", "select id from a");
    file("tables/c.sql", "select id from hits");

    assertThat(prove("b")).containsOnlyKeys("a", "b");
  }

  @Test
  void sourceThatCannotBeLoaded_isSaidOnce() throws IOException {
    file("tables/a.sql", "select id from hits");
    Files.delete(directory.resolve("hits.csv"));

    ProofReport report = report();

    assertThat(report.holds()).isFalse();
    assertThat(report.failedSources()).extracting(f -> f.source()).containsExactly("hits");
    assertThat(report.tables()).allMatch(table -> table.finding() instanceof NotBuilt);
  }

  @Test
  void engineThatIsNotThere_isRefusedBeforeAnythingIsBuilt() throws IOException {
    file("tables/a.sql", "select id from hits");
    SqlEngine closed = new Elsewhere(directory);
    closed.close();

    assertThatThrownBy(() -> report(closed)).isInstanceOf(RuntimeException.class);
    try (Ledger ledger = Ledger.open(directory.resolve("work/ledger.db"), Clock.systemUTC())) {
      assertThat(ledger.runs(10)).isEmpty();
    }
  }

  @Test
  void nothingButTheWorkplaceIsTouched() throws IOException {
    file("tables/a.sql", "select id from hits");

    report();

    assertThat(directory.resolve(".headrace")).doesNotExist();
  }

  @Test
  void brokenProject_isRefused() throws IOException {
    file("tables/a.sql", "select id from nowhere");

    assertThatThrownBy(this::report).isInstanceOf(HeadraceException.class);
  }
}
