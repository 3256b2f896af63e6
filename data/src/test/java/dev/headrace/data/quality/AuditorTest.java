package dev.headrace.data.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.Problems;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditorTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  @TempDir Path directory;
  private TestTables tables;
  private Relation.Files orders;
  private Relation.Files customers;

  @BeforeEach
  void open() {
    tables = new TestTables(directory);
    customers = tables.table("customers", "select i as customer_id from range(10) t(i)");
    orders =
        tables.table(
            "orders",
            """
            select i as order_id, i % 10 as customer_id, 'open' as status,
              cast(i as decimal(12,2)) as total, 'a@b' as email,
              cast(i as double) as weight, timestamp '2026-03-09 12:00:00' as ordered_at,
              date '2026-03-09' as "day", [i] as parts, i as "We ""ird"
            from range(100) t(i)""");
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void audit_twentyChecksThatHold_takesFourQueries() {
    List<CheckSpec> specs = new ArrayList<>();
    specs.add(of(new Check.NotNull(orders.schema().names())));
    specs.add(of(new Check.AcceptedValues(Map.of("status", List.of("open")))));
    specs.add(of(new Check.Range(Map.of("total", Bounds.atLeast("0")))));
    specs.add(of(new Check.Range(Map.of("weight", Bounds.between("0", "99")))));
    specs.add(of(new Check.Range(Map.of("day", Bounds.atLeast("2026-01-01")))));
    specs.add(of(new Check.Regex(Map.of("email", ".+@.+"))));
    specs.add(of(new Check.RowCount(1L, 100L)));
    specs.add(of(new Check.Freshness(Map.of("ordered_at", Duration.ofDays(1)))));
    specs.add(of(new Check.Freshness(Map.of("day", Duration.ofHours(12)))));
    specs.add(of(new Check.Unique(List.of("order_id"))));
    specs.add(of(new Check.ForeignKey(Map.of("customer_id", "customers.customer_id"))));
    CheckPlan plan = plan(specs);
    tables.engine.countsByBits = false;

    AuditReport report = audit(plan);

    assertThat(plan.checks()).hasSize(20);
    assertThat(report.results()).extracting(CheckResult::status).containsOnly(passed());
    assertThat(report.passed()).isEqualTo(20);
    assertThat(report.publishable()).isTrue();
    assertThat(report.failingRows()).isEmpty();
    // Bounds from file metadata, one scan of rows, one for uniqueness, one for the foreign key.
    assertThat(tables.engine.executed).hasSize(4);
    assertThat(report.queries()).isEqualTo(4);
    assertThat(plan.scans()).extracting(CheckPlan.Scan::sql).isEqualTo(tables.engine.executed);
  }

  @Test
  void audit_keysCloseTogether_areCountedByBits() {
    CheckPlan plan = plan(List.of(of(new Check.Unique(List.of("order_id")))));
    assertThat(audit(plan).results().getFirst().message())
        .isEqualTo("order_id: no value repeats in 100 rows");
    assertThat(tables.engine.executed)
        .containsExactly(
            "select\n  count(*),\n  count(\"order_id\"),\n  min(\"order_id\"),\n"
                + "  max(\"order_id\")\nfrom \"this\"",
            "select count(\"order_id\") - coalesce(bit_count(bitstring_agg(cast(\"order_id\" as"
                + " bigint), cast('0' as bigint), cast('99' as bigint))), 0)\nfrom \"this\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "i * 128", // 86 numbers to a value
        "[-9223372036854775807, 0, 9223372036854775807][i + 1]", // more numbers between them than
        // fit in a long
        "nullif(i, i)" // no value at all
      })
  void audit_keysFarApart_areGroupedInBlocks(String key) {
    Relation.Files far =
        tables.table("far", "select cast(" + key + " as bigint) as key from range(3) t(i)");
    CheckPlan plan =
        tables.plan("far", far, List.of(of(new Check.Unique(List.of("key")))), new Problems());
    AuditReport report =
        new Auditor(tables.engine, Clock.systemUTC()).audit(plan, far, Map.of(), Watch.none());

    assertThat(report.passed()).isEqualTo(1);
    assertThat(tables.engine.executed.getLast()).contains("group by").doesNotContain("bitstring");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # values  | keys of the other table                         | failing | by bits | joined
          i + 10      | i + 10 from range(100) t(i)                     | 0       | true    | false
          i + 10      | i from range(1000) t(i)                         | 0       | true    | false
          i - 50      | cast(i - 60 as int) from range(120) t(i)        | 0       | true    | false
          i + 10      | case when i < 100 then i + 10 end from range(900) t(i) | 0 | true   | false
          nullif(i,3) | i from range(100) t(i)                          | 0       | true    | false
          i + 10      | i + 11 from range(100) t(i)                     | 1       | true    | true
          i + 10      | i from range(109) t(i)                          | 1       | true    | true
          i + 10      | case when i <> 57 then i end from range(200) t(i) | 1     | true    | true
          i + 10      | i // 2 from range(200) t(i)                     | 10      | true    | true
          i + 10      | i // 2 * 2 from range(400) t(i)                 | 50      | true    | true
          i + 10      | i + 10 from range(99) t(i)                      | 1       | false   | true
          i * i       | i * i from range(100) t(i)                      | 0       | false   | true
          i + 10      | i + 10.0 from range(100) t(i)                   | 0       | false   | true
          """)
  void audit_foreignKey_isJoinedWhereSomeNumberBetweenItsBoundsIsNoKey(
      String values, String keys, int failing, boolean byBits, boolean joined) {
    Relation.Files child =
        tables.table("child", "select " + values + " as parent from range(100) t(i)");
    Relation.Files parents =
        tables.table("parents", "select " + keys.replace("from", "as id from"));
    CheckSpec refers = of(new Check.ForeignKey(Map.of("parent", "parents.id")));
    CheckPlan plan = tables.plan("child", child, List.of(refers), new Problems());
    AuditReport report =
        new Auditor(tables.engine, Clock.systemUTC())
            .audit(plan, child, Map.of("parents", parents), Watch.none());
    assertThat(report.results().getFirst().failingRows()).isEqualTo(failing);
    assertThat(tables.engine.executed.stream().anyMatch(sql -> sql.contains("bitstring")))
        .isEqualTo(byBits);
    assertThat(tables.engine.executed.stream().anyMatch(sql -> sql.contains("join (")))
        .isEqualTo(joined);
  }

  @Test
  void audit_foreignKeyIntoAView_isJoinedAtOnce() {
    Relation.Files child = tables.table("child", "select i as parent from range(100) t(i)");
    Relation.Files parents = tables.table("parents", "select i as id from range(100) t(i)");
    Relation view =
        new Relation.View(Query.of("select id from parents", Map.of("parents", parents)));
    CheckSpec refers = of(new Check.ForeignKey(Map.of("parent", "parents.id")));
    CheckPlan plan = tables.plan("child", child, List.of(refers), new Problems());
    AuditReport report =
        new Auditor(tables.engine, Clock.systemUTC())
            .audit(plan, child, Map.of("parents", view), Watch.none());
    assertThat(report.passed()).isEqualTo(1);
    assertThat(tables.engine.executed).hasSize(2).last().asString().contains("join (");
  }

  @Test
  void audit_onlyBounds_readsNoRow() {
    audit(plan(List.of(of(new Check.NotNull(List.of("order_id"))))));
    assertThat(tables.engine.executed)
        .containsExactly("select\n  count(*),\n  count(\"order_id\")\nfrom \"this\"");
  }

  @Test
  void audit_patternKnownToHold_isToldWithoutReadingARow() {
    CheckPlan plan = plan(List.of(of(new Check.Regex(Map.of("email", ".+@.+")))));
    CheckResult read = audit(plan).results().getFirst();
    tables.engine.executed.clear();

    AuditReport report =
        auditor().audit(plan, orders, Map.of(), plan.lookFor().keySet(), Watch.none());

    assertThat(plan.lookFor()).containsOnlyKeys(read.id());
    assertThat(report.results()).containsExactly(read);
    assertThat(tables.engine.executed).hasSize(1); // The bounds.
  }

  @Test
  void lookFor_isOfPatternsWithoutAConditionAlone() {
    CheckSpec whenAsked =
        new CheckSpec(
            new Check.Regex(Map.of("status", "o.*")), Severity.ERROR, null, "ordered_at < now()");
    CheckPlan plan =
        plan(
            List.of(
                whenAsked,
                of(new Check.Regex(Map.of("email", ".+@.+"))),
                of(new Check.NotNull(List.of("email"))),
                of(new Check.AcceptedValues(Map.of("status", List.of("open"))))));

    assertThat(plan.lookFor().values()).containsExactly("not (\"email\" like '_%@_%')");
  }

  @Test
  void audit_brokenCondition_isReportedAndLeavesTheOthersAlone() {
    List<CheckSpec> specs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      specs.add(
          new CheckSpec(
              new Check.NotNull(List.of("order_id")),
              i == 5 ? Severity.WARN : Severity.ERROR,
              "c" + i,
              i == 5 ? "no_such_column > 1" : "total > " + i));
    }
    AuditReport report = audit(plan(specs));

    assertThat(report.passed()).isEqualTo(7);
    assertThat(report.warned()).isEqualTo(1);
    assertThat(report.results().get(5).status()).isEqualTo(CheckResult.Status.ERROR);
    assertThat(report.results().get(5).message()).contains("no_such_column");
    assertThat(report.results().get(4).rowsChecked()).isEqualTo(95);
    assertThat(report.publishable()).isTrue();
  }

  @Test
  void audit_failures_sayWhatIsWrong() {
    AuditReport report =
        audit(
            plan(
                List.of(
                    of(new Check.Range(Map.of("total", Bounds.between("3", "97.5")))),
                    of(new Check.AcceptedValues(Map.of("status", List.of("paid", "void")))),
                    of(new Check.Unique(List.of("customer_id"))),
                    of(new Check.ForeignKey(Map.of("order_id", "customers.customer_id"))),
                    of(new Check.RowCount(1000L, null)),
                    of(new Check.Freshness(Map.of("ordered_at", Duration.ofHours(1)))),
                    of(new Check.Sql("select count(*) = 0 from {this} where total > 5")),
                    of(new Check.Sql("select max(null) = 1 from {this}")),
                    of(new Check.Sql("select total > 5 from {this}")),
                    of(new Check.Sql("select total > 5 from {this} where false")))));

    assertThat(report.results())
        .extracting(CheckResult::message)
        .containsExactly(
            "total is not at least 3 and at most 97.5 (seen: 0.00 to 99.00) in 5 of 100 rows",
            "status is not one of paid, void (for example 'open') in 100 of 100 rows",
            "customer_id: 100 rows of 100 share 10 values",
            "order_id is not in customers.customer_id in 90 of 100 rows (for example 10)",
            "there are 100 rows, expected at least 1,000",
            "the latest ordered_at is 2026-03-09T12:00, 1d 0h old, allowed are 1h 0m",
            "the query answered false",
            "the query answered null",
            "the query answered more than one row",
            "the query answered no row instead of one");
    assertThat(report.failed()).isEqualTo(10);
    assertThat(count(report)).isEqualTo(5 + 100 + 100 + 90);
  }

  @Test
  void audit_moreFailingRowsThanKept_countsAllAndKeepsTheCap() {
    Relation.Files large = tables.table("large", "select -i as v from range(1, 5001) t(i)");
    CheckPlan plan =
        plan("large", large, List.of(of(new Check.Range(Map.of("v", Bounds.atLeast("0"))))));
    AuditReport report = auditor().audit(plan, large, Map.of(), Watch.none());
    assertThat(report.results().getFirst().failingRows()).isEqualTo(5000);
    assertThat(count(report)).isEqualTo(Auditor.FAILING_ROWS_KEPT);
  }

  @Test
  void audit_noFiles_passesRowChecksAndFailsFreshness() {
    Relation.Files none = new Relation.Files(orders.schema(), List.of(), 0);
    CheckPlan plan =
        plan(
            List.of(
                of(new Check.NotNull(List.of("order_id"))),
                of(new Check.Range(Map.of("weight", Bounds.atLeast("0")))),
                of(new Check.Unique(List.of("order_id"))),
                of(new Check.ForeignKey(Map.of("order_id", "customers.customer_id"))),
                of(new Check.Freshness(Map.of("day", Duration.ofDays(1))))));
    AuditReport report = auditor().audit(plan, none, Map.of("customers", customers), Watch.none());
    assertThat(report.passed()).isEqualTo(4);
    assertThat(report.results().getLast().message()).isEqualTo("day has no value at all");
  }

  @Test
  void audit_keysAtTheEndsOfTheirType_findsTheRepeat() {
    Relation.Files edge =
        tables.table(
            "edge",
            "select cast(v as bigint) as v from (values (9223372036854775807),"
                + " (-9223372036854775808), (-1), (-32), (-33), (31), (32), (-1)) t(v)");
    CheckPlan plan = plan("edge", edge, List.of(of(new Check.Unique(List.of("v")))));
    CheckResult result = auditor().audit(plan, edge, Map.of(), Watch.none()).results().getFirst();
    assertThat(result.failingRows()).isEqualTo(2);
    assertThat(result.observed()).contains("1 repeated value");
  }

  @Test
  void audit_foreignKeyTableAbsent_isRefused() {
    CheckPlan plan =
        plan(List.of(of(new Check.ForeignKey(Map.of("order_id", "customers.customer_id")))));
    assertThatThrownBy(() -> auditor().audit(plan, orders, Map.of(), Watch.none()))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(QualityError.QUALITY_TABLE_MISSING));
  }

  @Test
  void audit_cancelled_stops() {
    Watch watch = Watch.none();
    watch.cancel();
    CheckPlan plan = plan(List.of(of(new Check.RowCount(1L, null))));
    assertThatThrownBy(() -> auditor().audit(plan, orders, Map.of(), watch))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void plan_mistakes_areAllReportedWithTheirPlace() {
    Problems problems = new Problems();
    List<CheckSpec> specs =
        List.of(
            of(new Check.NotNull(List.of("order_idd"))),
            of(new Check.NotNull(List.of())),
            of(new Check.Range(Map.of("status", Bounds.atLeast("0")))),
            of(new Check.Range(Map.of("total", Bounds.atLeast("many")))),
            of(new Check.Range(Map.of("total", Bounds.between("2", "1")))),
            of(new Check.Regex(Map.of("email", "a(?=b)"))),
            of(new Check.Regex(Map.of("email", "a(b"))),
            of(new Check.AcceptedValues(Map.of("order_id", List.of("1.5")))),
            of(new Check.ForeignKey(Map.of("status", "customers.customer_id"))),
            of(new Check.ForeignKey(Map.of("customer_id", "clients.id"))),
            of(new Check.Unique(List.of("parts"))),
            of(new Check.Freshness(Map.of("status", Duration.ofDays(1)))),
            of(new Check.RowCount(5L, 1L)),
            of(new Check.Sql("select true")));
    CheckPlan plan = tables.plan("orders", orders, specs, problems);

    assertThat(plan.checks()).isEmpty();
    assertThat(problems.list())
        .extracting(p -> p.location() + " " + p.message() + " " + p.hint())
        .containsExactlyInAnyOrder(
            "checks[0].not-null 'orders' has no column 'order_idd'. Did you mean 'order_id'?",
            "checks[1].not-null The check names no column. Name at least one column or remove the"
                + " check.",
            "checks[2].range.status range does not apply to 'status', which is string. Use"
                + " accepted-values or regex for it.",
            "checks[3].range.total 'many' is not a value of 'total', which is decimal(12,2). Write"
                + " it as decimal(12,2).",
            "checks[4].range.total No value can be at least 2 and at most 1. Swap the bounds or"
                + " widen the range of 'total'.",
            "checks[5].regex.email 'a(?=b)' is not a usable regular expression: look-around,"
                + " back-references and possessive repeats are not part of RE2. Write it in RE2"
                + " syntax.",
            "checks[6].regex.email 'a(b' is not a usable regular expression: Unclosed group at"
                + " character 4. Write it in RE2 syntax.",
            "checks[7].accepted-values.order_id '1.5' is not a value of 'order_id', which is long."
                + " Write it as long.",
            "checks[8].foreign-key.status 'status' is string but 'customers.customer_id' is long."
                + " Give both columns the same type.",
            "checks[9].foreign-key.customer_id There is no table 'clients'. Name a source or table"
                + " of this project.",
            "checks[10].unique unique does not apply to 'parts', which is list. Take it of a column"
                + " without parts.",
            "checks[11].freshness.status freshness does not apply to 'status', which is string."
                + " Take a date or timestamp column.",
            "checks[12].row-count No table has at least 5 and at most 1 rows. Swap them.",
            "checks[13].sql The query does not read {this}. Write {this} where the table's name"
                + " belongs.");
  }

  @Test
  void plan_ids_areStableAndUnique() {
    CheckPlan plan =
        plan(
            List.of(
                of(new Check.NotNull(List.of("ORDER_ID", "total"))),
                of(new Check.Unique(List.of("order_id", "day"))),
                of(new Check.Range(Map.of("total", Bounds.atLeast("0")))),
                of(new Check.Range(Map.of("total", Bounds.atLeast("1")))),
                new CheckSpec(
                    new Check.RowCount(1L, null), Severity.WARN, null, "status  =\n 'open'"),
                new CheckSpec(new Check.RowCount(1L, null), Severity.WARN, "has rows", null),
                of(new Check.Sql("select true from {this}"))));
    assertThat(plan.checks())
        .extracting(PlannedCheck::id)
        .containsExactly(
            "not-null(order_id)",
            "not-null(total)",
            "unique(order_id,day)",
            "range(total)",
            "range(total) #2",
            "row-count where status = 'open'",
            "has rows",
            "sql-0c286307");
    assertThat(plan.text()).startsWith("orders: 8 checks in 4 queries\n");
  }

  @Test
  void suggestions_holdOnTheTableTheyWereMadeFrom() {
    TableProfile profile =
        new Profiler(tables.engine).profile(orders, orders.schema(), Watch.none());
    List<CheckSpec> suggestions =
        new CheckSuggestions(tables.engine).suggest(profile, orders, Watch.none());
    assertThat(CheckSuggestions.yaml(suggestions))
        .isEqualTo(
            """
              - not-null: [order_id, customer_id, status, total, email, weight, ordered_at, day, parts, "We \\"ird"]
              - unique: [order_id]
              - unique: ["We \\"ird"]
              - range: {order_id: {min: 0}}
              - range: {customer_id: {min: 0}}
              - accepted-values: {status: [open]}
              - range: {total: {min: 0}}
              - accepted-values: {email: ["a@b"]}
              - range: {weight: {min: 0}}
              - range: {"We \\"ird": {min: 0}}
            """);
    assertThat(audit(plan(suggestions)).publishable()).isTrue();
  }

  private static CheckResult.Status passed() {
    return CheckResult.Status.PASSED;
  }

  private long count(AuditReport report) {
    long count = 0;
    try (Rows rows = tables.engine.execute(report.failingRows().orElseThrow(), Watch.none())) {
      while (rows.next() != null) {
        count++;
      }
    }
    return count;
  }

  private AuditReport audit(CheckPlan plan) {
    tables.engine.executed.clear();
    return auditor().audit(plan, orders, Map.of("CUSTOMERS", customers), Watch.none());
  }

  private Auditor auditor() {
    return new Auditor(tables.engine, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private CheckPlan plan(List<CheckSpec> specs) {
    return plan("orders", orders, specs);
  }

  private CheckPlan plan(String table, Relation.Files files, List<CheckSpec> specs) {
    Problems problems = new Problems();
    CheckPlan plan = tables.plan(table, files, specs, problems);
    assertThat(problems.list()).isEmpty();
    return plan;
  }

  private static CheckSpec of(Check check) {
    return CheckSpec.of(check);
  }
}
