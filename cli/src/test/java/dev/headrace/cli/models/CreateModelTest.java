package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code create model} declares a model as its file would, and trains it. */
class CreateModelTest {
  private static final String STATEMENT =
      """
      create or replace model lateness
      options(model_type = 'logistic_reg', input_label_cols = ['late'], key = ['id'],
              l2_reg = 0.5, auto_class_weights = true, data_split_eval_fraction = 0.25) as
      select id, weight, carrier, late
      from parcels  -- those that were
        where weight > 0.5 -- weighed
      """;

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = ParcelsProject.of(directory, 400);
    shell.succeed("run");
  }

  @Test
  void createModel_hasTheProvenanceOfAnyOther() throws IOException {
    assertThat(shell.succeed("sql", STATEMENT))
        .contains(
            "lateness:1",
            "probability that late is yes",
            "  query  a view of\n    parcels  snapshot ");
    assertThat(Files.readString(directory.resolve("models/lateness.yaml")))
        .isEqualTo(
            """
            # Written by create model; create or replace model replaces it until this line is gone.
            label: late
            from: |-
              select id, weight, carrier, late
              from parcels  -- those that were
                where weight > 0.5 -- weighed
            learn: {logistic: {l2: 0.5, balance: balanced}}
            split: {test: "25%"}
            key: [id]
            """);

    // Whatever is asked of a model is answered as of one whose file a person has written.
    assertThat(shell.succeed("plan")).contains("0 to build");
    assertThat(shell.succeed("models", "reproduce", "lateness:1")).contains("the same to the byte");
    JsonNode rows =
        shell.json(
            "sql",
            "select count(*) as n, min(weight) > 0.5 as held"
                + " from lateness l join parcels p using (id)",
            "--format",
            "json");
    assertThat(rows.get(0).path("held").booleanValue()).isTrue();
    assertThat(
            shell
                .json(
                    "sql",
                    "select count(*) as n from ml.predict(model lateness, table parcels)",
                    "--format",
                    "json")
                .toString())
        .isEqualTo("[{\"n\":400}]");
    shell.succeed("predict", "lateness", "--from", "parcels", "--to", "scored");

    // Another query is another declaration; what differs is told, and the old one can be made
    // again.
    shell.succeed(
        "sql", STATEMENT.replace("weight > 0.5", "carrier = 'fast'").replace("carrier, ", ""));
    assertThat(shell.succeed("models", "diff", "lateness:1", "lateness:2"))
        .contains("from", "weight > 0.5", "carrier = 'fast'", "features", "rows", "model.json");
    assertThat(shell.succeed("models", "reproduce", "lateness:1")).contains("the same to the byte");

    // New rows make it stale like a table.
    ParcelsProject.data(shell, 2, 500);
    assertThat(shell.succeed("plan")).contains("lateness  model    input parcels is built");
    shell.succeed("run");
    assertThat(shell.json("models", "--json").path("versions")).hasSize(3);
    assertThat(shell.succeed("models", "reproduce", "lateness:2")).contains("the same to the byte");
  }

  @Test
  void createModel_replacesNoFileOfAPerson() throws IOException {
    shell.succeed("sql", STATEMENT);
    fails(5, "models/lateness.yaml declares it", STATEMENT.replace("or replace ", ""));
    assertThat(shell.run("sql", STATEMENT.replace("or replace model", "model if not exists")))
        .isZero();
    assertThat(shell.err()).contains("Model 'lateness' is there already.");

    String edited =
        Files.readString(directory.resolve("models/lateness.yaml"))
            .lines()
            .skip(1)
            .toList()
            .stream()
            .reduce("", (all, line) -> all + line + "\n");
    shell.write("models/lateness.yaml", edited);
    fails(5, "models/lateness.yaml was written by hand", STATEMENT);
    assertThat(Files.readString(directory.resolve("models/lateness.yaml"))).isEqualTo(edited);
    fails(
        5,
        "sources/parcels.yaml declares a source",
        STATEMENT.replace("model lateness", "model parcels"));
  }

  /** A statement that comes to nothing leaves the project as it was. */
  @Test
  void createModel_leavesNothingWhereNothingIsLearnt() throws IOException {
    fails(2, "it is 'no' in every row", STATEMENT.replace("weight > 0.5", "late = 'no'"));
    assertThat(directory.resolve("models/lateness.yaml")).doesNotExist();
    assertThat(shell.succeed("plan")).contains("0 to build");

    shell.succeed("sql", STATEMENT);
    String before = Files.readString(directory.resolve("models/lateness.yaml"));
    fails(2, "it is 'no' in every row", STATEMENT.replace("weight > 0.5", "late = 'no'"));
    assertThat(Files.readString(directory.resolve("models/lateness.yaml"))).isEqualTo(before);
    assertThat(Files.list(directory.resolve("models"))).hasSize(1);

    // A version that its gate refuses is one: its declaration stays.
    assertThat(shell.run("sql", STATEMENT.replace("key = ", "gate = 'auc > 1', key = ")))
        .isEqualTo(2);
    assertThat(shell.out()).contains("did not pass its gate");
    assertThat(Files.readString(directory.resolve("models/lateness.yaml"))).contains("gate: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          model_type = 'boosted_tree_classifier', max_iterations = 5, max_tree_depth = 2, subsample = 0.5 | {gbdt: {trees: 5, depth: 2, rows: "50%"}}
          model_type = 'random_forest_classifier', num_parallel_tree = 3                                   | {forest: {trees: 3}}
          model_type = 'GBDT', trees = 5, learning_rate = 0.3, early_stopping = 2                          | {gbdt: {trees: 5, learning-rate: 0.3, early-stopping: 2}}
          model_type = 'naive_bayes'                                                                       | naive-bayes
          model_type = 'logistic_reg', class_weights = [struct('yes', 5), STRUCT("no", 0.5)]               | {logistic: {balance: {weights: {"yes": 5, "no": 0.5}}}}
          """)
  void createModel_mapsOptions(String options, String learn) throws IOException {
    shell.succeed(
        "sql",
        "CREATE MODEL m OPTIONS("
            + options
            + ", input_label_cols=['late']) AS"
            + " select weight, carrier, late from parcels;");
    assertThat(Files.readString(directory.resolve("models/m.yaml"))).contains("learn: " + learn);
  }

  @Test
  void card_tellsWhereItWasTrained_andOneThatDoesNotIsRead() throws IOException {
    shell.succeed(
        "sql",
        "create model m options(model_type = 'logistic_reg', input_label_cols = ['late'])"
            + " as select weight, late from parcels");
    assertThat(shell.json("models", "show", "m", "--json").at("/machine/java").asText())
        .isEqualTo(Runtime.version().toString());
    assertThat(shell.succeed("models", "show", "m"))
        .contains(" on " + System.getProperty("os.name"), "Java " + Runtime.version());
    // As releases wrote it that did not tell.
    Path file = directory.resolve(".headrace/lake-models/m/1/card.json");
    ObjectNode card = (ObjectNode) new JsonMapper().readTree(file.toFile());
    assertThat(card.remove("machine")).isNotNull();
    Files.writeString(file, card.toString());
    assertThat(shell.succeed("models", "show", "m")).doesNotContain("Java ");
    assertThat(shell.succeed("models", "reproduce", "m")).contains("the same to the byte");
  }

  @Test
  void createModel_searchesRanges() throws IOException {
    shell.succeed(
        "sql",
        "create model m options(model_type = 'boosted_tree_classifier', max_iterations = 4,"
            + " learn_rate = hparam_range(0.1, 0.5), max_tree_depth = HPARAM_RANGE(1, 3),"
            + " subsample = hparam_range(0.5, 1), min_tree_child_weight = hparam_candidates([1, 2.5]),"
            + " num_trials = 3, input_label_cols = ['late'])"
            + " as select weight, carrier, late from parcels");
    assertThat(Files.readString(directory.resolve("models/m.yaml")))
        .contains(
            "tune: {search: {learning-rate: \"0.1 to 0.5 log\", depth: \"1 to 3\", rows: \"50 to"
                + " 100\", min-weight: \"1 or 2.5\"}, trials: 3}");
    assertThat(shell.json("models", "show", "m", "--json").at("/judgement/trials")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          linear_reg | l2_reg = 2               | {ridge: 2}
          linear_reg | l1_reg = 0.1             | {lasso: 0.1}
          linear_reg | l1_reg = 1, l2_reg = 3   | {elastic-net: {penalty: 4, l1-share: "25%"}}
          linear_reg | l2_reg = 0               | linear
          """)
  void createModel_mapsPenalties(String type, String options, String learn) throws IOException {
    shell.succeed(
        "sql",
        "create model m options(model_type='%s', %s, input_label_cols=['took']) as"
                .formatted(type, options)
            + " select weight, carrier, took from parcels");
    assertThat(Files.readString(directory.resolve("models/m.yaml"))).contains("learn: " + learn);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          model_type='logistic_reg', l2_rag=1          | option 'l2_rag': learner 'logistic' knows none | Did you mean 'l2_reg'?
          model_type='logistic', class_weights=[1]     | it names no class and weight                   | struct('yes', 5)
          model_type='naive_bayes', class_weights=[struct('yes', 5)] | learner 'naive-bayes' knows none |
          model_type='logistic', class_weights=[struct('yes', 5)], auto_class_weights=true | is given too | Give one of them.
          model_type='dnn_classifier'                  | 'dnn_classifier' is not learnt here            | Known are
          model_type='logistik_reg'                    | 'logistik_reg' is not learnt here              | Did you mean 'logistic_reg'?
          l2_reg=1                                     | option 'model_type' is missing                 | model_type = 'logistic_reg'
          model_type='logistic_reg', l2_reg=-1         | must have a 'l2' of at least 0, not -1         | docs/sql-ml.md
          model_type='logistic_reg', l2_reg='much'     | a number                                       |
          model_type='logistic_reg', l2_reg=1, l2_reg=2 | it is given twice                             | Give it once.
          model_type='logistic_reg', data_split_method='no_split' | 'no_split' is not known             | folds = 5
          model_type='logistic_reg', data_split_method='seq'      | needs a column                      | data_split_col
          model_type='logistic_reg', l2_reg=hparam_range(0, 1)    | settings are searched in trials     | num_trials
          model_type='logistic_reg', l2_reg=hparam_candidates([1]), num_trials=3 | no list of two numbers or more | hparam_candidates([4, 6, 8])
          model_type='logistic_reg', l2_reg=hparam_candidates(['a', 'b']), num_trials=3 | no list of two numbers | hparam_candidates
          model_type='logistic_reg', l2_reg=hparam_candidates(1, 2), num_trials=3 | no list of two numbers | hparam_candidates
          model_type='logistic_reg', l2_reg=hparam_candidates([1, 1]), num_trials=3 | must have each number once |
          model_type='logistic_reg', l2_reg=hparam_candidates([1, 2]) | settings are searched in trials | num_trials
          model_type='logistic_reg', l2_reg=hparam_candidates([-1, 2]), num_trials=3 | must be a range such as |
          model_type='logistic_reg', l2_reg=hparam_range(2, 1), num_trials=3 | must rise                |
          model_type='logistic_reg', seed=hparam_range(1, 2), num_trials=3 | no value of this option    |
          model_type='boosted_tree_regressor'          | a regressor predicts a number                  | Ask for a classifier.
          """)
  void createModel_refusesWhatItDoesNotKnow(String options, String message, String hint)
      throws IOException {
    fails(
        2,
        message,
        "create model m options(input_label_cols=['late'], "
            + options
            + ") as select weight, late from parcels");
    if (hint != null) {
      assertThat(shell.err()).contains(hint);
    }
    assertThat(directory.resolve("models")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          create model m as select weight, late from parcels                                                   | option 'model_type' is missing
          create model m options(model_type='logistic') as select weight from parcels                          | the query gives no label 'label'
          create model m options(model_type='logistic', input_label_cols=['lat']) as select late from parcels  | the query gives no label 'lat'
          create model m options(model_type='logistic', input_label_cols=['late']) as select lat from parcels  | lat
          create model m options(model_type='logistic', input_label_cols=['late']) as select late from parcel  | Cannot find the table 'parcel'
          create model m options(model_type='logistic', input_label_cols=['late']) as select late from read_csv('x.csv') | Cannot call 'read_csv'
          create model m options(model_type='logistic', input_label_cols=['late']) as select late, random() as r from parcels | the model could not be reproduced
          create model m options(model_type='logistic', input_label_cols=['late']) as delete from parcels      | DELETE is not a query
          create model m options(model_type='logistic' input_label_cols=['late']) as select late from parcels  | a comma or a closing parenthesis
          create model                                                                                        | no model is named
          create model a.m options() as select 1                                                               | a model has one name
          create model M-1 options() as select 1                                                               | 'as select …' should follow here
          create model Late options(model_type='logistic') as select 1                                         | no asset can have that name
          create model m options(model_type='logistic') as                                                     | the query is missing
          create model m options(model_type='logistic', input_label_cols=['late'], class_weights=[struct('yse', 5)]) as select weight, late from parcels | a class 'yse'
          create model m transform(x + 1, late) options(model_type='logistic', input_label_cols=['late']) as select late from parcels | 'x + 1' has no name
          create model m transform(*) options(model_type='logistic') as select 1                               | 'transform' names each column
          create model m transform() options(model_type='logistic') as select 1                                | 'transform' names nothing here
          create model m transform(x as 'y') options(model_type='logistic') as select 1                        | a name should follow 'as'
          create model m transform(x, y as x) options(model_type='logistic') as select 1                       | names 'x' twice
          create model m transform(ln(x as y) options(model_type='logistic') as select 1                       | is never closed
          create model m transform(sum(x) as y) options(model_type='logistic') as select 1                     | looks at several
          create model m options(model_type='logistic', except=['a']) transform(x) as select 1                 | names all that is learnt from
          create table m as select 1                                                                           | Cannot
          """)
  void createModel_refusesWhatCannotBeLearnt(String sql, String message) throws IOException {
    fails(2, 3, message, sql);
    assertThat(shell.succeed("plan")).contains("0 to build");
  }

  @Test
  void createModel_ofNumbersAsClasses() throws IOException {
    String sql =
        "create model m options(model_type='boosted_tree_classifier', trees=3, input_label_cols=['n']) as select weight, %s as n from parcels";
    fails(2, "label 'n' has 3 different numbers", sql.formatted("id % 3"));
    shell.succeed("sql", sql.formatted("cast(id % 3 as varchar)"));
    assertThat(shell.succeed("models", "show", "m")).contains("each of 3 classes of n");
    fails(
        2,
        "label 'n' has two different numbers",
        sql.replace("create", "create or replace")
            .replace("classifier", "regressor")
            .formatted("id % 2"));
  }

  /** As BigQuery ML calls them, and without a label. */
  @Test
  void createModel_findsClustersAndComponents() throws IOException {
    String from = " as select id, weight, carrier from parcels";
    shell.succeed(
        "sql",
        "create model beds options(model_type = 'kmeans', num_clusters = 3, key = ['id'])" + from);
    assertThat(Files.readString(directory.resolve("models/beds.yaml")))
        .contains("learn: {k-means: {k: 3}}")
        .doesNotContain("label:");
    assertThat(
            shell
                .json("sql", "select max(cluster) as most from beds", "--format", "json")
                .toString())
        .isEqualTo("[{\"most\":2}]");
    shell.succeed(
        "sql",
        "create model directions options(model_type = 'pca', num_principal_components = 2,"
            + " key = ['id'])"
            + from);
    assertThat(Files.readString(directory.resolve("models/directions.yaml")))
        .contains("learn: {pca: 2}");
    fails(
        2,
        "is for models that predict",
        "create model odd options(model_type = 'isolation_forest',"
            + " input_label_cols = ['carrier'])"
            + from);
  }

  private void fails(int exit, String message, String sql) {
    fails(exit, exit, message, sql);
  }

  private void fails(int exit, int or, String message, String sql) {
    assertThat(shell.run("sql", sql)).as("%s%n%s", sql, shell.err()).isIn(exit, or);
    assertThat(shell.out() + shell.err()).contains(message).doesNotContain("\tat ");
  }
}
