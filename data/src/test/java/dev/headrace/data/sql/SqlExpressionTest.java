package dev.headrace.data.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.data.sql.SqlExpression.ColumnUse;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlExpressionTest {
  private static SqlAnalyzer analyzer;

  @BeforeAll
  static void start() {
    analyzer = SqlAnalyzer.standalone();
  }

  @AfterAll
  static void stop() {
    analyzer.close();
  }

  @Test
  void columns_areFoundWhereTheyStand() {
    SqlExpression expression =
        read(
            "\"Größe\" > 3 and dim_site.kind in ('a.b', '--') -- where site.x\n and not \"X y\".z");

    assertThat(expression.columns().stream().map(ColumnUse::name))
        .containsExactly("Größe", "dim_site.kind", "X y.z");
    assertThat(expression.rewrite(use -> "<" + use.parts().getLast() + ">"))
        .isEqualTo("<Größe> > 3 and <kind> in ('a.b', '--') " + " ".repeat(15) + "\n and not <z>");
  }

  @Test
  void valueKeywords_areNoColumns() {
    assertThat(read("day > current_date").columns())
        .extracting(ColumnUse::name)
        .containsExactly("day");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = 1) or (true",
        "a, b",
        "a from t",
        "a as b",
        "a where b",
        "a union select b",
        "a order by b",
        "a limit 1",
        "a; drop table t",
        "a) --",
        "a = 1 /*",
        "a in (select b from t)",
        "exists (select 1)",
        "sum(a) over ()",
        "a = $p",
        "a = ?",
        "count(*) > 1 and *",
        "list_filter(a, x -> x > 1)",
        "a = getenv('HOME')",
        "",
        "  -- nothing"
      })
  void anythingElse_isRefused(String text) {
    HeadraceException refused = catchThrowableOfType(HeadraceException.class, () -> read(text));

    assertThat(refused).as(text).isNotNull();
  }

  @Test
  void message_namesThePlace() {
    HeadraceException refused =
        catchThrowableOfType(
            HeadraceException.class,
            () ->
                analyzer.expression("a = 1 and\n  b in (select 1)", new Location("m.yaml", 7, 8)));

    assertThat(refused.location()).contains(new Location("m.yaml", 8, 8));
    refused = catchThrowableOfType(HeadraceException.class, () -> read("a in (select b from t)"));
    assertThat(refused).hasMessageContaining("it has a subquery");

    refused =
        catchThrowableOfType(
            HeadraceException.class,
            () -> analyzer.expression("a = 1) or (true", new Location("m.yaml", 7, 8)));

    assertThat(refused.location()).contains(new Location("m.yaml", 7, 13));
  }

  private static SqlExpression read(String text) {
    return analyzer.expression(text, new Location("where", 1, 1));
  }
}
