package dev.headrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.testkit.spark.SparkHome;
import dev.headrace.testkit.spark.StandaloneCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Drivers that an installed Spark starts, and work that a cluster does. */
@Timeout(300)
class SubmitTest {
  private static final Schema EVENTS =
      new Schema(
          List.of(
              new Field(1, "id", Primitive.LONG),
              new Field(2, "day", Primitive.DATE),
              new Field(3, "word", Primitive.STRING)));

  @TempDir Path directory;

  @Test
  void home_submitsTheDriver_withoutTellingSettingsOnTheCommandLine() throws Exception {
    Path home = SparkHome.make(directory.resolve("home"), SharedDriver.jars().all());
    SparkLaunch launch =
        launch("local[2]", Map.of("spark.hadoop.fs.s3a.secret.key", "s3cret"), Optional.of(home));
    try (SparkDriver driver = SparkDriver.of(launch)) {
      writesAndReads(SparkEngine.open(driver, SparkAccess.to(List.of(directory))));

      assertThat(Objects.requireNonNull(driver.process()).info().commandLine())
          .hasValueSatisfying(
              line -> assertThat(line).contains("SparkSubmit").doesNotContain("s3cret"));
      assertThat(launch.log().getParent()).isDirectoryNotContaining("glob:**.conf");
    }
  }

  @Test
  void cluster_doesTheWork_submittedOrNot() throws Exception {
    List<Path> jars = SharedDriver.jars().all();
    // The cluster's own Spark has nothing of Iceberg, as an installed one has not.
    List<Path> plain = jars.stream().filter(jar -> !jar.toString().contains("iceberg")).toList();
    Path home = SparkHome.make(directory.resolve("home"), plain);
    try (StandaloneCluster cluster = StandaloneCluster.start(home, directory.resolve("cluster"))) {
      try (SparkDriver driver =
          SparkDriver.of(launch(cluster.url(), Map.of(), Optional.of(home)))) {
        writesAndReads(SparkEngine.open(driver, SparkAccess.to(List.of(directory))));
      }
      assertThat(cluster.executorsStarted()).isEqualTo(1);

      try (SparkDriver driver = SparkDriver.of(launch(cluster.url(), Map.of(), Optional.empty()))) {
        SqlEngine engine = SparkEngine.open(driver, SparkAccess.to(List.of(directory)));
        writesAndReads(engine);
        assertThat(cluster.executorsStarted()).isEqualTo(2);

        assertThat(cluster.killExecutors()).isEqualTo(1);
        writesAndReads(engine);
        assertThat(cluster.executorsStarted()).isEqualTo(3);
      }
    }
  }

  /** Two days and 10,000 rows: split by day, shuffled, aggregated. */
  private void writesAndReads(SqlEngine engine) throws Exception {
    Path to = Files.createTempDirectory(directory, "lake");
    String sql =
        "select id, date_add(date '2026-01-01', cast(id % 2 as int)) as day,"
            + " concat('w', id % 7) as word from range(10000)";
    List<WrittenFile> files =
        engine.write(
            Query.of(sql, Map.of()),
            new WriteTarget(to, "run1", EVENTS, Optional.of("day")),
            Watch.none());

    assertThat(files).extracting(WrittenFile::rows).containsOnly(5000L).hasSize(2);
    assertThat(to).isDirectoryContaining("glob:**/run1-*.parquet");
    Relation events =
        new Relation.Files(EVENTS, files.stream().map(WrittenFile::path).toList(), 10_000);
    String question =
        "select word, count(*) as n, sum(id) as s from events where day = date '2026-01-02'"
            + " group by word order by word";
    try (Rows rows = engine.execute(Query.of(question, Map.of("events", events)), Watch.none())) {
      assertThat(rows.next()).containsExactly("w0", 714L, 3_568_572L);
    }
  }

  @Test
  void homeWithoutSpark_isToldBeforeAnythingStarts() {
    Path nowhere = directory.resolve("opt/spark");

    HeadraceException e = failure(launch("local[2]", Map.of(), Optional.of(nowhere)));

    assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_MISSING);
    assertThat(e).hasMessageContaining(nowhere.toString()).hasMessageContaining("bin/spark-submit");
    assertThat(e.hint()).contains("home:");
  }

  @Test
  void javaThatIsNotThere_isToldBeforeAnythingStarts() {
    Path nowhere = directory.resolve("jdk-17");
    SparkLaunch plain = launch("local[2]", Map.of(), Optional.empty());

    HeadraceException e =
        failure(
            new SparkLaunch(
                plain.master(),
                plain.conf(),
                plain.home(),
                Optional.of(nowhere),
                plain.catalog(),
                plain.jars(),
                plain.log()));

    assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_JAVA);
    assertThat(e).hasMessageContaining(nowhere.resolve("bin/java").toString());
    assertThat(e.hint()).contains("java:");
  }

  /** Spark for a Java that is yet to come is to this Java what Spark 4.1 is to Java 11. */
  @Test
  void javaTooOldForTheInstalledSpark_isTold() throws Exception {
    Path jar = directory.resolve("spark-launcher.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("org/apache/spark/launcher/Main.class"));
      byte[] main;
      try (var in = SubmitTest.class.getResourceAsStream("SubmitTest.class")) {
        main = Objects.requireNonNull(in).readAllBytes();
      }
      main[6] = 0;
      main[7] = (byte) 199; // The class file's major version; Java 17 has 61.
      out.write(main);
    }
    Path home = SparkHome.make(directory.resolve("home"), List.of(jar));

    HeadraceException e = failure(launch("local[2]", Map.of(), Optional.of(home)));

    assertThat(e.code()).as(e.getMessage()).isEqualTo(SparkErrorCode.SPARK_JAVA);
    assertThat(e).hasMessageContaining("too old").hasMessageContaining("199.0");
    assertThat(e.hint()).contains("java:").contains("submit.log");
  }

  private HeadraceException failure(SparkLaunch launch) {
    try (SparkDriver driver = SparkDriver.of(launch)) {
      SqlEngine engine = SparkEngine.open(driver, SparkAccess.to(List.of(directory)));
      return catchThrowableOfType(
          HeadraceException.class, () -> engine.describe(Query.of("select 1", Map.of())));
    }
  }

  private SparkLaunch launch(String master, Map<String, String> conf, Optional<Path> home) {
    Map<String, String> all = new HashMap<>(conf);
    all.putAll(
        Map.of(
            "spark.driver.memory", "600m",
            "spark.executor.memory", "600m",
            "spark.sql.shuffle.partitions", "2"));
    return new SparkLaunch(
        master,
        all,
        home,
        home.map(_ -> Path.of(System.getProperty("java.home"))),
        Optional.empty(),
        SharedDriver.jars(),
        directory.resolve("logs").resolve("submit.log"));
  }
}
