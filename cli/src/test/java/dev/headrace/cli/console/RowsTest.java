package dev.headrace.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** CSV and JSON of query results: what another program reads must be what the engine said. */
class RowsTest {
  private static String written(BiConsumer<FixedRows, PrintWriter> format, FixedRows rows) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    format.accept(rows, out);
    out.flush();
    return text.toString();
  }

  @Test
  void json_everyKindOfValue_isExactAndParses() throws Exception {
    Map<String, Object> struct = new LinkedHashMap<>();
    struct.put("z", 1);
    struct.put("a", Arrays.asList("x", null));
    FixedRows rows =
        FixedRows.of(
                "decimal", new Type.Decimal(38, 4),
                "long", Primitive.LONG,
                "double", Primitive.DOUBLE,
                "timestamp", Primitive.TIMESTAMP,
                "instant", Primitive.TIMESTAMPTZ,
                "date", Primitive.DATE,
                "time", Primitive.TIME,
                "bytes", Primitive.BINARY,
                "uuid", Primitive.UUID,
                "flag", Primitive.BOOLEAN,
                "nested", new Type.Struct(List.of()),
                "text", Primitive.STRING)
            .row(
                new BigDecimal("1234567890123456789012345678901234.5600"),
                Long.MIN_VALUE,
                0.1,
                LocalDateTime.of(2024, 2, 29, 0, 0),
                Instant.parse("2024-02-29T23:59:59.123456Z"),
                LocalDate.of(2024, 2, 29),
                LocalTime.of(7, 0),
                new byte[] {0, (byte) 255},
                UUID.fromString("00000000-0000-0000-0000-00000000000f"),
                true,
                struct,
                "İ\"\\\u0001\n");

    String text = written(JsonRows::write, rows);

    assertThat(text)
        .contains("\"decimal\":1234567890123456789012345678901234.5600,")
        .contains("\"long\":-9223372036854775808,")
        .contains("\"double\":0.1,")
        .contains("\"timestamp\":\"2024-02-29T00:00:00\"")
        .contains("\"instant\":\"2024-02-29T23:59:59.123456Z\"")
        .contains("\"date\":\"2024-02-29\"")
        .contains("\"time\":\"07:00:00\"")
        .contains("\"bytes\":\"AP8=\"")
        .contains("\"nested\":{\"z\":1,\"a\":[\"x\",null]}");
    JsonNode row = new JsonMapper().readTree(text).get(0);
    assertThat(row.get("text").textValue()).isEqualTo("İ\"\\\u0001\n");
    assertThat(row.get("flag").booleanValue()).isTrue();
  }

  @Test
  void json_notANumber_isNull() throws Exception {
    String text =
        written(
            JsonRows::write,
            FixedRows.of("a", Primitive.DOUBLE, "b", Primitive.FLOAT, "c", Primitive.DOUBLE)
                .row(Double.NaN, Float.NEGATIVE_INFINITY, 1e300));
    assertThat(text).isEqualTo("[\n{\"a\":null,\"b\":null,\"c\":1.0E300}]\n");
  }

  @Test
  void json_noRows_isAnEmptyArray() {
    assertThat(written(JsonRows::write, FixedRows.of("a", Primitive.INT))).isEqualTo("[]\n");
  }

  @Test
  void json_columnsOfOneName_getKeysOfTheirOwn() {
    String text =
        written(
            JsonRows::write,
            FixedRows.of(
                    "a",
                    Primitive.INT,
                    "a",
                    Primitive.INT,
                    "a_1",
                    Primitive.INT,
                    "a",
                    Primitive.INT)
                .row(1, 2, 3, 4));
    assertThat(text).isEqualTo("[\n{\"a\":1,\"a_2\":2,\"a_1\":3,\"a_3\":4}]\n");
  }

  @Test
  void csv_textThatNeedsQuotes_isQuoted() {
    String text =
        written(
            CsvRows::write,
            FixedRows.of("plain", Primitive.STRING, "a \"b\"", Primitive.STRING)
                .row("x", "a,b")
                .row(" x", "line\nbreak")
                .row("", null)
                .row("say \"hi\"", "ü"));
    assertThat(text)
        .isEqualTo(
            """
            plain,"a ""b\"""\r
            x,"a,b"\r
            " x","line
            break"\r
            "",\r
            "say ""hi""\",ü\r
            """);
  }

  @Test
  void csv_numbers_areNotRounded() {
    String text =
        written(
            CsvRows::write,
            FixedRows.of("d", Primitive.DOUBLE, "n", new Type.Decimal(20, 10), "x", Primitive.FLOAT)
                .row(0.1 + 0.2, new BigDecimal("1E-10"), Float.NaN));
    assertThat(text).isEqualTo("d,n,x\r\n0.30000000000000004,0.0000000001,NaN\r\n");
  }
}
