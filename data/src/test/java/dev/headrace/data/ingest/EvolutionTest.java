package dev.headrace.data.ingest;

import static dev.headrace.data.ingest.IngestFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Later files may say more than the table, never something else. */
class EvolutionTest {
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

  private void parquet(String name, String sql) throws IOException {
    Query query = Query.of(sql, Map.of());
    at.engine.write(
        query,
        new WriteTarget(
            Files.createDirectories(directory.resolve("in")),
            name,
            at.withIds(at.engine.describe(query)),
            Optional.empty()),
        Watch.none());
  }

  @Test
  void load_nestedFieldInALaterParquetFile_isAdded() throws IOException {
    parquet("1", "SELECT 1 AS id, {'a': 10, 'l': [{'x': 1}]} AS s");
    LoadResult first = at.load(spec("in/1-0.parquet").build());
    Relation.Files table = IngestFixture.table(first, null);
    parquet("2", "SELECT 2 AS id, {'l': [{'y': 'q', 'x': 2}], 'a': 20, 'b': true} AS s");
    LoadResult second = at.load(spec("in/2-0.parquet").build(), Optional.of(table));
    assertThat(ColumnType.text(second.schema().field("s").orElseThrow().type()))
        .isEqualTo("struct<a: int, l: list<struct<x: int, y: string>>, b: boolean>");
    assertThat(
            at.sql(
                IngestFixture.table(second, table),
                second,
                "SELECT id, s.a, s.b, s.l[1].x, s.l[1].y FROM raw ORDER BY id"))
        .containsExactly("1|10|null|1|null", "2|20|true|2|q");
  }

  @Test
  void load_parquetOfTypesThatNoTableHas() throws Exception {
    copied(
        "SELECT 1 AS id, INTERVAL '1 day 02:00:00' AS pause, '10:00:00+02'::TIMETZ AS opens,"
            + " '23:59:59.123456789'::TIME_NS AS \"shuts at\", 'abc' AS x");
    SourceSpec spec = spec("in/odd.parquet").columns(Map.of("x", "long")).build();

    LoadResult whole = at.load(spec("in/odd.parquet").build());
    assertThat(at.sql(whole, "SELECT id, pause, opens, \"shuts at\", x FROM raw"))
        .containsExactly("1|1 day 02:00:00|08:00|23:59:59.123457|abc");

    LoadResult rejecting = at.load(spec);
    assertThat(at.sql(rejecting, "SELECT line, raw FROM rejected"))
        .containsExactly(
            "1|{\"id\":1,\"pause\":\"1 day 02:00:00\",\"opens\":\"08:00:00\","
                + "\"shuts at\":\"23:59:59.123457\",\"x\":\"abc\"}");
  }

  @Test
  void load_parquetWithMoreDigitsThanADecimalHas_isRefused() throws Exception {
    Path file = copied("SELECT 1 AS id, 1.5::DECIMAL(38,10) AS total");
    byte[] bytes = Files.readAllBytes(file);
    // The precision in the footer, as a zigzag number behind the header of its field.
    for (int i = bytes.length - 8; i > 4; i--) {
      if (bytes[i] == 2 * 38 && bytes[i - 1] == 0x15) {
        bytes[i] = 2 * 60;
      }
    }
    Files.write(file, bytes);

    assertThatThrownBy(() -> at.load(spec("in/odd.parquet").build()))
        .hasMessage(
            "Cannot load file 'in/odd.parquet': its column 'total' is decimal(60,10), and no"
                + " column has more than 38 digits.");
    LoadResult rounded = at.load(spec("in/odd.parquet").columns(Map.of("total", "double")).build());
    assertThat(at.sql(rounded, "SELECT id, total FROM raw")).containsExactly("1|1.5");
  }

  /** A file as DuckDB itself writes it. */
  private Path copied(String sql) throws IOException, SQLException {
    Path file = Files.createDirectories(directory.resolve("in")).resolve("odd.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (" + sql + ") TO '" + file + "'");
    }
    return file;
  }

  @Test
  void load_declaredWidening_holdsOldAndNewRows() throws IOException {
    at.write("in/1.csv", "id,v,d\n1,1.5,2.25\n");
    LoadResult first =
        at.load(
            spec("in/1.csv")
                .columns(Map.of("id", "int", "v", "float", "d", "decimal(4,2)"))
                .build());
    Relation.Files table = IngestFixture.table(first, null);
    at.write("in/2.csv", "id,v,d\n3000000000,0.1,12345.67\n");
    LoadResult second =
        at.load(
            spec("in/2.csv")
                .columns(Map.of("id", "long", "v", "double", "d", "decimal(10,2)"))
                .build(),
            Optional.of(table));
    assertThat(
            at.sql(
                IngestFixture.table(second, table), second, "SELECT id, v, d FROM raw ORDER BY id"))
        .containsExactly("1|1.5|2.25", "3000000000|0.1|12345.67");
    assertThat(second.schema().fields().subList(0, 3).stream().map(field -> field.id()).toList())
        .isEqualTo(
            first.schema().fields().subList(0, 3).stream().map(field -> field.id()).toList());
  }

  @Test
  void load_declaredNarrowing_isRefused() throws IOException {
    at.write("in/1.csv", "id\n1\n");
    Relation.Files table = IngestFixture.table(at.load(spec("in/1.csv").build()), null);
    assertThatThrownBy(
            () ->
                at.load(spec("in/1.csv").columns(Map.of("id", "int")).build(), Optional.of(table)))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(IngestError.INGEST_TYPE_CONFLICT))
        .hasMessage("Cannot load 'raw': column 'id' is declared int but the table holds long.");
  }

  @Test
  void load_keyTwiceInAMap_isRejected() throws IOException {
    at.write(
        "in/a.json",
        """
        {"id":1,"m":{"a":1,"b":2}}
        {"id":2,"m":{"a":1,"\\u0061":2}}
        """);
    LoadResult result =
        at.load(spec("in/a.json").columns(Map.of("m", "map<string, long>")).build());
    assertThat(at.sql(result, "SELECT id, m['a'], m['b'] FROM raw")).containsExactly("1|1|2");
    assertThat(at.sql(result, "SELECT line, reason FROM rejected"))
        .containsExactly("2|not valid JSON: key 'a' occurs twice (byte 28)");
  }

  @Test
  void load_halfACharacter_isRejected() throws IOException {
    at.write(
        "in/a.json",
        """
        {"id":1,"t":"\\ud83d\\ude00"}
        {"id":2,"t":"\\ud83d"}
        {"id":3,"t":"\\ude00\\ud83d"}
        {"id":4,"t":"\\ud83dx\\ude00"}
        """);
    LoadResult result = at.load(spec("in/a.json").build());
    assertThat(at.sql(result, "SELECT id, t FROM raw")).containsExactly("1|\uD83D\uDE00");
    assertThat(at.sql(result, "SELECT line FROM rejected ORDER BY 1"))
        .containsExactly("2", "3", "4");
  }

  @Test
  void load_misfitsThatBeginOnOneLine_keepTheirOwnText() throws IOException {
    at.write("in/a.json", "[{\"a\":1},{\"a\":\"x\"}, {\"a\": \"y\"},{\"a\":4}]\n[]");
    LoadResult result = at.load(spec("in/a.json").columns(Map.of("a", "long")).build());
    assertThat(at.sql(result, "SELECT a FROM raw ORDER BY a")).containsExactly("1", "4");
    assertThat(at.sql(result, "SELECT line, raw, reason FROM rejected ORDER BY raw"))
        .contains(
            "1|{\"a\": \"y\"}|column 'a': 'y' is not a long",
            "1|{\"a\":\"x\"}|column 'a': 'x' is not a long");
  }

  @Test
  void load_jsonInDelimitedText_isCheckedToItsLeaves() throws IOException {
    at.write(
        "in/a.csv", "id;s\n1;{\"k\":5}\n2;{\"k\":\"x\"}\n3;nonsense\n4;\n5;null\n6;{\"k\":1.5}\n");
    LoadResult result = at.load(spec("in/a.csv").columns(Map.of("s", "struct<k: long>")).build());
    assertThat(at.sql(result, "SELECT id, s.k FROM raw ORDER BY id"))
        .containsExactly("1|5", "4|null", "5|null");
    assertThat(at.sql(result, "SELECT line, reason FROM rejected ORDER BY line"))
        .containsExactly(
            "3|column 's': '{\"k\":\"x\"}' is not a struct<k: long>",
            "4|column 's': 'nonsense' is not a struct<k: long>",
            "7|column 's': '{\"k\":1.5}' is not a struct<k: long>");
  }

  @Test
  void load_numbersOfEveryLength_keepTheirValue() throws IOException {
    at.write(
        "in/a.json",
        """
        {"id":1,"l":-9223372036854775808,"d":0.1,"b":true,"m":[1,null]}
        {"id":2,"l":9223372036854775807,"d":123456789012345678901234567890,"b":null,"m":[]}
        {"l":-0,"id":3,"d":-1e-3,"m":null,"b":false}
        """);
    LoadResult result = at.load(spec("in/a.json").build());
    assertThat(at.sql(result, "SELECT id, l, d, b, m FROM raw ORDER BY id"))
        .containsExactly(
            "1|-9223372036854775808|0.1|true|[1, null]",
            "2|9223372036854775807|1.2345678901234568E29|null|[]",
            "3|0|-0.001|false|null");
    assertThat(List.of("l", "d", "b", "m"))
        .allSatisfy(name -> assertThat(result.schema().field(name)).isPresent());
  }
}
