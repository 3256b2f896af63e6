package dev.headrace.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.data.portability.PortabilityRule;
import dev.headrace.data.portability.PortabilityRule.About;
import dev.headrace.data.portability.PortabilityRules;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a rule says differs, differs; what it says to write instead is the same on both engines. */
class PortabilityOnTwoEnginesTest {
  private static final SqlEngine DUCKDB = TwoEngines.duckDb();
  private static final SqlEngine SPARK = TwoEngines.spark();

  @AfterAll
  static void close() {
    DUCKDB.close();
  }

  /**
   * What an engine answers.
   *
   * @param types of the columns, without the ids of nested ones
   * @param rows numbers as {@code BigDecimal}s without trailing zeros
   */
  private record Answer(List<String> names, List<Type> types, List<List<@Nullable Object>> rows) {}

  @TestFactory
  Stream<DynamicTest> everyRule() {
    return PortabilityRules.load().all().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.title(), () -> check(rule)));
  }

  private static void check(PortabilityRule rule) {
    for (String sql : rule.differs()) {
      Optional<Answer> one = answer(DUCKDB, sql);
      Optional<Answer> two = answer(SPARK, sql);
      assertThat(one).as("DuckDB takes: %s", sql).isPresent();
      boolean same = two.isPresent() && one.get().rows().equals(two.get().rows());
      switch (rule.about()) {
        case ROWS -> assertThat(same).as("%s%n%s%n%s", sql, one, two).isFalse();
        case TYPE -> {
          assertThat(same).as("%s%n%s%n%s", sql, one, two).isTrue();
          assertThat(two.get().types()).as(sql).isNotEqualTo(one.get().types());
        }
        case NAME -> assertThat(two.get().names()).as(sql).isNotEqualTo(one.get().names());
      }
    }
    for (String sql : rule.same()) {
      Answer one = answer(DUCKDB, sql).orElseThrow();
      Answer two = answer(SPARK, sql).orElseThrow();
      assertThat(two.rows()).as(sql).isEqualTo(one.rows());
      assertThat(two.names()).as(sql).isEqualTo(one.names());
      if (rule.about() == About.TYPE) {
        assertThat(two.types()).as(sql).isEqualTo(one.types());
      }
    }
  }

  /** Empty where the engine refuses. */
  private static Optional<Answer> answer(SqlEngine engine, String sql) {
    List<List<@Nullable Object>> all = new ArrayList<>();
    try (Rows rows = engine.execute(Query.of(sql, Map.of()), Watch.none())) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        List<@Nullable Object> values = new ArrayList<>();
        row.forEach(value -> values.add(plain(value)));
        all.add(values);
      }
      List<Field> fields = rows.schema().fields();
      return Optional.of(
          new Answer(
              fields.stream().map(Field::name).toList(),
              fields.stream().map(Field::type).toList(),
              all));
    } catch (HeadraceException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Double number when !Double.isFinite(number) -> number;
      case Number number -> new BigDecimal(number.toString()).stripTrailingZeros();
      case null, default -> value;
    };
  }
}
