package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When which version was champion or had a name, by what, and why. */
class ModelHistoryTest {
  private static final String MODEL =
      """
      label: late
      from: parcels
      key: [id]
      features: [weight]
      learn: {logistic: {l2: 1}}
      split: {test: 25%}
      """;

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write(
        "sources/parcels.yaml", "files: data/*.csv\nload: replace\ncolumns: {weight: double}\n");
    shell.write("models/lateness.yaml", MODEL + "gate: auc > 0.6\n");
    data(200);
  }

  /** Heavier parcels are later, every tenth is not. */
  private void data(int rows) throws IOException {
    StringBuilder csv = new StringBuilder("id,weight,late\n");
    for (int i = 0; i < rows; i++) {
      int weight = i * 37 % 100;
      csv.append("%d,%d,%s\n".formatted(i, weight, weight > 50 == i % 10 > 0 ? "yes" : "no"));
    }
    shell.write("data/parcels.csv", csv.toString());
  }

  private JsonNode history(String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of("models", "history", "lateness", "--json"));
    command.addAll(List.of(more));
    return shell.json(command.toArray(String[]::new));
  }

  /** Name, event, from, to, run and environment of each move. */
  private static List<String> moves(JsonNode document) {
    List<String> moves = new ArrayList<>();
    for (JsonNode move : document.path("history")) {
      moves.add(
          "%s %s %s>%s %s %s"
              .formatted(
                  move.path("name").asText(),
                  move.path("event").asText(),
                  move.path("from"),
                  move.path("to"),
                  move.path("run"),
                  move.path("environment").asText()));
    }
    return moves;
  }

  @Test
  void championAndNames_areToldMoveByMove_inEachEnvironment() throws IOException {
    shell.succeed("run");
    shell.succeed("models", "alias", "lateness:1", "candidate", "--reason", "the first there is");
    shell.succeed("models", "alias", "lateness:1", "candidate", "--reason", "said again");

    // Another version in an environment of its own: prod's champion stays.
    shell.write("models/lateness.yaml", MODEL.replace("l2: 1", "l2: 5"));
    shell.succeed("run", "--env", "dev");
    shell.succeed("models", "alias", "lateness:2", "candidate");
    assertThat(moves(history()))
        .containsExactly(
            "champion trained null>1 1 prod",
            "candidate named null>1 null null",
            "candidate named 1>2 null null");
    assertThat(moves(history("--env", "dev")))
        .containsExactly(
            "champion trained null>1 1 prod",
            "candidate named null>1 null null",
            "champion trained 1>2 2 dev",
            "candidate named 1>2 null null");

    shell.succeed("promote", "dev");
    shell.succeed("rollback");
    JsonNode prod = history();
    assertThat(moves(prod))
        .endsWith("champion promoted 1>2 3 prod", "champion rolled-back 2>1 4 prod");
    assertThat(prod.path("names").toString())
        .contains("{\"name\":\"candidate\",\"version\":2,\"since\":\"2")
        .contains("{\"name\":\"champion\",\"version\":1,\"since\":\"2");
    assertThat(prod.path("history").findValuesAsText("reason"))
        .satisfies(
            reasons -> {
              assertThat(reasons.get(0)).startsWith("new; gate passed: auc").contains("0.6");
              assertThat(reasons.get(1)).isEqualTo("the first there is");
              assertThat(reasons.get(2)).isEmpty();
              assertThat(reasons.get(3)).startsWith("from dev, ");
              assertThat(reasons.get(4)).isEqualTo("to the end of run 1");
            });

    // Who was champion at a moment: by a run, and by the very instant of a move.
    assertThat(history("--at", "3").path("names").findValuesAsText("version"))
        .containsExactly("2", "2");
    String promoted = prod.path("history").get(3).path("at").asText();
    assertThat(history("--at", promoted).path("names").findValuesAsText("version"))
        .containsExactly("2", "2");
    assertThat(history("--at", "1").path("names").findValuesAsText("version")).containsExactly("1");
    assertThat(history("--at", "2020-01-01").path("names")).isEmpty();
    assertThat(shell.run("models", "history", "lateness", "--at", "dev")).isEqualTo(2);
    assertThat(shell.err()).contains("neither a run nor a time").contains("--env dev");

    assertThat(shell.succeed("models", "history", "lateness"))
        .startsWith("lateness in prod: candidate 2, champion 1\n")
        .contains("trained, run 1 in prod", "models alias", "rolled back, run 4 in prod");
    assertThat(shell.succeed("models", "show", "lateness:2"))
        .contains("History\n")
        .contains("champion after 1, promoted, run 3 in prod: from dev, ")
        .contains("no longer champion, since then 1, rolled back, run 4 in prod")
        .contains("candidate after 1, models alias\n");

    // A declaration that is gone leaves nothing shown, and the past.
    Files.delete(directory.resolve("models/lateness.yaml"));
    shell.succeed("run");
    assertThat(moves(history())).last().isEqualTo("champion withdrawn 1>null 5 prod");
    assertThat(shell.run("models", "history", "latenes")).isEqualTo(4);
    assertThat(shell.run("models", "history", "lateness", "--env", "nowhere")).isEqualTo(4);
  }

  /** A project of a release that kept names in a file: they go on, and nobody says since when. */
  @Test
  void namesOfBefore_areKept_sinceBeforeThisWas() throws IOException {
    shell.succeed("run");
    data(300);
    shell.succeed("run");
    Path file = directory.resolve(".headrace/lake-models/lateness/aliases.json");
    Files.writeString(file, "{\n  \"audited\" : 1,\n  \"candidate\" : 1\n}");

    assertThat(shell.json("models", "show", "lateness@audited", "--json").path("version").asInt())
        .isEqualTo(1);
    assertThat(file).doesNotExist();
    shell.succeed("models", "alias", "lateness:2", "candidate");

    JsonNode told = history();
    assertThat(moves(told))
        .containsExactly(
            "champion trained null>1 1 prod",
            "champion trained 1>2 2 prod",
            "audited found null>1 null null",
            "candidate found null>1 null null",
            "candidate named 1>2 null null");
    assertThat(told.path("names").get(0).toString())
        .isEqualTo("{\"name\":\"audited\",\"version\":1,\"since\":null}");
    assertThat(shell.succeed("models", "history", "lateness"))
        .contains("before 2", "since before this was kept");

    // Refused trainings move nothing.
    shell.write("models/lateness.yaml", MODEL + "gate: auc > 1\n");
    assertThat(shell.run("run")).isEqualTo(2);
    assertThat(moves(history())).hasSize(5);
    assertThat(shell.succeed("models", "show", "lateness@latest"))
        .contains("it never had a name in prod");

    Files.writeString(file, "{");
    assertThat(shell.run("models", "history", "lateness")).isEqualTo(2);
    assertThat(shell.err()).contains("Cannot read the aliases of model 'lateness'.");
  }
}
