package dev.headrace.data.lake;

import static dev.headrace.data.lake.LakeBench.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.postgres.Postgres;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.testkit.postgres.CuttingProxy;
import dev.headrace.testkit.postgres.CuttingProxy.Moment;
import dev.headrace.testkit.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything a lake does, with its catalog in PostgreSQL; and what only such a catalog can do. */
class PostgresLakeTest extends LakeTest {
  private static final PostgresServer SERVER = PostgresServer.shared();
  private static final String DATABASE = SERVER.createDatabase();
  private static final VersionId EVENTS = new VersionId("events", "0123456789abcdef");
  private static final Schema ONE = new Schema(List.of(Field.unassigned("n", Type.Primitive.INT)));

  @Override
  public LakeConfig config(Path warehouse) {
    return config(warehouse, SERVER.port());
  }

  private static LakeConfig config(Path warehouse, int port) {
    return new LakeConfig(
        warehouse,
        Optional.of(Postgres.of(PostgresServer.spec(DATABASE, port), project(warehouse))),
        Durability.PROCESS);
  }

  private static String project(Path warehouse) {
    return "p" + Integer.toHexString(warehouse.toString().hashCode());
  }

  @Override
  public Map<String, String> catalogProperties() {
    Postgres postgres = config(directory()).catalog().orElseThrow();
    Properties driver = postgres.properties("test");
    Map<String, String> properties = new HashMap<>();
    driver
        .stringPropertyNames()
        .forEach(name -> properties.put("jdbc." + name, driver.getProperty(name)));
    properties.put("uri", postgres.jdbcUrl());
    properties.put("warehouse", directory().toString());
    return properties;
  }

  @Test
  void open_withAnotherDirectory_isRefusedAndSaysWhichOne() {
    Path first = directory().resolve("first");
    Lake.open(config(first)).close();
    LakeConfig moved =
        new LakeConfig(directory().resolve("second"), config(first).catalog(), Durability.PROCESS);
    assertThatThrownBy(() -> Lake.open(moved))
        .satisfies(code(LakeError.LAKE_ELSEWHERE))
        .hasMessageContaining("'" + first + "'")
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.hint()).contains("lake: {path: " + first + "}"));
  }

  /** The answer to each statement of a first and a second commit is lost, or never comes about. */
  @ParameterizedTest
  @CsvSource({
    "insert into iceberg_tables,BEFORE_IT_ARRIVES",
    "insert into iceberg_tables,AS_IT_ARRIVES",
    "insert into iceberg_tables,BEFORE_THE_ANSWER",
    "update iceberg_tables,BEFORE_IT_ARRIVES",
    "update iceberg_tables,AS_IT_ARRIVES",
    "update iceberg_tables,BEFORE_THE_ANSWER",
    "select metadata_location,BEFORE_THE_ANSWER",
  })
  void commit_cutOff_isMadeAndEverySnapshotStaysReadable(String word, Moment moment)
      throws Exception {
    Path warehouse = directory().resolve("cut");
    boolean second = !word.startsWith("insert");
    try (CuttingProxy line = CuttingProxy.to(SERVER.port());
        Lake lake = Lake.open(config(warehouse, line.port()));
        DuckFiles duck = new DuckFiles()) {
      Optional<Long> base = Optional.empty();
      if (second) {
        base = Optional.of(append(lake, duck, Optional.empty(), 1).snapshotId());
      }
      line.cutAt(word, moment);
      Snapshot made;
      try {
        made = append(lake, duck, base, 2);
      } catch (HeadraceException e) {
        // Nothing was sent yet: an ordinary failure, which the run tries again.
        assertThat(word).startsWith("select");
        assertThat(e.code()).isEqualTo(LakeError.LAKE_CATALOG_UNAVAILABLE);
        made = append(lake, duck, base, 2);
      }
      assertThat(line.isArmed()).isFalse();
      assertThat(values(lake, duck, made)).isEqualTo(second ? List.of(1, 2) : List.of(2));
      // Another process can read every snapshot that the catalog knows, whichever attempt made it.
      try (Lake other = Lake.open(config(warehouse))) {
        for (Snapshot snapshot : other.snapshots(EVENTS)) {
          assertThat(values(other, duck, snapshot)).isNotEmpty();
        }
      }
    }
  }

  @Test
  void commits_whileTheServerIsKilledAndStartedAgain_loseNothing() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      Postgres postgres = Postgres.of(server.spec(server.createDatabase()), "shop");
      LakeConfig config =
          new LakeConfig(directory().resolve("k"), Optional.of(postgres), Durability.PROCESS);
      try (Lake lake = Lake.open(config);
          DuckFiles duck = new DuckFiles()) {
        CompletableFuture<Snapshot> work =
            CompletableFuture.supplyAsync(
                () -> {
                  Optional<Long> base = Optional.empty();
                  Snapshot last = null;
                  for (int n = 1; n <= 60; n++) {
                    last = persistent(lake, duck, base, n);
                    base = Optional.of(last.snapshotId());
                  }
                  return last;
                },
                Thread.ofPlatform()::start);
        for (int round = 0; round < 2; round++) {
          TimeUnit.MILLISECONDS.sleep(300);
          server.kill();
          server.resume();
        }
        assertThat(values(lake, duck, work.join())).hasSize(60);
      }
    }
  }

  /** As a run does it: what fails outside is tried again. */
  private static Snapshot persistent(Lake lake, DuckFiles duck, Optional<Long> base, int n) {
    for (int attempt = 1; ; attempt++) {
      try {
        return append(lake, duck, base, n);
      } catch (HeadraceException e) {
        assertThat(e.code()).isEqualTo(LakeError.LAKE_CATALOG_UNAVAILABLE);
        assertThat(attempt).isLessThan(4);
      }
    }
  }

  private static Snapshot append(Lake lake, DuckFiles duck, Optional<Long> base, int n) {
    Schema ids = lake.assignIds(EVENTS, base, ONE, Evolution.WIDEN);
    List<WrittenFile> files =
        duck.write(lake.stagingDirectory(EVENTS), ids, "select " + n + " as n");
    return lake.commit(
        new Commit(EVENTS, base, ids, Layout.whole(), new Change.Append(files), Map.of()));
  }

  private static List<Object> values(Lake lake, DuckFiles duck, Snapshot snapshot) {
    return duck
        .query(lake.scan(snapshot.version(), snapshot.snapshotId()), "select n from t order by 1")
        .stream()
        .map(List::getFirst)
        .toList();
  }

  @Test
  void open_withoutAServer_saysSoAndLeavesNothing() {
    Path warehouse = directory().resolve("none");
    assertThatThrownBy(() -> Lake.open(config(warehouse, 1)))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("127.0.0.1:1");
    assertThat(Files.exists(warehouse.resolve("catalog.db"))).isFalse();
  }
}
