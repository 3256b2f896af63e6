package dev.headrace.data.ingest;

import static dev.headrace.data.ingest.IngestFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers with more digits than a double has, and points that separate thousands. */
class NumbersTest {
  private static final CsvOptions GERMAN = new CsvOptions(";", "\"", null, null, List.of(), 0, ",");

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

  private List<String> reasons(LoadResult result) {
    return at.sql(result, "SELECT line, reason FROM rejected ORDER BY line");
  }

  @Test
  void jsonNumbers_areTakenAsTheyAreWritten_whereTheTypeIsExact() throws IOException {
    at.write(
        "in/a.jsonl",
        """
        {"id":1,"amount":1234567890123456.78,"eth":1.234567890123456789,"text":1.50}
        {"id":2,"amount":0.10,"eth":"1.234567890123456789","text":12345678901234567890123456789.123}
        {"id":3,"amount":9999999999999999.99,"eth":-0.000000000000000001,"text":-0}
        {"id":4,"amount":1.0049999999999999999999,"eth":1e-3,"text":340282366920938463463374607431768211455}
        """);
    LoadResult result =
        at.load(
            spec("in/a.jsonl")
                .columns(
                    Map.of("amount", "decimal(18,2)", "eth", "decimal(38,18)", "text", "string"))
                .build());
    assertThat(reasons(result)).isEmpty();
    assertThat(at.sql(result, "SELECT id, amount, eth, text FROM raw ORDER BY id"))
        .containsExactly(
            "1|1234567890123456.78|1.234567890123456789|1.50",
            "2|0.10|1.234567890123456789|12345678901234567890123456789.123",
            "3|9999999999999999.99|-1E-18|-0",
            "4|1.00|0.001000000000000000|340282366920938463463374607431768211455");
  }

  @Test
  void jsonNumbersWithinLists_objectsAndTexts_areTakenAsTheyAreWritten() throws IOException {
    at.write(
        "in/a.json",
        """
        [{"id": 1, "l": [0.1, 1234567890123456.78], "s": {"x": 1234567890123456.78, "y": 2.5},
          "j": {"a": "q\\"\\\\", "b": [1, 12345678901234567890.123], "c": 2.5}},
         {"id": 2, "l": [2], "s": {"x": 1, "y": 1234567890123456.78}, "j": {"c": 2.5}}]
        """);
    LoadResult result =
        at.load(
            spec("in/a.json")
                .columns(
                    Map.of(
                        "l", "list<decimal(18,2)>",
                        "s", "struct<x: decimal(18,2), y: double>",
                        "j", "json"))
                .build());
    assertThat(reasons(result)).isEmpty();
    assertThat(at.sql(result, "SELECT id, l[len(l)], s.x, s.y, j FROM raw ORDER BY id"))
        .containsExactly(
            "1|1234567890123456.78|1234567890123456.78|2.5|{\"a\": \"q\\\"\\\\\", \"b\": [1,"
                + " 12345678901234567890.123], \"c\": 2.5}",
            "2|2.00|1.00|1.2345678901234568E15|{\"c\":2.5}");
  }

  @Test
  void jsonNumbersThatNoTypeHolds_areRejectedAsTheyAreWritten() throws IOException {
    at.write(
        "in/a.jsonl",
        """
        {"whole":1.0,"total":1}
        {"whole":0.9999999999999999999,"total":2}
        {"whole":9007199254740993.0,"total":99999999999999999.99}
        {"whole":9007199254740993.0,"total":4}
        """);
    LoadResult result =
        at.load(
            spec("in/a.jsonl")
                .columns(Map.of("whole", "long", "total", "decimal(18,2)"))
                .maxRejected("100%")
                .build());
    assertThat(reasons(result))
        .containsExactly(
            "2|column 'whole': '0.9999999999999999999' is not a long",
            "3|column 'total': '99999999999999999.99' is not a decimal(18,2)");
    assertThat(at.sql(result, "SELECT whole, total FROM raw ORDER BY total"))
        .containsExactly("1|1.00", "9007199254740993|4.00");
  }

  /** 128 bits, of which a double keeps 53: two of them would be one. */
  @Test
  void wholeNumbersBeyondAllTypes_areTexts() throws IOException {
    String[] ids = {
      "340282366920938463463374607431768211455", "340282366920938463463374607431768211454"
    };
    at.write("in/a.jsonl", "{\"id\":%s}\n{\"id\":%s}\n{\"id\":7}\n".formatted((Object[]) ids));
    LoadResult result = at.load(spec("in/a.jsonl").key("id").build());
    assertThat(at.sql(result, "SELECT id FROM raw ORDER BY id"))
        .containsExactly(ids[1], ids[0], "7");
    at.write("in/d.jsonl", "{\"id\":%s}\n{\"id\":0.5}\n".formatted((Object) ids[0]));
    LoadResult doubles = at.load(spec("in/d.jsonl").columns(Map.of("id", "double")).build());
    assertThat(at.sql(doubles, "SELECT id FROM raw ORDER BY id"))
        .containsExactly("0.5", "3.402823669209385E38");
  }

  /** 1.250 is a thousand and a quarter of it, or a typing error; it is not 1 1/4. */
  @Test
  void pointBesideADecimalComma_isNoDecimalPoint() throws IOException {
    at.write(
        "in/a.csv",
        "k;v;i;d\n1;999,50;1;0,5\n2;1.250;2;1\n3;1;1.000;1\n4;1;4;12.000\n5;7;5,0;-2,5e3\n");
    LoadResult result =
        at.load(
            spec("in/a.csv")
                .csv(GERMAN)
                .columns(Map.of("v", "decimal(10,2)", "i", "int", "d", "double"))
                .maxRejected("100%")
                .build());
    assertThat(at.sql(result, "SELECT k, v, i, d FROM raw ORDER BY k"))
        .containsExactly("1|999.50|1|0.5", "5|7.00|5|-2500.0");
    assertThat(reasons(result))
        .containsExactly(
            "3|column 'v': '1.250' is not a decimal(10,2)",
            "4|column 'i': '1.000' is not a int",
            "5|column 'd': '12.000' is not a double");
  }

  @Test
  void jsonWithinTextWithDecimalCommas_hasPoints() throws IOException {
    at.write("in/a.csv", "k;s\n1,5;{\"x\": 1.5}\n");
    LoadResult result =
        at.load(
            spec("in/a.csv")
                .csv(GERMAN)
                .columns(Map.of("k", "double", "s", "struct<x: decimal(5,2)>"))
                .build());
    assertThat(at.sql(result, "SELECT k, s.x FROM raw")).containsExactly("1.5|1.50");
  }

  @Test
  void endOfTheDay_isNoTimeOfDay() throws IOException {
    at.write("in/a.csv", "id,t\n1,24:00:00\n2,23:59:59.999999\n");
    LoadResult result =
        at.load(spec("in/a.csv").columns(Map.of("t", "time")).maxRejected("100%").build());
    assertThat(at.sql(result, "SELECT id, t FROM raw")).containsExactly("2|23:59:59.999999");
    assertThat(reasons(result)).containsExactly("2|column 't': '24:00:00' is not a time");
  }

  /** DuckDB takes 1_000 for a number, midnight for the time of a date, and leaves offsets out. */
  @Test
  void whatOnlyDuckDbTakesForANumberOrATime_isRejected() throws IOException {
    at.write(
        "in/a.csv",
        """
        id,d,f,t
        1,1_000,1,10:00
        2,1,1_0.5,10:00
        3,1,1,2026-03-01
        4,1,1,12:00+02:00
        5,1.5,2.5e1, 9:05:01.5
        """);
    LoadResult result =
        at.load(
            spec("in/a.csv")
                .columns(Map.of("d", "decimal(9,2)", "f", "double", "t", "time"))
                .maxRejected("100%")
                .build());
    assertThat(at.sql(result, "SELECT id, d, f, t FROM raw"))
        .containsExactly("5|1.50|25.0|09:05:01.500");
    assertThat(reasons(result))
        .containsExactly(
            "2|column 'd': '1_000' is not a decimal(9,2)",
            "3|column 'f': '1_0.5' is not a double",
            "4|column 't': '2026-03-01' is not a time",
            "5|column 't': '12:00+02:00' is not a time");
  }
}
