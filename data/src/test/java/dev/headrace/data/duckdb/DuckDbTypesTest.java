package dev.headrace.data.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.MapOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbTypesTest {
  @ParameterizedTest
  @EnumSource(Primitive.class)
  void parse_ofToSql_isTheSame(Primitive type) {
    assertThat(DuckDbTypes.parse("c", DuckDbTypes.toSql(type))).isEqualTo(type);
  }

  @Test
  void parse_ofToSqlNested_isTheSame() {
    Type type =
        new MapOf(
            0,
            Primitive.STRING,
            0,
            new ListOf(
                0,
                new Struct(
                    List.of(
                        Field.unassigned("a \"b\", c)", new Decimal(38, 9)),
                        Field.unassigned(
                            "STRUCT(", new ListOf(0, new ListOf(0, Primitive.TIMESTAMPTZ))),
                        Field.unassigned("m", new MapOf(0, Primitive.INT, 0, Primitive.BINARY))))));
    assertThat(DuckDbTypes.parse("c", DuckDbTypes.toSql(type))).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TINYINT | INT",
        "SMALLINT | INT",
        "UTINYINT | INT",
        "USMALLINT | INT",
        "UINTEGER | LONG",
        "TIMESTAMP_S | TIMESTAMP",
        "TIMESTAMP_MS | TIMESTAMP",
        "TIMESTAMP_NS | TIMESTAMP",
        "JSON | STRING",
        "ENUM('a)', 'it''s') | STRING",
        "ENUM | STRING",
        "\"NULL\" | STRING",
      })
  void parse_otherTypes_giveTheNearest(String text, Primitive expected) {
    assertThat(DuckDbTypes.parse("c", text)).isEqualTo(expected);
  }

  @Test
  void parse_wideIntegers_giveDecimals() {
    assertThat(DuckDbTypes.parse("c", "UBIGINT")).isEqualTo(new Decimal(20, 0));
    assertThat(DuckDbTypes.parse("c", "HUGEINT")).isEqualTo(new Decimal(38, 0));
    assertThat(DuckDbTypes.parse("c", "INTEGER[3][]"))
        .isEqualTo(new ListOf(0, new ListOf(0, Primitive.INT)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INTERVAL",
        "BIT",
        "UNION(a INTEGER)",
        "TIME WITH TIME ZONE",
        "BIGNUM",
        "VARIANT",
        "STRUCT(a INTERVAL)",
        "INTERVAL[]",
        "",
        "STRUCT(",
        "DECIMAL(",
        "INTEGER]"
      })
  void parse_typeWithoutCounterpart_namesColumnAndType(String text) {
    HeadraceException e =
        catchThrowableOfType(HeadraceException.class, () -> DuckDbTypes.parse("gap", text));
    assertThat(e.code()).isEqualTo(DuckDbErrorCode.DUCKDB_TYPE_UNSUPPORTED);
    assertThat(e).hasMessageContaining("'gap'").hasMessageContaining(text);
  }
}
