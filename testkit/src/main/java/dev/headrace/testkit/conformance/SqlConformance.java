package dev.headrace.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The portable subset of SQL, kept by an engine. Numbers are compared by value, whatever their
 * type; floating-point ones to one part in a billion.
 */
@NullUnmarked
public abstract class SqlConformance {
  private static final double TOLERANCE = 1e-9;

  /** An engine; who made it closes it. */
  protected abstract SqlEngine engine();

  @TestFactory
  Stream<DynamicTest> everyCase() {
    return ConformanceCase.all().stream()
        .map(each -> DynamicTest.dynamicTest(each.file() + ": " + each.title(), () -> check(each)));
  }

  private void check(ConformanceCase each) {
    SqlEngine engine = engine();
    Query query = Query.of(each.sqlFor(engine.name()), Map.of());
    if (each.isError()) {
      HeadraceException e =
          catchThrowableOfType(HeadraceException.class, () -> rows(engine, query));
      assertThat(e).as(each.sql()).isNotNull();
      assertThat(e.code().kind()).as(e.toString()).isEqualTo(ErrorKind.INVALID);
      return;
    }
    List<List<@Nullable Object>> found = rows(engine, query);
    boolean same = found.size() == each.rows().size();
    for (int i = 0; same && i < found.size(); i++) {
      same = same(found.get(i), each.rows().get(i));
    }
    assertThat(same).as("%s%n  gives %s%n  not   %s", query.sql(), found, each.rows()).isTrue();
  }

  private static List<List<@Nullable Object>> rows(SqlEngine engine, Query query) {
    List<List<@Nullable Object>> all = new ArrayList<>();
    try (Rows rows = engine.execute(query, Watch.none())) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        all.add(row);
      }
    }
    return all;
  }

  private static boolean same(List<@Nullable Object> row, List<String> expected) {
    boolean same = row.size() == expected.size();
    for (int i = 0; same && i < row.size(); i++) {
      same = same(row.get(i), expected.get(i).strip());
    }
    return same;
  }

  private static boolean same(@Nullable Object value, String expected) {
    return switch (value) {
      case null -> expected.equals("NULL");
      case Double number -> close(number, expected);
      case Float number -> close(number, expected);
      case Number number ->
          isNumber(expected)
              && new BigDecimal(number.toString()).compareTo(new BigDecimal(expected)) == 0;
      default -> value.toString().equals(expected);
    };
  }

  private static boolean close(double number, String expected) {
    if (!isNumber(expected)) {
      return false;
    }
    double wanted = Double.parseDouble(expected);
    return Math.abs(number - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted));
  }

  private static boolean isNumber(String text) {
    return text.matches("-?[0-9.]+(E-?[0-9]+)?");
  }
}
