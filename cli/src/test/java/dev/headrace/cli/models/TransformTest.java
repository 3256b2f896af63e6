package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Features that are computed of each row: the same in training, in tables, in SQL and served. */
class TransformTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int ROWS = 300;

  private static final String MODEL =
      """
      label: late
      from: orders
      key: [id]
      features: [carrier]
      transform:
        spend_log: ln(1 + spend)
        hour: extract(hour from placed)
        weekend: dayofweek(placed) in (0, 6) and not gift
        route: carrier || '-' || lower(coalesce(zone, 'none'))
        per_item: round(spend / nullif(items, 0), 2)
        hour_in_nepal: hour(seen at time zone 'Asia/Kathmandu')
      learn: {%s}
      split: {test: 25%%}
      """;

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: orders\n");
    shell.write(
        "sources/orders.yaml",
        """
        files: orders/*.csv
        load: replace
        columns: {spend: double, items: long, gift: boolean, placed: timestamp, seen: timestamptz, carrier: string, zone: string}
        """);
    Random random = new Random(7);
    StringBuilder csv = new StringBuilder("id,spend,items,gift,placed,seen,carrier,zone,late\n");
    for (int i = 0; i < ROWS; i++) {
      double spend = Math.round(random.nextDouble() * 1e5) / 100.0;
      int hour = random.nextInt(24);
      String day = "2026-%02d-%02d".formatted(1 + random.nextInt(12), 1 + random.nextInt(28));
      boolean late = spend / 400 + (hour > 16 ? 1.5 : 0) + random.nextGaussian() > 2;
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%s,%s,%s,%s,%s,%s,%s,%s%n",
              i,
              gap(random, Double.toString(spend)),
              gap(random, Integer.toString(random.nextInt(4))),
              gap(random, random.nextBoolean() ? "true" : "false"),
              gap(random, day + "T%02d:%02d:07.25".formatted(hour, random.nextInt(60))),
              gap(random, day + "T%02d:30:00Z".formatted(hour)),
              gap(random, random.nextBoolean() ? "fast" : "slow"),
              gap(random, List.of("North", "ÅSGÅRD", "İz").get(random.nextInt(3))),
              late ? "yes" : "no"));
    }
    shell.write("orders/orders.csv", csv.toString());
  }

  private static String gap(Random random, String value) {
    return random.nextInt(12) == 0 ? "" : value;
  }

  private static void write(Shell shell, String learner) throws IOException {
    shell.write("models/lateness.yaml", MODEL.formatted(learner));
    shell.write("deployments/lateness_of_orders.yaml", "model: lateness\n");
  }

  private JsonNode rows(String sql) throws IOException {
    return shell.json("sql", sql, "--format", "json");
  }

  /** The bits of a prediction, in the order of the rows. */
  private static List<Long> bits(JsonNode rows, String column) {
    List<Long> bits = new ArrayList<>();
    rows.forEach(row -> bits.add(Double.doubleToLongBits(row.path(column).doubleValue())));
    return bits;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logistic: {l2: 1}",
        "gbdt: {trees: 20, depth: 3}",
        "naive-bayes: 1",
        "tree: {depth: 4}"
      })
  void predictions_areTheSameToTheBit_inTablesInSqlAndServed(String learner) throws IOException {
    write(shell, learner);
    shell.succeed("run");
    assertThat(shell.succeed("models", "reproduce", "lateness:1")).contains("to the byte");
    shell.succeed("predict", "lateness", "--from", "orders", "--to", "scored");
    List<Long> batch = bits(rows("select prediction from scored order by id"), "prediction");
    assertThat(batch).hasSize(ROWS);
    assertThat(new HashSet<>(batch))
        .as("what is the same for all rows would prove nothing")
        .hasSizeGreaterThan(5);
    assertThat(
            bits(
                rows(
                    "select predicted_late_probs[1].prob as p from"
                        + " ml.predict(model lateness, table orders) order by id"),
                "p"))
        .isEqualTo(batch);
    // The rows that tested it were predicted by the model as it was then.
    assertThat(
            rows("select count(*) as n, max(abs(l.prediction - s.prediction)) as most from lateness"
                    + " l join scored s using (id)")
                .get(0)
                .toString())
        .isEqualTo("{\"n\":75,\"most\":0.0}");

    JsonNode orders =
        rows(
            "select spend, items, gift, epoch(placed) as placed, epoch(seen) as seen, carrier, zone"
                + " from orders order by id");
    try (ServedModelsProject served = new ServedModelsProject(directory)) {
      assertThat(served.get("/v2/models/lateness").json().path("inputs").findValuesAsText("name"))
          .containsExactly("carrier", "spend", "placed", "gift", "zone", "items", "seen");
      assertThat(infer(served, orders)).isEqualTo(batch);
      assertThat(byKey(served, orders)).isEqualTo(batch);
    }
  }

  /** A tensor per column over the Open Inference Protocol. */
  private static List<Long> infer(ServedModelsProject served, JsonNode orders) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode inputs = body.putArray("inputs");
    orders
        .get(0)
        .fieldNames()
        .forEachRemaining(
            name -> {
              ObjectNode tensor = inputs.addObject();
              tensor.put("name", name);
              boolean text = name.equals("carrier") || name.equals("zone");
              tensor.put("datatype", text ? "BYTES" : name.equals("gift") ? "BOOL" : "FP64");
              tensor.putArray("shape").add(orders.size());
              ArrayNode data = tensor.putArray("data");
              orders.forEach(row -> data.add(row.get(name)));
            });
    ServedModelsProject.Answer answer = served.post("/v2/models/lateness/infer", body.toString());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<Long> bits = new ArrayList<>();
    for (JsonNode output : answer.json().path("outputs")) {
      if (output.path("name").asText().equals("prediction")) {
        output.path("data").forEach(one -> bits.add(Double.doubleToLongBits(one.doubleValue())));
      }
    }
    return bits;
  }

  private static List<Long> byKey(ServedModelsProject served, JsonNode orders) {
    ObjectNode body = JSON.createObjectNode();
    body.set("rows", orders);
    ServedModelsProject.Answer answer =
        served.post("/api/v1/predict/lateness_of_orders", body.toString());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return bits(answer.json().path("predictions"), "prediction");
  }

  /** What a transform computes is what a query would. */
  @Test
  void createModel_withTransform_isTheModelOfAQueryThatComputes() throws IOException {
    shell.succeed("run");
    String options =
        "options(model_type = 'tree', depth = 5, input_label_cols = ['late'], key = ['id'])";
    shell.succeed(
        "sql",
        """
        create or replace model computed
        transform(
          carrier, -- as it is
          case when spend > 500 then 'a, lot' else lower(zone) end as band,
          round(spend / nullif(items, 0), 1) as per_item,
          extract(hour from placed) as hour,
          late
        )
        """
            + options
            + " as select * from orders");
    assertThat(Files.readString(directory.resolve("models/computed.yaml")))
        .isEqualTo(
            """
            # Written by create model; create or replace model replaces it until this line is gone.
            label: late
            from: |-
              select * from orders
            features: [carrier]
            transform: {band: "case when spend > 500 then 'a, lot' else lower(zone) end", per_item: "round(spend / nullif(items, 0), 1)", hour: "extract(hour from placed)"}
            learn: {tree: {depth: 5}}
            key: [id]
            """);
    shell.succeed(
        "sql",
        "create model queried "
            + options
            + """
               as select id, carrier,
              case when spend > 500 then 'a, lot' else lower(zone) end as band,
              round(spend / nullif(items::double, 0), 1) as per_item,
              extract(hour from placed) as hour, late from orders
              """);
    JsonNode both =
        rows(
            "select c.prediction as c, q.prediction as q from computed c join queried q using (id)"
                + " order by id");
    // Which rows test goes by their order, which their columns make: the key here.
    assertThat(bits(both, "c")).isNotEmpty().isEqualTo(bits(both, "q"));
    assertThat(shell.succeed("models", "show", "computed"))
        .contains("Computed of each row\n", "  hour  extract(hour from placed)\n", "4 features");
    assertThat(shell.json("models", "show", "computed", "--json").path("columns").toString())
        .isEqualTo("[\"carrier\",\"spend\",\"zone\",\"items\",\"placed\"]");

    // The statement again changes nothing of the rows; another expression is another declaration.
    assertThat(shell.succeed("plan")).contains("0 to build");
    Path file = directory.resolve("models/computed.yaml");
    Files.writeString(
        file, Files.readString(file).replaceFirst("^[^\n]*\n", "").replace("500", "400"));
    assertThat(shell.succeed("plan")).contains("1 to build");
  }

  @Test
  void explanations_areOfWhatIsComputed() throws IOException {
    write(shell, "logistic: {l2: 1}");
    shell.succeed("run");
    JsonNode row =
        shell
            .json(
                "models",
                "explain",
                "lateness",
                "--row",
                "{\"spend\": 99, \"items\": 0, \"gift\": null, \"placed\": 7200, \"seen\": 0,"
                    + " \"carrier\": \"fast\", \"zone\": null}",
                "--json")
            .path("row");
    List<String> told = new ArrayList<>();
    for (JsonNode one : row.path("contributions")) {
      told.add(one.path("feature").asText() + "=" + one.path("given").asText());
    }
    assertThat(told)
        .containsExactlyInAnyOrder(
            "carrier=fast",
            "spend_log=" + StrictMath.log(100),
            "hour=2.0",
            "weekend=0.0",
            "route=fast-none",
            "per_item=null",
            "hour_in_nepal=5.0");
    assertThat(shell.succeed("models", "explain", "lateness", "--column", "spend_log"))
        .contains("spend_log");
    shell.succeed("models", "explain", "lateness", "--from", "orders", "--to", "why");
    assertThat(
            rows("select max(abs(base_score + why_carrier + why_spend_log + why_hour + why_weekend"
                    + " + why_route + why_per_item + why_hour_in_nepal"
                    + " - ln(prediction / (1 - prediction)))) < 1e-9 as whole from why")
                .get(0)
                .toString())
        .isEqualTo("{\"whole\":true}");
  }

  /** What is computed hides nothing of where it comes from. */
  @Test
  void leaks_areSeenThroughWhatIsComputed() throws IOException {
    shell.write(
        "tables/marked.sql",
        "select id, items, spend, case when spend > 500 then 'yes' else 'no' end as big from orders");
    shell.write(
        "models/bigness.yaml",
        """
        label: big
        from: marked
        key: [id]
        transform: {size: sqrt(1 + spend), items: items + 0}
        learn: {tree: {depth: 3}}
        split: {test: 25%}
        """);
    shell.succeed("run");
    assertThat(shell.succeed("models", "show", "bigness"))
        .contains("'size' is made from orders.spend, as the label 'big' is")
        .doesNotContain("'items' is made from");
  }

  /** Missing is not the same as having no value, and no answer is a guess. */
  @Test
  void noFiniteValue_isRefusedEverywhere() throws IOException {
    write(shell, "logistic: {l2: 1}");
    shell.succeed("run");
    shell.write("tables/bad.sql", "select * replace (-1.0 as spend) from orders where id = 3");
    shell.succeed("run");
    String message =
        "Cannot compute feature 'spend_log' as ln(1 + spend): ln(0) has no finite value.";
    assertThat(shell.run("predict", "lateness", "--from", "bad", "--to", "x")).isEqualTo(2);
    assertThat(shell.err()).contains(message);
    assertThat(shell.run("sql", "select * from ml.predict(model lateness, table bad)"))
        .isEqualTo(2);
    assertThat(shell.err()).contains(message);
    try (ServedModelsProject served = new ServedModelsProject(directory)) {
      ServedModelsProject.Answer answer =
          served.post(
              "/api/v1/predict/lateness_of_orders",
              "{\"rows\": [{\"spend\": -1, \"items\": 1, \"gift\": false, \"placed\": 0, \"seen\": 0,"
                  + " \"carrier\": \"fast\", \"zone\": \"north\"}]}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().path("message").asText()).isEqualTo(message);
      answer =
          served.post(
              "/api/v1/predict/lateness_of_orders",
              "{\"rows\": [{\"spend\": 1, \"spend_log\": 1}]}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("rows[0].spend_log is neither a key nor a column");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          spend +                         | must be an expression of one row, and ends too early
          (spend - avg(spend)) / 3        | 'avg' looks at several: 'prepare' learns scales
          ml.standard_scaler(spend)       | is learnt from all rows: declare prepare: {scale: standard}
          lag(spend) over (order by id)   | 'lag' looks at several
          length(carrier) over ()         | a window looks at several
          cast(spend as varchar)          | must do without 'cast': numbers are doubles here
          spend::int                      | must do without 'cast'
          loge(spend)                     | must call functions of one row, and 'loge' is none that is known
          lowr(carrier)                   | Did you mean 'lower'?
          o.spend                         | name the column alone
          pow(spend)                      | must give 'pow' 2 arguments, not 1
          extract(houre from placed)      | Did you mean 'hour'?
          carrier like 'f%'               | must do without 'like': write contains(x, 'part')
          (select 1)                      | cannot go on with 'select 1)' at character 2
          case when late = 'yes' then 1 end | computed from the label 'late'
          """)
  void expressions_thatAreNotOfOneRow_areProblemsOfTheDeclaration(String expression, String told)
      throws IOException {
    shell.write(
        "models/lateness.yaml",
        """
        label: late
        from: orders
        transform: {made: "%s"}
        learn: {logistic: {l2: 1}}
        """
            .formatted(expression));
    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err()).contains("models/lateness.yaml:3").contains(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          spnd + 1                 | has no column 'spnd'                         | Did you mean 'spend'?
          carrier + 1              | '+' takes a number, and is given a text       | cast(x as double)
          upper(spend)             | 'upper' takes a text, and is given a number   |
          placed - 5               | '-' takes a number, and is given a time       | epoch(x)
          hour(seen)               | 'hour' takes a time, and is given an instant  | at time zone 'UTC'
          case when spend then 1 end | 'case' takes true or false, and is given a number | x <> 0
          gift + 1                 | '+' takes a number, and is given true or false | case when
          coalesce(spend, carrier) | 'coalesce' is given a number and a text       |
          null                     | it is null in every row                       | Leave it out.
          seen at time zone 'Nowhere/Land' | there is no time zone 'Nowhere/Land'  |
          """)
  void expressions_thatDoNotFitTheRows_areToldBeforeAnythingIsWritten(
      String expression, String told, String hint) throws IOException {
    shell.succeed("run");
    assertThat(
            shell.run(
                "sql",
                "create model m transform("
                    + expression
                    + " as made, late) options(model_type='logistic', input_label_cols=['late'])"
                    + " as select * from orders"))
        .isEqualTo(2);
    assertThat(shell.err()).contains(told).contains(hint == null ? "" : hint);
    assertThat(directory.resolve("models")).doesNotExist();
  }
}
