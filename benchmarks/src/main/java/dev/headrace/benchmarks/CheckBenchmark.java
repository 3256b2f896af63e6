package dev.headrace.benchmarks;

import dev.headrace.core.project.Declaration.Origin;
import dev.headrace.core.project.Problems;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.Encodings;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.quality.AuditReport;
import dev.headrace.data.quality.Auditor;
import dev.headrace.data.quality.Bounds;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckPlan;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Twenty checks of a table of five million rows, against twenty separate queries: those that dbt
 * makes of the same checks, and those that a person who knows DuckDB would write. All through the
 * same engine over the same files, in turns, all checks holding. Once as a run checks what it has
 * just written, the time by which the checks slow down the writing included; and once over a table
 * that lies there, of which nothing is known.
 */
final class CheckBenchmark implements Benchmark {
  private static final double ASKED = 5;
  private static final String ASKED_TEXT = ">= 5x faster than 20 separate queries";
  private static final String ORDERS =
      """
      select cast(i as bigint) as order_id,
        cast(hash(i) % 100000 as bigint) as customer_id,
        ['open', 'paid', 'void', 'shipped'][1 + cast(hash(i + 1) % 4 as int)] as status,
        cast(hash(i + 2) % 1000000 / 100.0 as decimal(12,2)) as total,
        ['EUR', 'USD', 'GBP'][1 + cast(hash(i + 3) % 3 as int)] as currency,
        'u' || (hash(i + 4) % 400000) || '@example.com' as email,
        cast(hash(i + 5) % 20 as int) as quantity,
        cast(hash(i + 6) % 1000 / 1000.0 as double) as discount,
        timestamp '2026-01-01' + to_seconds(i * 2) as ordered_at,
        ['web', 'app', 'shop'][1 + cast(hash(i + 7) % 3 as int)] as channel,
        cast(hash(i + 8) % 7 as int) as rating
      from range(5000000) t(i)""";
  private static final List<CheckSpec> CHECKS =
      Stream.of(
              new Check.NotNull(
                  List.of("order_id", "customer_id", "status", "total", "email", "ordered_at")),
              new Check.AcceptedValues(
                  Map.of("status", List.of("open", "paid", "void", "shipped"))),
              new Check.AcceptedValues(Map.of("currency", List.of("EUR", "USD", "GBP"))),
              new Check.AcceptedValues(Map.of("channel", List.of("web", "app", "shop"))),
              new Check.Range(Map.of("total", Bounds.between("0", "10000"))),
              new Check.Range(Map.of("quantity", Bounds.between("0", "100"))),
              new Check.Range(Map.of("discount", Bounds.between("0", "1"))),
              new Check.Range(Map.of("rating", Bounds.between("0", "10"))),
              new Check.Range(Map.of("ordered_at", Bounds.atLeast("2025-01-01"))),
              new Check.Regex(Map.of("email", ".+@.+")),
              new Check.RowCount(1L, null),
              new Check.Freshness(Map.of("ordered_at", Duration.ofDays(2))),
              new Check.Unique(List.of("order_id")),
              new Check.ForeignKey(Map.of("customer_id", "customers.customer_id")),
              new Check.Sql("select count(*) = 0 from {this} where total < 0"))
          .map(CheckSpec::of)
          .toList();

  /** What dbt's own tests, those of dbt-utils and a singular test are compiled to. */
  private static final List<String> BY_DBT =
      Stream.of(
              notNull("order_id"),
              notNull("customer_id"),
              notNull("status"),
              notNull("total"),
              notNull("email"),
              notNull("ordered_at"),
              acceptedValues("status", "'open', 'paid', 'void', 'shipped'"),
              acceptedValues("currency", "'EUR', 'USD', 'GBP'"),
              acceptedValues("channel", "'web', 'app', 'shop'"),
              acceptedRange("not total >= 0 or not total <= 10000"),
              acceptedRange("not quantity >= 0 or not quantity <= 100"),
              acceptedRange("not discount >= 0 or not discount <= 1"),
              acceptedRange("not rating >= 0 or not rating <= 10"),
              acceptedRange("not ordered_at >= timestamp '2025-01-01'"),
              expression("regexp_full_match(email, '.+@.+', 's')"),
              expression("count(*) >= 1"),
              "select max(ordered_at) as max_loaded_at from orders",
              "select order_id as unique_field, count(*) as n_records from orders"
                  + " where order_id is not null group by order_id having count(*) > 1",
              "with child as (select customer_id as from_field from orders"
                  + " where customer_id is not null), parent as (select customer_id as to_field"
                  + " from customers) select from_field from child left join parent"
                  + " on child.from_field = parent.to_field where parent.to_field is null",
              "select * from orders where total < 0")
          .map(
              test ->
                  "select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as"
                      + " should_error from ("
                      + test
                      + ") dbt_internal_test")
          .toList();

  private static final List<String> BY_HAND =
      List.of(
          "select count(*) from orders where order_id is null",
          "select count(*) from orders where customer_id is null",
          "select count(*) from orders where status is null",
          "select count(*) from orders where total is null",
          "select count(*) from orders where email is null",
          "select count(*) from orders where ordered_at is null",
          "select count(*) from orders where status not in ('open', 'paid', 'void', 'shipped')",
          "select count(*) from orders where currency not in ('EUR', 'USD', 'GBP')",
          "select count(*) from orders where channel not in ('web', 'app', 'shop')",
          "select count(*) from orders where total < 0 or total > 10000",
          "select count(*) from orders where quantity < 0 or quantity > 100",
          "select count(*) from orders where discount < 0 or discount > 1",
          "select count(*) from orders where rating < 0 or rating > 10",
          "select count(*) from orders where ordered_at < timestamp '2025-01-01'",
          "select count(*) from orders where not regexp_full_match(email, '.+@.+', 's')",
          "select count(*) from orders",
          "select max(ordered_at) from orders",
          "select count(*) from (select order_id from orders where order_id is not null"
              + " group by order_id having count(*) > 1)",
          "select count(*) from orders o where customer_id is not null and not exists"
              + " (select 1 from customers c where c.customer_id = o.customer_id)",
          "select count(*) = 0 from orders where total < 0");

  private static String notNull(String column) {
    return "select %1$s from orders where %1$s is null".formatted(column);
  }

  private static String acceptedValues(String column, String values) {
    return """
    with all_values as (
      select %1$s as value_field, count(*) as n_records from orders group by %1$s)
    select * from all_values where value_field not in (%2$s)"""
        .formatted(column, values);
  }

  private static String acceptedRange(String violation) {
    return """
    with meet_condition as (select * from orders where 1=1),
    validation_errors as (select * from meet_condition where 1 = 2 or %s)
    select * from validation_errors"""
        .formatted(violation);
  }

  private static String expression(String expression) {
    return """
    with grouped_expression as (select %s as expression from orders),
    validation_errors as (select * from grouped_expression where not(expression))
    select * from validation_errors"""
        .formatted(expression);
  }

  @Override
  public String name() {
    return "checks";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    List<Result> results = new ArrayList<>();
    for (Encodings encodings : Encodings.values()) {
      results.addAll(measure(workspace, encodings));
    }
    return results;
  }

  private static List<Result> measure(Workspace workspace, Encodings encodings) throws Exception {
    Path directory = workspace.fresh("checks");
    EngineConfig config =
        EngineConfig.defaults(directory.resolve("spill"), List.of(directory))
            .withEncodings(encodings);
    try (SqlEngine engine = DuckDbEngine.open(config)) {
      Relation.Files raw = new Table(engine, directory, "raw", Query.of(ORDERS, Map.of())).read();
      Relation.Files customers =
          new Table(
                  engine,
                  directory,
                  "customers",
                  Query.of("select i as customer_id from range(100000) t(i)", Map.of()))
              .read();
      Table orders =
          new Table(engine, directory, "orders", Query.of("select * from raw", Map.of("raw", raw)));
      return race(engine, orders, customers, workspace.rounds(), encodings);
    } finally {
      Workspace.delete(directory);
    }
  }

  private static List<Result> race(
      SqlEngine engine, Table table, Relation.Files customers, int rounds, Encodings encodings)
      throws Exception {
    Problems problems = new Problems();
    CheckPlan plan =
        CheckPlan.of(
            "orders",
            table.schema,
            CHECKS,
            name -> Optional.of(customers.schema()),
            Nowhere.INSTANCE,
            problems);
    if (!problems.isEmpty() || plan.checks().size() != BY_HAND.size()) {
      throw new IllegalStateException(plan.text() + problems.list());
    }
    List<String> lookFor = List.copyOf(plan.lookFor().values());
    // A write takes far longer than what is looked for adds to it: the more rounds.
    Race writes = Race.of(1, 3 * rounds, () -> table.write(lookFor), () -> table.write(List.of()));
    List<WrittenFile> files = table.write(lookFor);
    if (!files.stream().allMatch(file -> file.freeOf().containsAll(lookFor))) {
      throw new IllegalStateException("not seen while it was written: " + lookFor);
    }
    Relation.Files orders = table.of(files);
    Clock clock = Clock.fixed(Instant.parse("2026-04-27T00:00:00Z"), ZoneOffset.UTC);
    Auditor auditor = new Auditor(engine, clock);
    Function<Set<String>, Samples.Work> audit =
        hold ->
            () -> {
              AuditReport report =
                  auditor.audit(plan, orders, Map.of("customers", customers), hold, Watch.none());
              if (report.passed() != plan.checks().size()) {
                throw new IllegalStateException(report.results().toString());
              }
            };
    Samples.Work byDbt = () -> all(BY_DBT, engine, orders, customers);
    Samples.Work byHand = () -> all(BY_HAND, engine, orders, customers);
    Samples.Work known = audit.apply(plan.lookFor().keySet());
    Samples.Work unknown = audit.apply(Set.of());
    String as = encodings == Encodings.COMPACT ? ", `encodings: compact`" : "";
    return List.of(
        written(
            "20 checks over 5 million rows" + as,
            writes,
            Race.of(1, rounds, known, byDbt),
            Race.of(1, rounds, known, byHand)),
        lying(
            "the same of a table that lies there" + as,
            Race.of(1, rounds, unknown, byDbt),
            Race.of(1, rounds, unknown, byHand),
            times(plan, engine, orders, customers, rounds)));
  }

  /** What a run's checks take: those of the files, and what was looked for while writing them. */
  private static Result written(String what, Race writes, Race byDbt, Race byHand) {
    double more = Math.max(0, difference(writes.ours().wall(), writes.peer().wall()));
    double moreCpu = Math.max(0, difference(writes.ours().cpu(), writes.peer().cpu()));
    double faster = byDbt.peer().median() / (byDbt.ours().median() + more);
    return new Result(
        what,
        ASKED_TEXT,
        "%s, and %.0f ms more to write".formatted(byDbt.ours().text(), more * 1e3),
        "as dbt asks " + byDbt.peer().text(),
        String.format(
            Locale.ROOT,
            "%.1fx faster; CPU %.1fx less",
            faster,
            byDbt.peer().medianCpu() / (byDbt.ours().medianCpu() + moreCpu)),
        faster >= ASKED,
        List.of(
            "against the queries written by hand for DuckDB, %s: %.1fx faster; CPU %.1fx less"
                .formatted(
                    byHand.peer().text(),
                    byHand.peer().median() / (byHand.ours().median() + more),
                    byHand.peer().medianCpu() / (byHand.ours().medianCpu() + moreCpu)),
            "writing the table %s, without looking for anything %s: %.0f ms more, CPU %.0f ms"
                .formatted(writes.ours().text(), writes.peer().text(), more * 1e3, moreCpu * 1e3)));
  }

  private static Result lying(String what, Race byDbt, Race byHand, List<String> times) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "against the queries written by hand for DuckDB, %s: %.1fx faster; CPU %.1fx less"
            .formatted(byHand.peer().text(), 1 / byHand.ratio(), 1 / byHand.cpuRatio()));
    notes.addAll(times);
    return new Result(
        what,
        ASKED_TEXT,
        byDbt.ours().text(),
        "as dbt asks " + byDbt.peer().text(),
        String.format(
            Locale.ROOT, "%.1fx faster; CPU %.1fx less", 1 / byDbt.ratio(), 1 / byDbt.cpuRatio()),
        1 / byDbt.ratio() >= ASKED,
        notes);
  }

  /** Median of what one took more than the other in the same round. */
  private static double difference(List<Double> ours, List<Double> peer) {
    return Samples.median(
        IntStream.range(0, ours.size()).mapToObj(i -> ours.get(i) - peer.get(i)).toList());
  }

  private static List<String> times(
      CheckPlan plan,
      SqlEngine engine,
      Relation.Files orders,
      Relation.Files customers,
      int rounds) {
    return List.of(
        "by dbt, ms: " + times(BY_DBT, engine, orders, customers, rounds),
        "by hand, ms: " + times(BY_HAND, engine, orders, customers, rounds),
        "the audit's plan, a key by blocks, ms: "
            + plan.scans().stream()
                .map(
                    scan ->
                        "%.0f %s (%d checks)"
                            .formatted(
                                median(
                                        rounds,
                                        () ->
                                            seconds(
                                                engine,
                                                scan.sql(),
                                                Map.of("this", orders, "customers", customers)))
                                    * 1e3,
                                scan.purpose(),
                                scan.checks().size()))
                .collect(Collectors.joining("; ")));
  }

  private static void all(
      List<String> queries, SqlEngine engine, Relation.Files orders, Relation.Files customers) {
    queries.forEach(sql -> seconds(engine, sql, orders, customers));
  }

  private static String times(
      List<String> queries, SqlEngine engine, Relation orders, Relation customers, int rounds) {
    return IntStream.range(0, queries.size())
        .mapToObj(
            i ->
                "%.0f %s"
                    .formatted(
                        median(rounds, () -> seconds(engine, queries.get(i), orders, customers))
                            * 1e3,
                        BY_HAND.get(i).replace("select count(*) from ", "")))
        .collect(Collectors.joining("; "));
  }

  private static double median(int rounds, DoubleSupplier seconds) {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      times.add(seconds.getAsDouble());
    }
    return Samples.median(times);
  }

  private static double seconds(SqlEngine engine, String sql, Relation orders, Relation customers) {
    return seconds(engine, sql, Map.of("orders", orders, "customers", customers));
  }

  private static double seconds(SqlEngine engine, String sql, Map<String, Relation> relations) {
    long start = System.nanoTime();
    try (Rows rows = engine.execute(Query.of(sql, relations), Watch.none())) {
      while (rows.next() != null) {
        // Reading to the end is what is measured.
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** A table that can be written again and again, always to the same files. */
  private static final class Table {
    private final SqlEngine engine;
    private final Query query;
    private final Schema schema;
    private final WriteTarget target;

    Table(SqlEngine engine, Path directory, String name, Query query) {
      this.engine = engine;
      this.query = query;
      List<Field> fields = new ArrayList<>();
      for (Field field : engine.describe(query).fields()) {
        fields.add(new Field(fields.size() + 1, field.name(), field.type()));
      }
      this.schema = new Schema(fields);
      this.target = new WriteTarget(directory, name, schema, Optional.empty());
    }

    List<WrittenFile> write(List<String> lookFor) {
      return engine.write(query, target.lookingFor(lookFor), Watch.none());
    }

    Relation.Files read() {
      return of(write(List.of()));
    }

    Relation.Files of(List<WrittenFile> files) {
      return new Relation.Files(
          schema,
          files.stream().map(WrittenFile::path).toList(),
          files.stream().mapToLong(WrittenFile::rows).sum());
    }
  }

  /** Declarations that stand in no file. */
  private enum Nowhere implements Origin {
    INSTANCE;

    @Override
    public String file() {
      return "benchmark";
    }

    @Override
    public Location at(String keyPath) {
      return Location.of(keyPath);
    }
  }
}
