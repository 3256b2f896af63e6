package dev.headrace.decisions.experiments.interleaving;

import dev.headrace.core.project.Names;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.analysis.Interleaving;
import dev.headrace.decisions.experiments.report.ExperimentReport.Table;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts in one statement how many units prefer which ranking. */
public final class InterleavingScan {
  private static final Set<Type> NUMBERS =
      Set.of(Type.Primitive.INT, Type.Primitive.LONG, Type.Primitive.FLOAT, Type.Primitive.DOUBLE);

  private final InterleavingRequest request;

  public InterleavingScan(InterleavingRequest request) {
    this.request = request;
  }

  public InterleavingReport run(
      Metrics metrics, SqlEngine engine, List<Table> tables, Watch watch) {
    Schema schema = metrics.columns(request.table()).schema();
    column(schema, request.unit());
    requireNumber(schema, request.a());
    requireNumber(schema, request.b());
    String sql = sql();
    try (Rows rows = engine.execute(metrics.over(sql, List.of(request.table())), watch)) {
      List<@Nullable Object> counts = rows.next();
      if (counts == null) {
        throw new IllegalStateException("no row of counts");
      }
      return report(counts, sql, tables);
    }
  }

  /**
   * Per unit what each ranking got, then how many units are on which side. Sums are compared to
   * nine digits behind the point, so that the order in which floating-point credits are added makes
   * no preference.
   */
  String sql() {
    return """
    with interleaving__units as (
      select
        %1$s as unit,
        count(*) as observations,
        round(sum(cast(coalesce(%2$s, 0) as double)), 9) as a,
        round(sum(cast(coalesce(%3$s, 0) as double)), 9) as b
      from %4$s
      group by %1$s
    )
    select
      count(unit) as units,
      count(case when unit is not null and a > b then 1 end) as for_a,
      count(case when unit is not null and b > a then 1 end) as for_b,
      count(case when not (abs(a) <= 1e300 and abs(b) <= 1e300) then 1 end) as without_number,
      coalesce(sum(case when unit is null then observations end), 0) as rows_without_unit
    from interleaving__units"""
        .formatted(
            SqlQuotes.identifier(request.unit()),
            SqlQuotes.identifier(request.a()),
            SqlQuotes.identifier(request.b()),
            SqlQuotes.identifier(request.table()));
  }

  private Field column(Schema schema, String column) {
    return schema
        .field(column)
        .orElseThrow(
            () ->
                new HeadraceException(
                    ExperimentError.EXPERIMENT_COLUMN,
                    "Cannot compare rankings: '%s' has no column '%s'."
                        .formatted(request.table(), column),
                    Names.suggest(column, schema.names())));
  }

  private void requireNumber(Schema schema, String column) {
    Type type = column(schema, column).type();
    if (!NUMBERS.contains(type) && !(type instanceof Type.Decimal)) {
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_COLUMN,
          "Cannot compare rankings: the column '%s' of '%s' is no number but %s."
              .formatted(column, request.table(), type.toString().toLowerCase(Locale.ROOT)),
          "Name columns with credits, such as clicks on each ranking's results.");
    }
  }

  private InterleavingReport report(List<@Nullable Object> counts, String sql, List<Table> tables) {
    long units = count(counts, 0);
    long forA = count(counts, 1);
    long forB = count(counts, 2);
    Answer<Interleaving.Outcome> answer =
        count(counts, 3) > 0
            ? Answer.unknown(
                Answer.Reason.NOT_FINITE,
                "the credits of %d units are infinite or not a number".formatted(count(counts, 3)))
            : Interleaving.ofCounts(forA, forB, units - forA - forB, request.alpha());
    Optional<Interleaving.Outcome> outcome = answer.known();
    Optional<Interval> interval = outcome.flatMap(known -> known.interval().known());
    return new InterleavingReport(
        sentence(answer),
        request.a(),
        request.b(),
        units,
        forA,
        forB,
        units - forA - forB,
        count(counts, 4),
        outcome.map(Interleaving.Outcome::preference),
        interval.map(Interval::lower),
        interval.map(Interval::upper),
        outcome.flatMap(known -> known.signTest().known()).map(TestResult::pValue),
        request.alpha(),
        sql,
        tables);
  }

  private static long count(List<@Nullable Object> counts, int at) {
    return counts.get(at) instanceof Number number ? number.longValue() : 0;
  }

  private String sentence(Answer<Interleaving.Outcome> answer) {
    return switch (answer) {
      case Answer.Unknown<Interleaving.Outcome>(Answer.Reason _, String why) -> untold(why);
      case Answer.Known<Interleaving.Outcome>(Interleaving.Outcome outcome) ->
          switch (outcome.signTest()) {
            case Answer.Unknown<TestResult>(Answer.Reason _, String why) -> untold(why);
            case Answer.Known<TestResult>(TestResult test) -> told(outcome, test.pValue());
          };
    };
  }

  private static String untold(String why) {
    return "Nothing can be said of the rankings: " + why + ".";
  }

  private String told(Interleaving.Outcome outcome, double p) {
    boolean b = outcome.forB() >= outcome.forA();
    String figures =
        String.format(
            Locale.ROOT,
            "%d of %d units that prefer one prefer '%s' (p %.3g)",
            b ? outcome.forB() : outcome.forA(),
            outcome.forA() + outcome.forB(),
            b ? request.b() : request.a(),
            p);
    return p <= request.alpha()
        ? "The ranking '%s' is preferred: %s.".formatted(b ? request.b() : request.a(), figures)
        : "Neither ranking was shown to be preferred: " + figures + ".";
  }
}
