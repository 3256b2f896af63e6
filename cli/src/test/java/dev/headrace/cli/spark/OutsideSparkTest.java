package dev.headrace.cli.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.server.http.HttpServer;
import dev.headrace.spark.SparkJars;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Spark as any outside program: with its own catalog, configured as docs/rest-catalog.md says. */
@Timeout(180)
class OutsideSparkTest {
  private static final String KEY = "a-key-for-outsiders";

  @TempDir Path directory;

  @Test
  void sparksOwnCatalog_readsAndWritesProd() throws Exception {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\nserve: {keys: [\"${file:key.txt}\"]}\n");
    shell.write("key.txt", KEY);
    shell.write("data/raw.csv", "id,country,total\n1,NP,10.5\n2,TR,20.0\n3,NP,7.25\n");
    shell.write("sources/raw.yaml", "files: data/raw.csv\n");
    shell.write("tables/orders.sql", "select id, country, total from raw");
    shell.write(
        "tables/big_orders.sql",
        "/*---\nmaterialize: view\n---*/\nselect id, total from orders where total > 8");
    shell.succeed("run");
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    try (Headrace headrace = Headrace.open(directory, ambient, false);
        HttpServer server = headrace.serve(null, 0)) {
      String output = spark(server.uri().toString());

      assertThat(output.lines().filter(line -> line.startsWith("row ")))
          .containsExactly(
              "row [NP,2,17.75]",
              "row [TR,1,20.0]",
              "row [1,10.5]",
              "row [2,20.0]",
              "row [raw columns: id,country,total,_file,_line,_loaded_at]",
              "row [1,2]",
              "row [4]");
      // What it wrote is published, and journalled as an outsider's.
      assertThat(shell.json("sql", "select count(*) as n from orders", "--json").toString())
          .isEqualTo("[{\"n\":4}]");
      assertThat(shell.succeed("history")).contains("outside");
    }
  }

  /** Runs {@code OutsideSpark.java} from its source on Spark's libraries alone. */
  private String spark(String url) throws Exception {
    List<Path> jars = new SparkJars(directory.resolve("cache"), _ -> {}).all();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Stream.of("java.lang", "java.lang.invoke", "java.nio", "java.util", "sun.nio.ch")
        .forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    command.add("--add-opens=java.base/sun.util.calendar=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-Xmx700m", "-cp"));
    command.add(jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    Path source = directory.resolve("OutsideSpark.java");
    try (var text = OutsideSparkTest.class.getResourceAsStream("OutsideSpark.java")) {
      Files.copy(text, source);
    }
    command.addAll(List.of(source.toString(), url, KEY));
    Path errors = directory.resolve("spark.log");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try {
      String output = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
