package dev.headrace.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.MapOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values of every type and shape, written and read again. */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
interface EngineValues extends EngineBench {
  // --- values ---

  @Test
  default void write_everyType_readsBackTheSameValues() {
    Schema schema =
        new Schema(
            List.of(
                new Field(1, "flag", Primitive.BOOLEAN),
                new Field(2, "small", Primitive.INT),
                new Field(3, "large", Primitive.LONG),
                new Field(4, "single", Primitive.FLOAT),
                new Field(5, "twice", Primitive.DOUBLE),
                new Field(6, "day", Primitive.DATE),
                new Field(7, "clock", Primitive.TIME),
                new Field(8, "wall", Primitive.TIMESTAMP),
                new Field(9, "moment", Primitive.TIMESTAMPTZ),
                new Field(10, "words", Primitive.STRING),
                new Field(11, "uid", Primitive.UUID),
                new Field(12, "raw", Primitive.BINARY),
                new Field(13, "exact", new Decimal(38, 9))));
    String sql =
        "select true as flag, 2147483647 as small, -9223372036854775807 as large, "
            + "cast(1.5 as float) as single, cast(-1.25e300 as double) as twice, "
            + "date '2024-02-29' as day, time '23:59:59.123456' as clock, "
            + "timestamp '2024-03-10 02:30:00.000001' as wall, "
            + instantSql("2024-03-10 02:30:00.999999+05:45")
            + " as moment, "
            + "'İstanbul \"quoted\" ''text'' 漢字 😀' as words, "
            + uuidSql("0192f0c1-2345-7abc-8def-001122334455")
            + " as uid, "
            + binarySql("ab")
            + " as raw, "
            + "cast('12345678901234567890123456789.123456789' as decimal(38,9)) as exact";
    Relation table = table(schema, sql);

    assertThat(engine().describe(Query.of("select * from t", Map.of("t", table))).fields())
        .isEqualTo(withoutIds(schema));
    List<Object> row = rows("select * from t", Map.of("t", table)).getFirst();
    assertThat(row.get(11)).isEqualTo("ab".getBytes(StandardCharsets.UTF_8));
    row.set(11, "ab");
    assertThat(row)
        .containsExactly(
            true,
            2147483647,
            -9223372036854775807L,
            1.5f,
            -1.25e300,
            LocalDate.of(2024, 2, 29),
            LocalTime.of(23, 59, 59, 123_456_000),
            LocalDateTime.of(2024, 3, 10, 2, 30, 0, 1_000),
            Instant.parse("2024-03-09T20:45:00.999999Z"),
            "İstanbul \"quoted\" 'text' 漢字 😀",
            UUID.fromString("0192f0c1-2345-7abc-8def-001122334455"),
            "ab",
            new BigDecimal("12345678901234567890123456789.123456789"));
  }

  @Test
  default void write_nullOfEveryType_readsBackNull() {
    Schema schema =
        new Schema(
            List.of(
                new Field(1, "a", Primitive.BOOLEAN),
                new Field(2, "b", Primitive.INT),
                new Field(3, "c", Primitive.TIMESTAMP),
                new Field(4, "d", Primitive.UUID),
                new Field(5, "e", Primitive.BINARY),
                new Field(6, "f", new Decimal(10, 2)),
                new Field(7, "g", new ListOf(8, Primitive.INT)),
                new Field(9, "h", new Struct(List.of(new Field(10, "x", Primitive.TIMESTAMP)))),
                new Field(11, "i", new MapOf(12, Primitive.STRING, 13, Primitive.LONG))));
    Relation table =
        table(
            schema,
            "select null as a, null as b, null as c, null as d, null as e, null as f, null as g,"
                + " null as h, null as i");

    assertThat(rows("select * from t", Map.of("t", table)).getFirst())
        .hasSize(9)
        .containsOnlyNulls();
  }

  @Test
  default void write_nestedTypes_readsBackTheSameValues() {
    Relation table = table(nested(), nestedSql());

    List<Object> row = rows("select * from t", Map.of("t", table)).getFirst();

    assertThat(row.get(0)).isEqualTo(1L);
    Map<String, Object> expected = new HashMap<>();
    expected.put("a b", 7);
    expected.put("when", LocalDateTime.of(2024, 3, 10, 2, 30));
    expected.put("items", List.of(Map.of("sku", "x", "n", 1), Map.of("sku", "y", "n", 2)));
    assertThat(row.get(1)).isEqualTo(expected);
    assertThat(row.get(2)).isEqualTo(Arrays.asList(1, null, 3));
    assertThat(row.get(3)).isEqualTo(Map.of("k", new BigDecimal("1.50")));
  }

  // --- evolution ---

  @Test
  default void read_renamedAddedDroppedAndWidenedColumns_followsIds() {
    Schema old =
        new Schema(
            List.of(
                new Field(1, "id", Primitive.INT),
                new Field(2, "amount", Primitive.FLOAT),
                new Field(3, "gone", Primitive.STRING)));
    // "gone" was dropped and another column took its name; "amount" became "total".
    Schema now =
        new Schema(
            List.of(
                new Field(4, "gone", Primitive.STRING),
                new Field(2, "total", Primitive.DOUBLE),
                new Field(1, "id", Primitive.LONG)));
    List<String> files = new ArrayList<>(write(old, "select 1 as id, 1.5 as amount, 'x' as gone"));
    files.addAll(write(now, "select 'new' as gone, 2.5 as total, 5000000000 as id"));
    Relation table = new Relation.Files(now, files, 2);

    assertThat(rows("select * from t order by id", Map.of("t", table)))
        .containsExactly(Arrays.asList(null, 1.5, 1L), List.of("new", 2.5, 5_000_000_000L));
    assertThat(rows("select id from t where total > 2", Map.of("t", table)))
        .containsExactly(List.of(5_000_000_000L));
    assertThat(rows("select count(*) from t where gone is null", Map.of("t", table)))
        .containsExactly(List.of(1L));
  }

  @Test
  default void read_nestedFieldsRenamedAddedAndReused_followsIds() {
    List<String> files = write(nested(), nestedSql());
    Schema now =
        new Schema(
            List.of(
                new Field(
                    2,
                    "s2",
                    new Struct(
                        List.of(
                            // "when" was dropped; a new field has its name.
                            new Field(20, "when", Primitive.STRING),
                            new Field(3, "renamed", Primitive.LONG),
                            new Field(
                                5,
                                "items",
                                new ListOf(
                                    6,
                                    new Struct(
                                        List.of(
                                            new Field(8, "sku", Primitive.LONG),
                                            new Field(7, "name", Primitive.STRING),
                                            new Field(21, "extra", Primitive.DOUBLE)))))))),
                new Field(11, "m", new MapOf(12, Primitive.STRING, 13, new Decimal(20, 2))),
                new Field(9, "l", new ListOf(10, Primitive.LONG))));
    Relation table = new Relation.Files(now, files, 1);

    List<Object> row = rows("select * from t", Map.of("t", table)).getFirst();

    Map<String, Object> expected = new HashMap<>();
    expected.put("when", null);
    expected.put("renamed", 7L);
    expected.put("items", List.of(item(1L, "x"), item(2L, "y")));
    assertThat(row.get(0)).isEqualTo(expected);
    assertThat(row.get(1)).isEqualTo(Map.of("k", new BigDecimal("1.50")));
    assertThat(row.get(2)).isEqualTo(Arrays.asList(1L, null, 3L));
  }

  private static Map<String, @Nullable Object> item(long sku, String name) {
    Map<String, @Nullable Object> item = new HashMap<>();
    item.put("sku", sku);
    item.put("name", name);
    item.put("extra", null);
    return item;
  }

  @Test
  default void read_nullStructAfterEvolution_staysNull() {
    Schema old =
        new Schema(
            List.of(new Field(1, "s", new Struct(List.of(new Field(2, "x", Primitive.INT))))));
    Schema now =
        new Schema(
            List.of(
                new Field(
                    1,
                    "s",
                    new Struct(
                        List.of(
                            new Field(2, "y", Primitive.INT), new Field(3, "z", Primitive.INT))))));
    Relation table = new Relation.Files(now, write(old, "select null as s"), 1);

    assertThat(rows("select s is null, s from t", Map.of("t", table)).getFirst())
        .isEqualTo(Arrays.asList(true, null));
  }
}
