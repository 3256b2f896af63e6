package dev.headrace.data.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of models are found where they are calls, and nowhere else. */
class ModelCallsTest {
  private static List<ModelCall> find(String sql) {
    return ModelCalls.find(sql, SqlAnalyzer.UNKNOWN_ORIGIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 'ml.weights(model x)'",
        "select e'\\'ml.weights(model x)'",
        "select $$ ml.weights(model x) $$, $a$ ml.weights(model x) $$ $a$",
        "select \"ml.weights(model x)\" from t",
        "select 1 -- ml.weights(model x)",
        "select 1 /* /* */ ml.weights(model x) */",
        "select ml.weight from t ml",
        "select ml.weights from t ml",
        "select ml.lower() from t",
        "select x.ml.weights(model) from t",
        "select html.weights(model) from t",
        "select ml$.x(model) from t",
        "select İml.weights(model) from t",
        "",
        "ml.",
        "ml"
      })
  void find_nothing(String sql) {
    assertThat(find(sql)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from ml.weights(model churn)",
        "select * from ML . Weights ( MODEL churn )",
        "select * from ml/* a */.weights--\n(model\tchurn)",
        "select * from ml.weights(model \"churn\")",
        "select 'é', e'\\'', $x$ ' $x$ from ml.weights(model churn)"
      })
  void find_one(String sql) {
    ModelCall call = find(sql).getFirst();
    assertThat(call.function()).isEqualTo(ModelFunction.WEIGHTS);
    assertThat(call.reference()).isEqualTo("churn");
    assertThat(call.rows()).isEqualTo(new ModelCall.Own());
    assertThat(sql.substring(call.start(), call.end()).toLowerCase(java.util.Locale.ROOT))
        .startsWith("ml")
        .endsWith(")");
  }

  @Test
  void find_versionsAndRows() {
    String sql =
        "select * from ml.predict(model a:3, (select ')' as \")\" from (select 1) -- )\n)),"
            + " ml.predict(model b@can-2, table \"x y\"), ml.evaluate(model c@latest)";
    List<ModelCall> calls = find(sql);
    assertThat(calls)
        .extracting(ModelCall::reference)
        .containsExactly("a:3", "b@can-2", "c@latest");
    ModelCall.OfQuery rows = (ModelCall.OfQuery) calls.getFirst().rows();
    assertThat(sql.substring(rows.start(), rows.end()))
        .isEqualTo("(select ')' as \")\" from (select 1) -- )\n)");
    assertThat(calls.get(1).rows()).isEqualTo(new ModelCall.OfTable("x y"));
    assertThat(calls.getFirst().position()).isEqualTo(new Position(1, 15));
    assertThat(calls.get(1).position()).isEqualTo(new Position(2, 5));
  }

  /** Those inside belong to the text of the rows. */
  @Test
  void find_outermost() {
    assertThat(find("from ml.predict(model a, (select * from ml.predict(model b, table t)))"))
        .extracting(ModelCall::reference)
        .containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from ml.weights()",
        "from ml.weights(",
        "from ml.weights(model",
        "from ml.weights(model )",
        "from ml.weights(model churn",
        "from ml.weights(model churn,",
        "from ml.weights(model churn, table",
        "from ml.weights(model churn, (select 1)",
        "from ml.weights(model churn, (select ')'",
        "from ml.weights(model churn churn)",
        "from ml.weigths(model churn)",
        "from ml.weights(model churn, table x, table y)"
      })
  void find_refuses(String sql) {
    assertThatThrownBy(() -> find(sql))
        .isInstanceOfSatisfying(
            dev.headrace.spi.error.HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(SqlErrorCode.SQL_MODEL_CALL);
              assertThat(e.location()).isPresent();
            });
  }

  @Test
  void endOfSteps_isTheLastCompleteOne() {
    String sql =
        "with recursive a(x, y) as (select ')' from b), \"c d\" as not materialized (select 2) select 3";
    int first = sql.indexOf("from b)") + 7;
    int second = sql.indexOf("select 2)") + 9;
    assertThat(SqlScanner.endOfSteps(sql, sql.length())).isEqualTo(second);
    assertThat(SqlScanner.endOfSteps(sql, second - 1)).isEqualTo(first);
    assertThat(SqlScanner.endOfSteps(sql, first - 1)).isZero();
    assertThat(SqlScanner.endOfSteps("select (1)", 10)).isZero();
    assertThat(SqlScanner.endOfSteps("within (1)", 10)).isZero();
  }
}
