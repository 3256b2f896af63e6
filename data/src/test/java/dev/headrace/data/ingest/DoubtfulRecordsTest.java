package dev.headrace.data.ingest;

import static dev.headrace.data.ingest.IngestFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that look otherwise than the rest go another way, and must end in the same place. */
class DoubtfulRecordsTest {
  private static final List<String> NUMBERS =
      List.of("7", "-7", "0", "2.5", "1e2", "123456789012345678901", "9999.99", "9999.999");
  private static final List<String> WORDS =
      List.of("true", "false", "null", "{\"b\":1}", "[1]", "\"n/a\"", "\"7\"", "\" 7 \"", "\"\"");
  private static final List<String> TIMES =
      List.of(
          "\"2026-02-28\"",
          "\"2026-02-30\"",
          "\"2026-02-28 10:11:12\"",
          "\"2026-02-28T10:11:12.5\"",
          "\"2026-02-28T10:11:12Z\"",
          "\"2026-02-28T10:11:12+05:45\"",
          "\"2026-02-28T25:00:00\"");

  @TempDir Path directory;
  private IngestFixture at;

  @BeforeEach
  void open() throws IOException {
    at = new IngestFixture(directory);
  }

  @AfterEach
  void close() {
    at.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boolean",
        "int",
        "long",
        "double",
        "decimal(6,2)",
        "date",
        "timestamp",
        "timestamptz",
        "string"
      })
  void load_ofAValueAmongOthersEndsAsIfItWereAlone(String type) throws IOException {
    List<String> values = new ArrayList<>(NUMBERS);
    values.addAll(WORDS);
    values.addAll(TIMES);
    Map<String, String> columns = Map.of("a", type);
    List<String> alone = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      String record = "{\"id\":" + i + ",\"a\":" + values.get(i) + "}\n";
      all.append(record);
      at.write("alone/" + i + ".json", record);
      alone.addAll(ends(at.load(spec("alone/" + i + ".json").columns(columns).build())));
    }
    at.write("all.json", all.toString());

    assertThat(ends(at.load(spec("all.json").columns(columns).build())))
        .containsExactlyInAnyOrderElementsOf(alone);
  }

  /** One line for each row: what became of it. */
  private List<String> ends(LoadResult result) {
    List<String> ends = new ArrayList<>(at.sql(result, "select id, a from raw"));
    ends.addAll(
        at.sql(
            result,
            "select 'rejected', regexp_extract(raw, '\"id\":(\\d+)', 1), reason from rejected"));
    return ends;
  }

  @Test
  void load_ofDirtyJsonKeepsPlaceAndTextOfWhatDoesNotFit() throws IOException {
    StringBuilder json = new StringBuilder();
    for (int line = 1; line <= 2_000; line++) {
      String amount = line % 100 == 0 ? "\"n/a " + line + "\"" : line % 50 == 0 ? "\"1\"" : "1.5";
      json.append("{\"id\":").append(line).append(",\"amount\":").append(amount).append("}\n");
    }
    at.write("in/a.json", json.toString());
    LoadResult result = at.load(spec("in/a.json").columns(Map.of("amount", "double")).build());

    assertThat(result.rejected()).isEqualTo(20);
    assertThat(at.sql(result, "select count(*), sum(amount), sum(_line - id) from raw"))
        .containsExactly("1980|2960.0|0");
    assertThat(at.sql(result, "select line, raw, reason from rejected order by line limit 2"))
        .containsExactly(
            "100|{\"id\":100,\"amount\":\"n/a 100\"}|column 'amount': 'n/a 100' is not a double",
            "200|{\"id\":200,\"amount\":\"n/a 200\"}|column 'amount': 'n/a 200' is not a double");
  }

  @Test
  void load_ofDirtyCsvKeepsPlaceAndTextOfWhatDoesNotFit() throws IOException {
    StringBuilder csv = new StringBuilder("id,amount,at\n");
    for (int line = 2; line <= 2_001; line++) {
      String amount = line % 100 == 0 ? "n/a" : line % 50 == 0 ? " 1 " : "1.5";
      String when = line % 500 == 0 ? "2026-02-30" : "2026-02-28";
      csv.append(line).append(',').append(amount).append(',').append(when).append('\n');
    }
    at.write("in/a.csv", csv.toString());
    LoadResult result =
        at.load(spec("in/a.csv").columns(Map.of("amount", "double", "at", "date")).build());

    assertThat(result.rejected()).isEqualTo(20);
    assertThat(at.sql(result, "select count(*), sum(amount), sum(_line - id) from raw"))
        .containsExactly("1980|2960.0|0");
    assertThat(
            at.sql(result, "select line, raw, \"column\" from rejected where line in (400, 500)"))
        .containsExactlyInAnyOrder(
            "400|400,n/a,2026-02-28|amount", "500|500,n/a,2026-02-30|amount, at");
  }

  @Test
  void load_ofRowsThatDoNotFitATablePutsThemAside() throws IOException {
    at.write("in/1.json", "{\"n\":1,\"s\":{\"x\":2}}\n");
    LoadResult first = at.load(spec("in/1.json").build());
    at.write(
        "in/2.json", "{\"n\":\"x\",\"s\":{\"x\":3}}\n{\"n\":4,\"s\":{\"x\":\"y\"}}\n{\"n\":5}\n");
    var table = java.util.Optional.of(IngestFixture.table(first, null));
    LoadResult second = at.load(spec("in/2.json").build(), table);

    assertThat(at.sql(second, "select n, s from raw")).containsExactly("5|null");
    assertThat(at.sql(second, "select line, \"column\" from rejected order by line"))
        .containsExactly("1|n", "2|s");
  }

  @Test
  void load_ofANumberGreaterThanAnyDoubleIsRejected() throws IOException {
    String digits = "9".repeat(400);
    at.write(
        "in/a.json",
        "{\"a\":1.5}\n{\"a\":1e400}\n{\"a\":-1E999}\n{\"a\":" + digits + "}\n{\"a\":1e308}\n");
    LoadResult json = at.load(spec("in/a.json").build());
    assertThat(at.sql(json, "select a from raw order by a")).containsExactly("1.5", "1.0E308");
    assertThat(at.sql(json, "select reason from rejected where line = 2"))
        .containsExactly("not valid JSON: a number is greater than any double (byte 6)");
    assertThat(json.rejected()).isEqualTo(3);

    at.write("in/a.csv", "a,b\n1.5,1.5\n1e400,1\n1,1e39\n1e308,1e38\ninf,-Infinity\n");
    LoadResult csv = at.load(spec("in/a.csv").columns(Map.of("a", "double", "b", "float")).build());
    assertThat(at.sql(csv, "select a, b from raw order by _line"))
        .containsExactly("1.5|1.5", "1.0E308|1.0E38", "Infinity|-Infinity");
    assertThat(at.sql(csv, "select line, reason from rejected order by line"))
        .containsExactly(
            "3|column 'a': '1e400' is not a double", "4|column 'b': '1e39' is not a float");
  }

  @Test
  void load_ofUndeclaredNumbersGreaterThanAnyDoubleKeepsTheText() throws IOException {
    at.write("in/a.csv", "a\n1.5\n1e400\n");
    LoadResult csv = at.load(spec("in/a.csv").build());
    assertThat(at.sql(csv, "select a, typeof(a) from raw order by _line"))
        .containsExactly("1.5|VARCHAR", "1e400|VARCHAR");
    assertThat(Files.list(directory.resolve("staging"))).isEmpty();
  }
}
