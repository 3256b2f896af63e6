package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code prove} as it is typed, with a Spark of its own. */
class ProveCommandTest {
  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("sources/people.yaml", "files: people.csv");
    shell.write("people.csv", "id,first,last\n1,Ada,Lovelace\n2,Plato,\n");
    shell.write("tables/plain.sql", "select id, first from people");
    shell.write(
        "tables/named.sql",
        "/*---\nchecks: [{unique: [id]}]\n---*/\nselect id, concat(first, last) as name from people");
  }

  @Test
  void differences_areShownRowByRow() throws IOException {
    shell.write(
        "headrace.yaml",
        """
        name: people
        engine:
          spark:
            master: local[1]
            conf: {spark.driver.memory: 1g, spark.sql.shuffle.partitions: "1"}
        """);

    assertThat(shell.run("prove", "--engine", "spark", "--json")).as(shell.err()).isEqualTo(2);
    JsonNode proof = new JsonMapper().readTree(shell.out());

    assertThat(proof.path("holds").asBoolean()).isFalse();
    JsonNode named = proof.path("tables").path(0);
    assertThat(named.path("table").asText()).isEqualTo("named");
    assertThat(named.path("verdict").asText()).isEqualTo("differs");
    assertThat(named.path("rows").path("key").toString()).isEqualTo("[\"id\"]");
    assertThat(named.path("rows").path("changedByColumn").toString()).isEqualTo("{\"name\":1}");
    assertThat(named.path("rows").path("samples").toString())
        .isEqualTo(
            "[{\"before\":{\"id\":2,\"name\":\"Plato\"},\"after\":{\"id\":2,\"name\":null}}]");
    assertThat(proof.path("tables").path(1).path("verdict").asText()).isEqualTo("same");
    assertThat(directory.resolve(".headrace/prove/work")).doesNotExist();
    assertThat(directory.resolve(".headrace/lake")).doesNotExist();

    // The remedy that check names for it makes them the same.
    shell.write("tables/named.sql", "select id, concat_ws('', first, last) as name from people");
    assertThat(shell.succeed("prove", "--engine", "spark", "--select", "named"))
        .contains("same     named  2 rows")
        .endsWith("1 table is the same on duckdb and spark (numbers to 1.0E-9).\n");
  }

  @Test
  void sparkThatCannotBeHad_isRefusedBeforeAnythingIsLoaded() throws IOException {
    shell.write("headrace.yaml", "name: people\nengine: {spark: {master: local, home: nowhere}}\n");

    assertThat(shell.run("prove", "--engine", "spark")).isEqualTo(8);
    assertThat(shell.err()).contains("SPARK_").contains("nowhere").doesNotContain("people  ");
  }
}
