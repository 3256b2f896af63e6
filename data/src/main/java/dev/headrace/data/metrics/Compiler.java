package dev.headrace.data.metrics;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.data.metrics.Question.Asked;
import dev.headrace.data.metrics.Reach.Column;
import dev.headrace.data.metrics.Scan.OfNothing;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.sql.SqlExpression;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes one statement of a question. Metrics of the same table and time share a pass over it; each
 * table is put together on its own before the results meet, so that no table multiplies another.
 */
final class Compiler {
  private final Metrics metrics;
  private final Star star;
  private final SqlAnalyzer analyzer;
  private final Definitions definitions;
  private final Map<String, Term> terms = new LinkedHashMap<>();
  private final Set<String> denominators = new HashSet<>();
  private final Map<String, Scan> scans = new LinkedHashMap<>();
  private final Set<String> tables = new LinkedHashSet<>();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private Question question =
      new Question(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

  Compiler(Metrics metrics, Star star, SqlAnalyzer analyzer) {
    this.metrics = metrics;
    this.star = star;
    this.analyzer = analyzer;
    this.definitions = new Definitions(metrics, star, analyzer);
  }

  MetricPlan compile(MetricQuery query) {
    Map<String, Metrics.Reference> wanted = new LinkedHashMap<>();
    for (String name : query.metrics()) {
      Metrics.Reference reference = metrics.reference(name);
      wanted.put(reference.column(), reference);
    }
    if (wanted.isEmpty()) {
      throw new HeadraceException(
          MetricError.METRIC_QUESTION, "Cannot ask: no metric is named.", "Name one or more.");
    }
    requireDays(query);
    question =
        new Question(
            Question.dimensions(query.by(), wanted.keySet()),
            query.where().map(text -> analyzer.expression(text, new Location("where", 1, 1))),
            query.from(),
            query.to());
    Map<String, Term> values = new LinkedHashMap<>();
    wanted.values().forEach(this::findDenominators);
    wanted.forEach((column, reference) -> values.put(column, term(reference)));
    question.requireOneMeaning();
    List<MetricPlan.Column> columns = new ArrayList<>();
    question
        .dimensions()
        .forEach(
            dimension ->
                columns.add(
                    new MetricPlan.Dimension(
                        dimension.name(), sources.getOrDefault(dimension.name(), ""))));
    wanted.forEach(
        (column, reference) ->
            columns.add(
                new MetricPlan.Value(
                    column,
                    Optional.ofNullable(reference.metric().spec().unit()),
                    reference.metric().spec().direction())));
    scans.values().stream()
        .filter(RowScan.class::isInstance)
        .map(RowScan.class::cast)
        .forEach(scan -> scan.joined().forEach(stop -> tables.add(stop.table())));
    String statement = new Statement(List.copyOf(scans.values()), question).of(values, query);
    return new MetricPlan(statement, columns, List.copyOf(tables));
  }

  private static void requireDays(MetricQuery query) {
    if (query.from().isPresent()
        && query.to().isPresent()
        && query.to().get().isBefore(query.from().get())) {
      throw new HeadraceException(
          MetricError.METRIC_QUESTION,
          "Cannot ask from %s to %s: the end is before the start."
              .formatted(query.from().get(), query.to().get()),
          "Exchange them; both days are included.");
    }
    if (query.limit().isPresent() && query.limit().getAsLong() < 1) {
      throw new HeadraceException(
          MetricError.METRIC_QUESTION,
          "Cannot ask for %d rows.".formatted(query.limit().getAsLong()),
          "Let the limit be 1 or more.");
    }
  }

  private Term term(Metrics.Reference reference) {
    Term known = terms.get(reference.column());
    if (known == null) {
      MetricSpec spec = reference.metric().spec();
      known = make(reference).from(spec.minimumSample());
      terms.put(reference.column(), known);
    }
    return known;
  }

  private Term make(Metrics.Reference reference) {
    Metric metric = reference.metric();
    return switch (metric.spec().measure()) {
      case Measure.OfRows measure -> ofRows(metric, measure);
      case Measure.Retention retention -> retention(metric, retention);
      case Measure.Funnel funnel -> funnel(metric, funnel, reference.step(funnel));
      case Measure.Ratio(String numerator, String denominator) -> {
        Term over = term(metrics.reference(numerator));
        Term under = term(metrics.reference(denominator));
        yield new Term(
            names -> Term.divided(over.value().apply(names), under.value().apply(names)),
            // Of what is counted, the number itself: of buyers, how many there are.
            isCount(metrics.reference(denominator)) ? Optional.of(under.value()) : under.sample());
      }
      case Measure.Derived(String expression) -> derived(metric, expression);
    };
  }

  private static boolean isCount(Metrics.Reference reference) {
    return reference.metric().spec().measure() instanceof Measure.Count;
  }

  /** Finds the denominators whose sample is asked for by a ratio that has a minimum. */
  private void findDenominators(Metrics.Reference reference) {
    MetricSpec spec = reference.metric().spec();
    switch (spec.measure()) {
      case Measure.Ratio(String numerator, String denominator) -> {
        if (spec.minimumSample() > 0) {
          denominators.add(metrics.reference(denominator).metric().name());
        }
        findDenominators(metrics.reference(numerator));
        findDenominators(metrics.reference(denominator));
      }
      case Measure.Derived(String text) ->
          analyzer
              .expression(text, reference.metric().asset().declaration().origin().at("derived"))
              .columns()
              .forEach(use -> findDenominators(metrics.reference(use.name())));
      case Measure.OfRows _, Measure.Retention _, Measure.Funnel _ -> {}
    }
  }

  private Term derived(Metric metric, String text) {
    SqlExpression expression =
        analyzer.expression(text, metric.asset().declaration().origin().at("derived"));
    Map<String, Term> parts = new LinkedHashMap<>();
    expression.columns().forEach(use -> parts.put(use.name(), term(metrics.reference(use.name()))));
    boolean mayBeInfinite = text.indexOf('/') >= 0 || text.indexOf('(') >= 0;
    return new Term(
        names -> {
          String sql =
              expression.rewrite(
                  use ->
                      "("
                          + Objects.requireNonNull(parts.get(use.name())).value().apply(names)
                          + ")");
          // What divides by 0 has no value on any engine, rather than infinity on one.
          return mayBeInfinite
              ? "case when abs(cast(%s as double)) <= 1.7976931348623157e308 then %s end"
                  .formatted(SqlText.enclosed(sql), SqlText.enclosed(sql))
              : SqlText.enclosed(sql);
        },
        Optional.empty());
  }

  private Term ofRows(Metric metric, Measure.OfRows measure) {
    MetricSpec spec = metric.spec();
    String name = metric.name();
    RowScan scan = rowScan(metric);
    Optional<String> filter =
        Optional.ofNullable(spec.where()).map(text -> own(metric, scan, text, "where"));
    scan.filter(filter);
    String n = name + "__n";
    return switch (measure) {
      case Measure.Count(String text) -> {
        Counted counted = Counted.parse(text);
        String inside =
            counted.expression().equals(Counted.ALL)
                ? Counted.ALL
                : own(metric, scan, counted.expression(), "count");
        String distinct = counted.distinct() ? "distinct " : "";
        scan.add(name, f -> "count(" + distinct + inside + ")" + f, filter, OfNothing.ZERO);
        yield sampled(scan, spec, name, "count(" + inside + ")", filter);
      }
      case Measure.Sum(String text) -> {
        String value = capped(metric, scan, text, "sum", filter);
        scan.add(name, f -> "coalesce(sum(" + value + ")" + f + ", 0)", filter, OfNothing.ZERO);
        yield sampled(scan, spec, name, "count(" + value + ")", filter);
      }
      case Measure.Mean(String text) -> {
        String value = capped(metric, scan, text, "mean", filter);
        scan.add(name + "__sum", f -> "sum(" + value + ")" + f, filter, OfNothing.NULL);
        scan.add(n, f -> "count(" + value + ")" + f, filter, OfNothing.ZERO);
        yield Term.share(name + "__sum", n);
      }
      case Measure.Quantile(String text, Percentage at) -> {
        String value = capped(metric, scan, text, "quantile", filter);
        scan.add(
            name,
            f ->
                "percentile_cont(%s) within group (order by cast(%s as double))"
                        .formatted(at.fraction(), value)
                    + f,
            filter,
            OfNothing.NULL);
        yield sampled(scan, spec, name, "count(" + value + ")", filter);
      }
      case Measure.Proportion(String text) -> {
        String condition = own(metric, scan, text, "proportion");
        String hits = name + "__hits";
        if (spec.entity() == null) {
          scan.add(
              hits,
              f -> "count(case when " + condition + " then 1 end)" + f,
              filter,
              OfNothing.ZERO);
          scan.add(n, f -> "count(*)" + f, filter, OfNothing.ZERO);
        } else {
          Column entity = scan.reach().resolve(List.of(spec.entity()));
          scan.use(entity.stop());
          scan.add(
              hits,
              f ->
                  "count(distinct case when %s then %s end)".formatted(condition, entity.sql()) + f,
              filter,
              OfNothing.ZERO);
          scan.add(n, f -> "count(distinct " + entity.sql() + ")" + f, filter, OfNothing.ZERO);
        }
        yield Term.share(hits, n);
      }
    };
  }

  /** The aggregate itself, with the size of its sample where that matters. */
  private Term sampled(
      RowScan scan, MetricSpec spec, String name, String sample, Optional<String> filter) {
    String n = name + "__n";
    if (spec.minimumSample() > 0 || denominators.contains(name)) {
      scan.add(n, f -> sample + f, filter, OfNothing.ZERO);
      return Term.of(name, n);
    }
    return new Term(names -> names.apply(name), Optional.empty());
  }

  private String capped(
      Metric metric, RowScan scan, String text, String key, Optional<String> filter) {
    String value = own(metric, scan, text, key);
    Cap cap = metric.spec().cap();
    if (cap == null) {
      return value;
    }
    StringBuilder limited = new StringBuilder("case");
    if (cap.min() != null) {
      limited.append(" when %s < %s then %s".formatted(value, plain(cap.min()), plain(cap.min())));
    }
    String highest =
        cap.max() != null
            ? plain(cap.max())
            : cap.quantile() == null
                ? ""
                : scan.limit(metric.name(), value, cap.quantile().fraction(), filter);
    if (!highest.isEmpty()) {
      limited.append(" when %s > %s then %s".formatted(value, highest, highest));
    }
    return limited.append(" else ").append(value).append(" end").toString();
  }

  private static String plain(BigDecimal number) {
    return number.toPlainString();
  }

  /** An expression of the metric's own, over its table and those it names. */
  private String own(Metric metric, RowScan scan, String text, String key) {
    return definitions.own(metric, scan.reach(), text, key, scan::use);
  }

  private RowScan rowScan(Metric metric) {
    String table = String.valueOf(metric.spec().table());
    Reach reach = reach(metric, table);
    Duration length = metric.spec().window();
    Optional<Column> time =
        length == null
            ? definitions.time(metric, reach, table)
            : Optional.of(definitions.requireTime(metric, reach, table));
    Optional<TrailingWindow> window =
        Optional.ofNullable(length)
            .map(own -> question.window(metric.name(), own, reach, time.orElseThrow()));
    String key = table + " " + time.map(Column::sql).orElse("") + " " + length;
    Asked asked = asked(reach, metric, time, window);
    RowScan known = (RowScan) scans.get(key);
    if (known != null) {
      return known;
    }
    time.filter(_ -> window.isPresent())
        .ifPresent(column -> Question.use(column.stop(), asked.joins()));
    RowScan scan = new RowScan(metric.name(), reach, asked, window);
    scans.put(key, scan);
    return scan;
  }

  private Asked asked(
      Reach reach, Metric metric, Optional<Column> time, Optional<TrailingWindow> window) {
    Asked asked = question.of(reach, star, metric.name(), time, window);
    asked.joins().forEach(stop -> tables.add(stop.table()));
    for (int i = 0; i < question.dimensions().size(); i++) {
      sources.putIfAbsent(question.dimensions().get(i).name(), asked.sources().get(i));
    }
    return asked;
  }

  private Reach reach(Metric metric, String table) {
    Reach reach = definitions.reach(metric, table);
    tables.add(reach.fact().table());
    return reach;
  }

  private Term retention(Metric metric, Measure.Retention retention) {
    String table = String.valueOf(metric.spec().table());
    Reach reach = reach(metric, table);
    Optional<Column> time = Optional.of(definitions.requireTime(metric, reach, table));
    Asked asked = asked(reach, metric, time, Optional.empty());
    EntityScan.Rows first = rows(metric, reach, table, metric.spec().where(), "where", asked);
    String activity = retention.activity();
    EntityScan.Rows returning =
        activity == null
            ? rows(metric, reach, table, metric.spec().where(), "where", null)
            : rows(metric, reach(metric, activity), activity, null, "", null);
    scans.put(
        "retention " + metric.name(),
        EntityScan.retention(metric.name(), retention, first, returning, asked, question));
    return Term.share(metric.name() + "__hits", metric.name() + "__n");
  }

  private Term funnel(Metric metric, Measure.Funnel funnel, String step) {
    String key = "funnel " + metric.name();
    if (!scans.containsKey(key)) {
      List<EntityScan.Rows> steps = new ArrayList<>();
      Optional<Asked> first = Optional.empty();
      for (int i = 0; i < funnel.steps().size(); i++) {
        Measure.Step declared = funnel.steps().get(i);
        String named = declared.table();
        String table = named == null ? String.valueOf(metric.spec().table()) : named;
        Reach reach = reach(metric, table);
        if (i == 0) {
          first =
              Optional.of(
                  asked(
                      reach,
                      metric,
                      Optional.of(definitions.requireTime(metric, reach, table)),
                      Optional.empty()));
        }
        steps.add(
            rows(
                metric,
                reach,
                table,
                declared.where(),
                "funnel.steps[" + i + "].where",
                i == 0 ? first.orElseThrow() : null));
      }
      scans.put(
          key, EntityScan.funnel(metric.name(), funnel, steps, first.orElseThrow(), question));
    }
    return Term.share(EntityScan.hits(metric.name(), step), metric.name() + "__n");
  }

  private EntityScan.Rows rows(
      Metric metric,
      Reach reach,
      String table,
      @Nullable String where,
      String key,
      @Nullable Asked asked) {
    Set<Reach.Stop> joins = new LinkedHashSet<>(asked == null ? Set.of() : asked.joins());
    Column entity = reach.resolve(List.of(String.valueOf(metric.spec().entity())));
    Question.use(entity.stop(), joins);
    Column time = definitions.requireTime(metric, reach, table);
    Question.use(time.stop(), joins);
    List<String> conditions =
        where == null
            ? List.of()
            : List.of(
                definitions.own(metric, reach, where, key, stop -> Question.use(stop, joins)));
    String source =
        "from "
            + Reach.name(reach.fact().table())
            + joins.stream().map(stop -> "\n" + stop.join()).collect(Collectors.joining());
    joins.forEach(stop -> tables.add(stop.table()));
    boolean date = time.field().type() == Type.Primitive.DATE;
    return new EntityScan.Rows(
        source,
        entity.sql(),
        date && metric.spec().measure() instanceof Measure.Funnel
            ? "cast(" + time.sql() + " as timestamp)"
            : time.sql(),
        date,
        conditions);
  }
}
