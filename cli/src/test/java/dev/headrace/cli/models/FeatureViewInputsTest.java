package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that learn from features as of the moment of each row. */
class FeatureViewInputsTest {
  @TempDir Path directory;

  @Test
  void train_joinsFeaturesAsOfEachRow_andReproducesFromTheSnapshots() throws IOException {
    Shell shell = VisitsProject.write(directory, 300);
    shell.succeed("run");
    assertThat(shell.succeed("plan")).contains("0 to build");

    JsonNode card = shell.json("models", "show", "bought", "--json");
    assertThat(card.path("features").toString())
        .isEqualTo(
            "[\"activity__clicks_7d\",\"activity__spend_ever\",\"pages__views_1d\",\"hour\"]");
    assertThat(card.at("/views/0/view").asText()).isEqualTo("activity");
    assertThat(card.at("/views/0/keys").toString()).isEqualTo("[\"user_id\"]");
    JsonNode input = card.at("/inputs/0");
    assertThat(input.path("sql").asText()).contains("hr_labels", "hr_v0_rows", "hr_v1_rows");
    assertThat(input.path("reads")).hasSize(3);
    assertThat(input.at("/reads/1/table").asText()).isEqualTo("events");
    assertThat(input.at("/reads/1/snapshot").isNumber()).isTrue();

    // The features are those of the rows' own moments: the same as a training set has.
    shell.succeed(
        "features",
        "join",
        "visits",
        "--time",
        "seen_at",
        "--features",
        "activity.*",
        "--to",
        "set");
    assertThat(shell.succeed("predict", "bought", "--from", "visits", "--to", "scored"))
        .contains("300 rows");
    assertThat(
            shell
                .json(
                    "sql",
                    "select count(*) as n, sum(case when s.activity__clicks_7d is not distinct from"
                        + " t.activity__clicks_7d and s.activity__spend_ever is not distinct from"
                        + " t.activity__spend_ever then 1 else 0 end) as same,"
                        + " count(t.activity__spend_ever) as known from scored s join set t using"
                        + " (visit_id)",
                    "--format",
                    "json")
                .get(0)
                .toString())
        .matches("\\{\"n\":300,\"same\":300,\"known\":2\\d\\d}");

    // Later events change the present, not what was learnt from.
    VisitsProject.laterEvents(shell);
    shell.succeed("run", "--select", "events,activity,pages");
    assertThat(shell.succeed("models", "reproduce", "bought:1")).contains("to the byte");
    shell.succeed("run");
    assertThat(shell.json("models", "--json").path("versions")).hasSize(2);
    assertThat(shell.succeed("models", "reproduce", "bought:1")).contains("to the byte");
    assertThat(shell.succeed("models", "diff", "bought:1", "bought:2"))
        .contains("visits with features (of visits@", "events@");
    shell.succeed("gc", "--keep", "0d");
    assertThat(shell.succeed("models", "reproduce", "bought")).contains("to the byte");
  }

  @Test
  void predict_afterAViewChanged_isRefused() throws IOException {
    Shell shell = VisitsProject.write(directory, 200);
    shell.succeed("run");
    VisitsProject.activity(shell, "14d");
    assertThat(shell.run("predict", "bought", "--from", "visits", "--to", "scored")).isEqualTo(5);
    assertThat(shell.err())
        .contains("the feature view 'activity' is not what it has learnt from", "headrace train");
    assertThat(shell.succeed("plan")).contains("bought");
    shell.succeed("run");
    shell.succeed("predict", "bought", "--from", "visits", "--to", "scored");
  }

  /** What the rows of a model are read from may be a view, whose rows are nowhere. */
  @Test
  void train_onAViewOfRows_readsItsTables() throws IOException {
    Shell shell = VisitsProject.write(directory, 200);
    shell.write(
        "tables/late_visits.sql",
        "/*---\nmaterialize: view\n---*/\nselect * from visits where hour > 3");
    VisitsProject.model(shell, "[activity.*, hour]", "seen_at");
    shell.write(
        "models/bought.yaml",
        Files.readString(directory.resolve("models/bought.yaml"))
            .replace("from: visits", "from: late_visits"));
    shell.succeed("run");
    assertThat(shell.succeed("models", "reproduce", "bought")).contains("to the byte");
    shell.succeed("predict", "bought", "--from", "late_visits", "--to", "scored");
  }

  @Test
  void mistakes_areToldWithTheirPlace() throws IOException {
    Shell shell = VisitsProject.write(directory, 50);
    VisitsProject.model(shell, "[activty.*, hour]", "seen_at");
    assertThat(shell.run("ls")).isEqualTo(2);
    assertThat(shell.err())
        .contains("models/bought.yaml:3", "unknown feature view 'activty'", "'activity'?");
    VisitsProject.model(shell, "[activity.clicks_9d, hour]", "seen_at");
    assertThat(shell.run("run")).isNotZero();
    assertThat(shell.out() + shell.err())
        .contains("Cannot find feature 'clicks_9d' in view 'activity'");
    VisitsProject.model(shell, "[hour]", "seen_at");
    assertThat(shell.run("ls")).isEqualTo(2);
    assertThat(shell.err()).contains("'time' is the moment as of which features");
    VisitsProject.model(shell, "[activity.*]", "hour");
    assertThat(shell.run("run")).isNotZero();
    assertThat(shell.out() + shell.err()).contains("time column 'hour'");
  }
}
