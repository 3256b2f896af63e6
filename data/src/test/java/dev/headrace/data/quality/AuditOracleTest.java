package dev.headrace.data.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.project.Problems;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every check against a loop over the same rows in Java. */
class AuditOracleTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

  private record Row(
      int no,
      @Nullable Long id,
      @Nullable Integer kind,
      @Nullable String status,
      @Nullable BigDecimal total,
      @Nullable Double ratio,
      @Nullable Float share,
      @Nullable LocalDate day,
      @Nullable LocalDateTime at,
      @Nullable Boolean flag) {}

  @TempDir Path directory;
  private TestTables tables;

  @BeforeEach
  void open() {
    tables = new TestTables(directory);
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void audit_randomTable_countsAndRowsEqualTheLoop(long seed) throws Exception {
    Random random = new Random(seed);
    int size = List.of(0, 1, 7, 60, 500, 3000).get(random.nextInt(6));
    List<Row> rows = rows(random, seed == 8 ? 4000 : size);
    List<Long> keys = List.of(-40L, -3L, 0L, 1L, 2L, 5L, 31L, 32L, 63L, 64L, 100L);
    Relation.Files table = table(rows);
    Relation.Files customers = customers(keys);

    Map<CheckSpec, Predicate<Row>> fails = new LinkedHashMap<>();
    Predicate<Row> nonNegativeKind = r -> r.kind != null && r.kind >= 0;
    fails.put(spec(new Check.NotNull(List.of("ID"))), r -> r.id == null);
    fails.put(spec(new Check.NotNull(List.of("ratio"))), r -> r.ratio == null);
    fails.put(
        spec(new Check.NotNull(List.of("status")), "kind >= 0 -- só these"),
        r -> nonNegativeKind.test(r) && r.status == null);
    fails.put(
        spec(new Check.AcceptedValues(Map.of("status", List.of("open", "it's", "ümläut \"x\"")))),
        r -> r.status != null && !Set.of("open", "it's", "ümläut \"x\"").contains(r.status));
    fails.put(
        spec(new Check.AcceptedValues(Map.of("kind", List.of("1", "-2", "3.0")))),
        r -> r.kind != null && !Set.of(1, -2, 3).contains(r.kind));
    fails.put(
        spec(new Check.AcceptedValues(Map.of("total", List.of("1.10", "0", "-0.5")))),
        r ->
            r.total != null
                && !Set.of(new BigDecimal("1.10"), new BigDecimal("0.00"), new BigDecimal("-0.50"))
                    .contains(r.total));
    fails.put(
        spec(new Check.AcceptedValues(Map.of("flag", List.of("TRUE")))),
        r -> r.flag != null && !r.flag);
    List<String> many = new ArrayList<>();
    for (int i = -20; i < 20; i += 2) {
      many.add(Integer.toString(i));
    }
    fails.put(
        spec(new Check.AcceptedValues(Map.of("id", many))),
        r -> r.id != null && !many.contains(r.id.toString()));
    fails.put(
        spec(new Check.Range(Map.of("total", Bounds.between("-0.5", "1.105")))),
        r ->
            r.total != null
                && (r.total.compareTo(new BigDecimal("-0.5")) < 0
                    || r.total.compareTo(new BigDecimal("1.105")) > 0));
    fails.put(
        spec(new Check.Range(Map.of("kind", new Bounds(null, null, "-0.5", "2.5")))),
        r -> r.kind != null && !(r.kind > -0.5 && r.kind < 2.5));
    fails.put(
        spec(new Check.Range(Map.of("id", Bounds.atLeast("-99999999999999999999")))), r -> false);
    fails.put(
        spec(new Check.Range(Map.of("ratio", Bounds.atLeast("0")))),
        r -> r.ratio != null && !(r.ratio >= 0));
    fails.put(
        spec(new Check.Range(Map.of("share", new Bounds(null, "0.1", null, null)))),
        r -> r.share != null && !(r.share <= 0.1f));
    fails.put(
        spec(new Check.Range(Map.of("day", Bounds.between("2026-03-01", "2026-03-09")))),
        r -> r.day != null && (r.day.getMonthValue() != 3 || r.day.getDayOfMonth() > 9));
    fails.put(
        spec(new Check.Range(Map.of("at", new Bounds(null, null, "2026-03-02 00:00:00", null)))),
        r -> r.at != null && !r.at.isAfter(LocalDateTime.parse("2026-03-02T00:00:00")));
    for (String regex : List.of("o.*", ".+@.+", "(?i)OPEN|paid", "it's", "[a-z]+", "..")) {
      Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
      fails.put(
          spec(new Check.Regex(Map.of("status", regex))),
          r -> r.status != null && !pattern.matcher(r.status).matches());
    }
    fails.put(
        spec(new Check.ForeignKey(Map.of("id", "customers.customer_id"))),
        r -> r.id != null && !keys.contains(r.id));
    fails.put(spec(new Check.ForeignKey(Map.of("no", "t.no")), "kind > 0"), r -> false);
    fails.put(
        spec(new Check.ForeignKey(Map.of("kind", "t.no")), "kind > 0"),
        r -> r.kind != null && r.kind > 0 && r.kind >= rows.size());
    fails.put(unique("no"), repeats(rows, Row::no));
    fails.put(unique("id"), repeats(rows, Row::id));
    fails.put(unique("kind"), repeats(rows, Row::kind));
    fails.put(unique("status"), repeats(rows, Row::status));
    fails.put(unique("total"), repeats(rows, Row::total));
    // SQL holds that the two zeros are equal and that NaN equals itself.
    fails.put(
        unique("ratio"),
        repeats(rows, r -> r.ratio == null ? null : Double.valueOf(r.ratio + 0.0)));
    fails.put(
        unique("id", "status"),
        repeats(rows, r -> r.id == null || r.status == null ? null : r.id + "|" + r.status));
    fails.put(
        spec(new Check.Unique(List.of("id")), "flag"),
        repeats(rows.stream().filter(r -> Boolean.TRUE.equals(r.flag)).toList(), Row::id)
            .and(r -> Boolean.TRUE.equals(r.flag)));
    fails.put(
        spec(new Check.Sql("select * from {this} where total < 0 -- refunds;")),
        r -> r.total != null && r.total.signum() < 0);

    Problems problems = new Problems();
    CheckPlan plan = tables.plan("t", table, List.copyOf(fails.keySet()), problems);
    assertThat(problems.list()).isEmpty();
    AuditReport report = auditor().audit(plan, table, Map.of("customers", customers), Watch.none());

    tables.engine.countsByBits = false;
    assertThat(auditor().audit(plan, table, Map.of("customers", customers), Watch.none()).results())
        .as("without bits")
        .isEqualTo(report.results());

    assertThat(report.rows()).isEqualTo(rows.size());
    assertThat(report.results()).hasSize(fails.size());
    Map<String, Set<Integer>> expectedRows = new TreeMap<>();
    int i = 0;
    for (Predicate<Row> failing : fails.values()) {
      CheckResult result = report.results().get(i++);
      Set<Integer> numbers = new HashSet<>();
      rows.stream().filter(failing).forEach(r -> numbers.add(r.no));
      assertThat(result.failingRows()).as(result.id()).isEqualTo(numbers.size());
      assertThat(result.status())
          .as(result.toString())
          .isEqualTo(numbers.isEmpty() ? CheckResult.Status.PASSED : CheckResult.Status.FAILED);
      if (!numbers.isEmpty()) {
        expectedRows.put(result.id(), numbers);
      }
    }
    Map<String, Set<Integer>> foundRows = failingRows(report);
    assertThat(foundRows.keySet()).isEqualTo(expectedRows.keySet());
    expectedRows.forEach(
        (id, expected) -> {
          Set<Integer> found = Objects.requireNonNull(foundRows.get(id));
          if (expected.size() <= Auditor.FAILING_ROWS_KEPT) {
            assertThat(found).as(id).isEqualTo(expected);
          } else {
            assertThat(found).as(id).hasSize(Auditor.FAILING_ROWS_KEPT).isSubsetOf(expected);
          }
        });
  }

  private Map<String, Set<Integer>> failingRows(AuditReport report) {
    Map<String, Set<Integer>> found = new HashMap<>();
    if (report.failingRows().isEmpty()) {
      return found;
    }
    try (Rows rows = tables.engine.execute(report.failingRows().get(), Watch.none())) {
      List<String> names = rows.schema().names();
      assertThat(names).endsWith("_check", "_reason");
      for (var row = rows.next(); row != null; row = rows.next()) {
        boolean added =
            found
                .computeIfAbsent((String) row.get(row.size() - 2), id -> new HashSet<>())
                .add((Integer) row.get(0));
        assertThat(added).as("each failing row once per check").isTrue();
        assertThat((String) row.getLast()).isNotBlank();
      }
    }
    return found;
  }

  private static Predicate<Row> repeats(List<Row> rows, Function<Row, @Nullable Object> key) {
    Map<Object, Integer> counts = new HashMap<>();
    rows.stream().map(key).filter(Objects::nonNull).forEach(k -> counts.merge(k, 1, Integer::sum));
    return r -> key.apply(r) != null && counts.getOrDefault(key.apply(r), 0) > 1;
  }

  private static CheckSpec unique(String... columns) {
    return spec(new Check.Unique(List.of(columns)));
  }

  private static CheckSpec spec(Check check) {
    return CheckSpec.of(check);
  }

  private static CheckSpec spec(Check check, String where) {
    return new CheckSpec(check, Severity.ERROR, null, where);
  }

  private Auditor auditor() {
    return new Auditor(tables.engine, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static List<Row> rows(Random random, int size) {
    String[] statuses = {
      "open", "paid", "it's", "ümläut \"x\"", "OPEN", "a@b", "line\nbreak@x", "", "%_", "'; drop"
    };
    double[] ratios = {
      0.0, -0.0, 1.5, -1.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.1
    };
    float[] shares = {0.1f, 0.2f, -1f, Float.NaN, 0f};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      rows.add(
          new Row(
              i,
              maybe(random, (long) random.nextInt(400) - 100),
              maybe(random, random.nextInt(9) - 4),
              maybe(random, statuses[random.nextInt(statuses.length)]),
              maybe(random, BigDecimal.valueOf(random.nextInt(400) - 100, 2)),
              maybe(random, ratios[random.nextInt(ratios.length)]),
              maybe(random, shares[random.nextInt(shares.length)]),
              maybe(random, LocalDate.of(2026, 3, 1).plusDays(random.nextInt(10))),
              maybe(random, LocalDateTime.of(2026, 3, 1, 0, 0).plusHours(random.nextInt(60))),
              maybe(random, random.nextBoolean())));
    }
    return rows;
  }

  private static <T> @Nullable T maybe(Random random, T value) {
    return random.nextInt(10) == 0 ? null : value;
  }

  private Relation.Files table(List<Row> rows) {
    String types =
        "cast(no as int) no, cast(id as bigint) id, cast(kind as int) kind, status,"
            + " cast(total as decimal(12,2)) total, cast(ratio as double) ratio,"
            + " cast(share as float) share, cast(\"day\" as date) \"day\","
            + " cast(\"at\" as timestamp) \"at\", cast(flag as boolean) flag";
    String values =
        Stream.concat(
                rows.stream(),
                Stream.of(new Row(0, null, null, null, null, null, null, null, null, null)))
            .map(
                r ->
                    Stream.of(
                            r.no, r.id, r.kind, r.status, r.total, r.ratio, r.share, r.day, r.at,
                            r.flag)
                        .map(AuditOracleTest::literal)
                        .collect(Collectors.joining(",", "(", ")")))
            .collect(Collectors.joining(","));
    // The last row only gives an empty table its columns.
    return tables.table(
        "t",
        "select %s from (values %s) v(no,id,kind,status,total,ratio,share,\"day\",\"at\",flag) limit %s"
            .formatted(types, values, rows.size()));
  }

  private static String literal(@Nullable Object value) {
    return value == null ? "null" : "'" + value.toString().replace("'", "''") + "'";
  }

  private Relation.Files customers(List<Long> keys) {
    return tables.table(
        "customers",
        "select cast(k as bigint) customer_id from (values (null), "
            + keys.stream().map(k -> "(" + k + "), (" + k + ")").collect(Collectors.joining(","))
            + ") v(k)");
  }
}
