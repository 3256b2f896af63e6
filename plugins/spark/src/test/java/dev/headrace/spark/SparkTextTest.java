package dev.headrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a statement reads in Spark's lexer. */
class SparkTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "select 'a\\d'~select 'a\\\\d'",
        "select 'it''s'~select 'it\\'s'",
        "select \"a b\", \"q\"\"q\", \"back`tick\"~select `a b`, `q\"q`, `back``tick`",
        "select 1 -- it's \\~select 1 ",
        "select /*+ broadcast(t) /* x */ */ 1~select   1",
        "select '-- no /* comment'~select '-- no /* comment'",
        "select $tag$it's$tag$, $$a\\$$~select 'it\\'s', 'a\\\\'",
        "select a$b, `x'y`~select a$b, `x'y`",
        "select 'open~select 'open",
        "select /* open~select /* open",
      })
  void text_isCarriedOver(String sql, String expected) {
    assertThat(text(sql).toString().strip()).isEqualTo(expected.strip());
  }

  @Test
  void parameters_becomeTypedLiterals() {
    Query query =
        new Query(
            "select $S, $at where '$s' = $s",
            Map.of(),
            Map.of("s", "a'\\", "at", Instant.parse("2024-01-01T00:00:00Z")));

    assertThat(SparkText.of(query).toString())
        .isEqualTo(
            "select 'a\\'\\\\', CAST('2024-01-01 00:00:00.000000Z' AS TIMESTAMP_LTZ)"
                + " where '$s' = 'a\\'\\\\'");
  }

  @Test
  void parameterWithoutValue_isRefusedWithItsPlace() {
    HeadraceException e =
        catchThrowableOfType(HeadraceException.class, () -> text("select 1,\n  $missing"));

    assertThat(e.code()).isEqualTo(SparkErrorCode.SPARK_PARAMETER);
    assertThat(e.location()).contains(new Location("sql", 2, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "select a from t qualify x = 1 order by a"
            + "~SELECT * EXCEPT (Q) FROM (SELECT  a , ( x = 1 ) AS Q from t ) WHERE Q order by a",
        "select distinct a from t qualify x"
            + "~SELECT DISTINCT * EXCEPT (Q) FROM (SELECT  a , ( x) AS Q from t ) WHERE Q",
        "select * from (select a from t qualify x) as s~select * from (SELECT * EXCEPT (Q) FROM"
            + " (SELECT  a , ( x) AS Q from t ) WHERE Q ) as s",
        "select extract(year from d), a is distinct from b from t qualify x"
            + "~SELECT * EXCEPT (Q) FROM (SELECT  extract(year from d), a is distinct from b ,"
            + " ( x) AS Q from t ) WHERE Q",
        "from t select a qualify x~from t select a qualify x",
        "select 'qualify', \"qualify\" from t~select 'qualify', `qualify` from t",
      })
  void qualify_isSpelledOut(String sql, String expected) {
    assertThat(text(sql).toString().strip())
        .isEqualToIgnoringWhitespace(expected.replace("Q", "`__headrace_qualify`"));
  }

  @Test
  void placesOfSpark_arePlacesOfTheUser() {
    String sql = "select '😀', 'it''s' /* x */,\n  oops from t qualify bad > 1";
    SparkText text = SparkText.of(Query.of(sql, Map.of()).at(new Location("tables/a.sql", 10, 1)));

    assertThat(text.locate(codePoint(text, "oops"))).isEqualTo(new Location("tables/a.sql", 11, 3));
    assertThat(text.locate(codePoint(text, "bad"))).isEqualTo(new Location("tables/a.sql", 11, 23));
    assertThat(text.locate(-1)).isNull();
    assertThat(text.locate(100_000)).isNull();
  }

  private static int codePoint(SparkText text, String part) {
    String all = text.toString();
    return all.codePointCount(0, all.indexOf(part));
  }

  private static SparkText text(String sql) {
    return SparkText.of(Query.of(sql, Map.of()));
  }
}
