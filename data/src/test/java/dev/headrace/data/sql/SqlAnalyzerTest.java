package dev.headrace.data.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.data.sql.SqlAnalysis.Call;
import dev.headrace.data.sql.SqlAnalysis.TableReference;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlAnalyzerTest {
  private static final SqlAnalyzer ANALYZER = SqlAnalyzer.standalone();

  @AfterAll
  static void close() {
    ANALYZER.close();
  }

  private static List<String> tables(String sql) {
    return ANALYZER.analyze(sql).tables().stream().map(TableReference::fullName).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "select * from a | a",
        "from a | a",
        "from a select x where y > 1 | a",
        "select * from a, b c join d on true | a b d",
        "select * from a left join (select * from b) using (id) | a b",
        "with x as (select * from a) select * from x | a",
        "with x as (select * from a), y as (select * from x, b) select * from y | a b",
        "with a as (select * from a) select * from a | a",
        "with x as (select 1) select * from (with x as (select * from x) select * from x) | ``",
        "select * from (with x as (select * from b) select * from x) join x on true | b x",
        "with recursive n as (select 1 as i union all select i + 1 from n, b where i < 3) select * from n | b",
        "with X as (select 1) select * from x | ``",
        "select * from a where id in (select id from b) | a b",
        "select * from a where exists (select 1 from b where b.id = a.id) | a b",
        "select (select max(x) from b) from a | b a",
        "select * from a union all select * from b except select * from c | a b c",
        "select * from a, lateral (select * from b where b.x = a.x) | a b",
        "select * from a order by (select x from b) | a b",
        "select case when (select count(*) from b) > 1 then 1 end from a having (select true from c) | b a c",
        "select sum(x) over (order by (select 1 from b)) from a qualify (select true from c) | b a c",
        "pivot a on x in (1, 2) using sum(y) | a",
        "select * from (pivot (select * from a join b using (i)) on x in (1, 2) using sum(y)) | a b",
        "unpivot a on x, y | a",
        "select * from \"A b\".\"c.d\" | A b.c.d",
        "select * from \"select\" join \"Ünï 漢\" on true | select Ünï 漢",
        "values (1), (2) | ``",
        "values ((select x from a)) | a",
        "select * from range(3), unnest([1]) | ``",
        "select * from a asof join b on a.t >= b.t positional join c | a b c",
        "select * from a semi join b using (id) anti join c using (id) | a b c",
        "select list_transform(l, lambda x: x + (select min(y) from b)) from a | b a",
        "select x = any(select y from b), [y for y in l] from a | b a",
        "select distinct on (x) * from a limit (select n from b) | a b",
        "select * from a tablesample 10% | a",
        "describe a | a",
        "summarize select * from a join b on true | a b",
        "select * exclude (x) replace (x + (select 1 from b) as y) from a | b a",
        "select * from 'file.csv' | file.csv",
        "(select * from a) intersect (select * from b) | a b",
        "select 1 as a, a + 1 as b | ``",
        "with a as materialized (select * from b) select * from a x, a y | b",
        "select * from a, a as a2 where a.id = a2.id | a a",
      })
  void analyze_findsTables(String sql, String expected) {
    List<String> found = tables(sql);
    // A view of the text order is not promised for names without a place.
    assertThat(String.join(" ", found)).isEqualTo(expected);
  }

  @Test
  void analyze_tellsPlaceAndQuotes() {
    SqlAnalysis analysis =
        ANALYZER.analyze("select 'é漢😀' /* x */,\n  1 -- from z\nfrom orders o,\n \"Odd name\"");
    assertThat(analysis.tables())
        .containsExactly(
            new TableReference("orders", List.of(), false, new Position(3, 6)),
            new TableReference("Odd name", List.of(), true, new Position(4, 2)));
  }

  @Test
  void analyze_parameters_withEachUse() {
    String sql = "select 'ö$no', $from -- $neither\n from a where t >= $from and t < $to";
    SqlAnalysis analysis = ANALYZER.analyze(sql);
    assertThat(analysis.parameterNames()).containsExactly("from", "to");
    assertThat(analysis.parameters())
        .extracting(p -> sql.substring(p.start(), p.end()))
        .containsExactly("$from", "$from", "$to");
  }

  @ParameterizedTest
  @ValueSource(strings = {"select ?", "select $1", "select 1 where ? = 2"})
  void analyze_unnamedParameter_isRefused(String sql) {
    HeadraceException e =
        catchThrowableOfType(HeadraceException.class, () -> ANALYZER.analyze(sql));
    assertThat(e.code()).isEqualTo(SqlErrorCode.SQL_PARAMETER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from a at (timestamp => now())",
        "select * from b join (select 1 from A AT (version => 3)) on true",
        "with x as (select 1) select * from x at (version => 1)"
      })
  void analyze_anotherMoment_isRefused(String sql) {
    // The engine parses it and would answer from what the table holds now.
    HeadraceException e =
        catchThrowableOfType(HeadraceException.class, () -> ANALYZER.analyze(sql));
    assertThat(e.code()).isEqualTo(SqlErrorCode.SQL_AT);
    assertThat(e.hint()).contains("headrace sql --at");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT  a.x ,1 FROM a WHERE y>1",
        "select a.x, 1\n  from a\n -- a comment\n where y > 1",
        "/* header */ select a.x,1 from a where y > 1;"
      })
  void fingerprint_ignoresLayout(String sql) {
    assertThat(ANALYZER.analyze(sql).fingerprint())
        .isEqualTo(ANALYZER.analyze("select a.x, 1 from a where y > 1").fingerprint());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select a.x, 1 from a where y >= 1",
        "select a.x, 2 from a where y > 1",
        "select a.x, '1' from a where y > 1",
        "select a.x, 1 from b where y > 1",
        "select a.x, 1 as z from a where y > 1",
        "select a.x, 1 from a where y > $p",
        "select distinct a.x, 1 from a where y > 1",
        "select a.x, 1 from a where y > 1 limit 1",
        "select a.x, 1 from a left join b on true where y > 1",
        "select a.x, 1 from a join b on true where y > 1",
        "select a.x, 1 from a where y > 1 order by 1",
        "select a.x, 1 from a where y > 1 order by 1 desc",
        "select a.x, 1 from a where y > 1 union select 1, 1",
        "select a.x, 1 from a where y > 1 union all select 1, 1"
      })
  void fingerprint_seesEveryDifference(String sql) {
    assertThat(ANALYZER.analyze(sql).fingerprint())
        .isNotEqualTo(ANALYZER.analyze("select a.x, 1 from a where y > 1").fingerprint());
  }

  @Test
  void fingerprints_ofDifferentSetOperationsAndOrders_differ() {
    assertThat(
            List.of(
                    "select 1 union select 2",
                    "select 1 union all select 2",
                    "select 1 except select 2",
                    "select x from a order by x",
                    "select x from a order by x desc",
                    "select x from a order by x nulls first",
                    "select x from a",
                    "select sum(x) from a",
                    "select sum(distinct x) from a")
                .stream()
                .map(sql -> ANALYZER.analyze(sql).fingerprint()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select random() | random",
        "select NOW() | now",
        "select current_date | current_date",
        "select current_timestamp from a | current_timestamp",
        "select uuid() | uuid",
        "select age(t) from a | age",
        "select x from a where t > today() | today",
        "select * from a using sample 10 | sample",
      })
  void volatileCalls_areListed(String sql, String name) {
    SqlAnalysis analysis = ANALYZER.analyze(sql);
    assertThat(analysis.isDeterministic()).isFalse();
    assertThat(analysis.volatileCalls()).extracting(Call::name).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select age(a, b) from t",
        "select sum(x) from t",
        "select t.now from t",
        "select 'random()' from t",
        "select date_trunc('day', x) from t"
      })
  void volatileCalls_areNotInvented(String sql) {
    assertThat(ANALYZER.analyze(sql).isDeterministic()).isTrue();
  }

  @Test
  void tableFunctions_haveAPlace() {
    SqlAnalysis analysis = ANALYZER.analyze("select *\nfrom range(3),\n  read_csv('x.csv')");
    assertThat(analysis.tableFunctions())
        .containsExactly(
            new Call("range", new Position(2, 6)), new Call("read_csv", new Position(3, 3)));
    assertThat(analysis.restricted()).containsExactly(new Call("read_csv", new Position(3, 3)));
  }

  @Test
  void syntaxError_isAtItsPlaceInTheFile() {
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class,
            () ->
                ANALYZER.analyze(
                    "select 'é', 1\nfrom a whre x", new Location("tables/a.sql", 7, 1)));
    assertThat(e.code()).isEqualTo(SqlErrorCode.SQL_SYNTAX);
    assertThat(e.location()).contains(new Location("tables/a.sql", 8, 13));
    assertThat(e).hasMessageContaining("\"x\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create table x as select 1 | CREATE",
        "/* first */ drop table x | DROP",
        "select 1; select 2 | 2 statements",
        "pivot a on x using sum(y) | PIVOT",
      })
  void notASelect_saysWhatItIs(String sql, String word) {
    HeadraceException e =
        catchThrowableOfType(HeadraceException.class, () -> ANALYZER.analyze(sql));
    assertThat(e.code()).isEqualTo(SqlErrorCode.SQL_NOT_A_SELECT);
    assertThat(e).hasMessageContaining(word);
  }

  @Test
  void analyze_afterAFailure_goesOn() {
    catchThrowableOfType(HeadraceException.class, () -> ANALYZER.analyze("selec"));
    assertThat(tables("select * from a")).containsExactly("a");
  }

  @Test
  void analyze_deepNesting_worksOrSaysSo() {
    String sql = "select " + "(".repeat(300) + "1" + ")".repeat(300) + " from a";
    assertThat(tables(sql)).containsExactly("a");
    String sums = "select 1" + " + 1".repeat(5000) + " from a";
    try {
      assertThat(tables(sums)).containsExactly("a");
    } catch (HeadraceException e) {
      assertThat(e.code()).isIn(SqlErrorCode.SQL_SYNTAX, SqlErrorCode.SQL_PARSER_FAILED);
    }
  }
}
