package dev.headrace.core.project.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind.FileForm;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Toys;
import dev.headrace.spi.error.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The schema and the binder judge the same texts; the validator is not ours. */
class JsonSchemasTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchema RAW =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(JsonSchemas.of(new Toys.Raw()));

  private static final String VALID =
      """
      files: [data/*.csv, 7]
      format: csv
      load: replace
      columns: {a: text, b: "decimal(12,2)"}
      key: id
      max-rejected: 0.5%
      patience: 1d12h
      since: 2026-01-31
      max-bytes: 2GiB
      weight: 1.25
      factor: 2
      count: 12
      header: false
      tags: [x, y]
      login: {user: me, password: "${env:PASSWORD}"}
      also-as: [parquet, json-lines]
      default: none
      checks:
        - not-null: [a, b]
        - accepted-values: {status: [open, 1]}
          severity: warn
        - range: {total: {min: 0, max: 10}}
        - rows:
        - foreign-key: {column: a, table: b}
          where: a > 0
      """;

  /** What only a parse method or a constructor can tell, or only a value of the environment. */
  private static final String ONLY_THE_BINDER_KNOWS =
      "(?s).*(must be text, number, timestamp or decimal|has min|environment variable).*";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "files: x",
        "{files: [x, y], max-rejected: '100%'}",
        "{files: x, count: '${env:COUNT:-3}'}",
        "{files: x, checks: {rows: {}}}",
        "{files: x, checks: {sql: 'a > 0', severity: warn}}",
        "{files: 5, also-as: csv}"
      })
  void schema_validText_acceptsLikeTheBinder(String yaml) {
    assertThat(problems(yaml)).isEmpty();
    assertThat(RAW.validate(json(yaml))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "files:",
        "{files: x, file: y}",
        "{files: x, max-rejected: 0.01}",
        "{files: x, max-rejected: 101%}",
        "{files: x, patience: 3}",
        "{files: x, patience: ''}",
        "{files: x, patience: 3 days}",
        "{files: x, count: 1.5}",
        "{files: x, count: '1'}",
        "{files: x, header: 'true'}",
        "{files: x, header: no}",
        "{files: x, format: CSV}",
        "{files: x, tags: [a, a]}",
        "{files: x, login: {user: a, password: hunter2}}",
        "{files: x, checks: [{severity: warn}]}",
        "{files: x, checks: [{rows: {}, sql: x}]}",
        "{files: x, checks: [{rows: {a: 1}}]}",
        "{files: x, checks: [{foreign-key: {column: a}}]}",
        "[files, x]"
      })
  void schema_invalidText_refusesLikeTheBinder(String yaml) {
    assertThat(problems(yaml)).isNotEmpty();
    assertThat(RAW.validate(json(yaml))).isNotEmpty();
  }

  @Test
  void schema_mutatedTexts_agreesWithTheBinder() throws Exception {
    Random random = new Random(20260101);
    int accepted = 0;
    for (int round = 0; round < 4000; round++) {
      Object document = load(VALID);
      for (int i = random.nextInt(3); i >= 0; i--) {
        mutate(document, random);
      }
      String text = JSON.writeValueAsString(document);

      List<Problem> problems = problems(text);
      boolean schemaAccepts = RAW.validate(JSON.readTree(text)).isEmpty();

      boolean same = problems.isEmpty() == schemaAccepts;
      boolean known =
          schemaAccepts
              && problems.stream().allMatch(p -> p.message().matches(ONLY_THE_BINDER_KNOWS));
      assertThat(same || known).as("%s\n%s", text, problems).isTrue();
      accepted += problems.isEmpty() ? 1 : 0;
    }
    // Neither side always says the same.
    assertThat(accepted).isBetween(400, 3600);
  }

  @Test
  void schema_ofConfig_offersTheRegisteredSections() throws Exception {
    JsonSchema config =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(JsonSchemas.ofConfig(List.of(Toys.DUCK, Toys.GOOSE, Toys.POND)));

    assertThat(config.validate(json("{name: a, engine: duck}"))).isEmpty();
    assertThat(config.validate(json("{name: a, engine: {duck: {memory: 1GB}}}"))).isEmpty();
    assertThat(config.validate(json("{name: a, engine: {goose: {url: x}}, pond: {}}"))).isEmpty();
    assertThat(config.validate(json("{name: a, engine: {duck: {}, goose: {url: x}}}")))
        .isNotEmpty();
    assertThat(config.validate(json("{name: a, engine: goose}"))).isNotEmpty();
    assertThat(config.validate(json("{name: a, lake: {}}"))).isNotEmpty();
  }

  @Test
  void schema_tellsDefaultsAndDocs() throws Exception {
    JsonNode maxRejected =
        JSON.readTree(JsonSchemas.of(new Toys.Raw())).at("/properties/max-rejected");

    assertThat(maxRejected.get("default").textValue()).isEqualTo("5%");
    assertThat(maxRejected.get("description").textValue())
        .isEqualTo("Rejected rows that stop a run.");
  }

  @SuppressWarnings("unchecked")
  private static void mutate(Object node, Random random) {
    List<Object> pool =
        Arrays.asList(
            null,
            "x",
            1,
            -3,
            1.5,
            true,
            "1%",
            "3d",
            "2GiB",
            "csv",
            "2026-01-31",
            "rows",
            "",
            List.of(),
            Map.of(),
            List.of("a", "b"),
            Map.of("min", 1),
            Map.of("rows", Map.of()),
            10_000_000_000L);
    Object value = pool.get(random.nextInt(pool.size()));
    if (node instanceof Map<?, ?> raw && !raw.isEmpty()) {
      Map<String, Object> map = (Map<String, Object>) raw;
      String key = new ArrayList<>(map.keySet()).get(random.nextInt(map.size()));
      switch (random.nextInt(6)) {
        case 0 -> map.put(key, value);
        case 1 -> map.remove(key);
        case 2 -> map.put(key + "s", map.remove(key));
        default -> mutateChild(map.get(key), changed -> map.put(key, changed), value, random);
      }
    } else if (node instanceof List<?> raw && !raw.isEmpty()) {
      List<Object> list = (List<Object>) raw;
      int index = random.nextInt(list.size());
      switch (random.nextInt(4)) {
        case 0 -> list.set(index, value);
        case 1 -> list.remove(index);
        default -> mutateChild(list.get(index), changed -> list.set(index, changed), value, random);
      }
    }
  }

  private static void mutateChild(
      Object child, java.util.function.Consumer<Object> set, Object value, Random random) {
    if (child instanceof LinkedHashMap || child instanceof ArrayList) {
      mutate(child, random);
    } else {
      set.accept(value);
    }
  }

  private static List<Problem> problems(String yaml) {
    Problems problems = new Problems();
    var bound =
        new SpecBinder(new Environment(Map.of("PASSWORD", "secret")), Path.of(""))
            .bind(Toys.RawSpec.class, FileForm.YAML, "raws/a.yaml", yaml, problems);
    assertThat(bound.isPresent()).isEqualTo(problems.isEmpty());
    return problems.list();
  }

  private static Object load(String yaml) {
    return new Load(LoadSettings.builder().setSchema(new CoreSchema()).build())
        .loadFromString(yaml);
  }

  private static JsonNode json(String yaml) {
    return JSON.valueToTree(load(yaml));
  }
}
