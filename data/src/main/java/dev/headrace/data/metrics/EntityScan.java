package dev.headrace.data.metrics;

import dev.headrace.data.metrics.Question.Asked;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What becomes of entities after their first row: one row per entity, split by what its first row
 * says. The first row is sought before the question's filters, so that no filter makes an old
 * customer new.
 */
final class EntityScan implements Scan {
  private final String name;
  private final List<String> dimensionNames;
  private final SequencedMap<String, String> preludes = new LinkedHashMap<>();
  private final Map<String, Aggregate> aggregates = new LinkedHashMap<>();
  private final List<String> joins = new ArrayList<>();
  private final List<String> conditions = new ArrayList<>();

  private EntityScan(String name, Question question) {
    this.name = name;
    this.dimensionNames =
        question.dimensions().stream().map(Question.Dimension::name).map(Reach::name).toList();
  }

  /**
   * A table whose rows are about entities.
   *
   * @param source FROM with joins
   * @param entity expression
   * @param time expression
   * @param byDate whether that is a date, which has no hour
   * @param conditions of the rows that count
   */
  record Rows(String source, String entity, String time, boolean byDate, List<String> conditions) {
    private String where(String... more) {
      List<String> all = new ArrayList<>(conditions);
      all.addAll(List.of(more));
      return SqlText.where(all);
    }
  }

  /**
   * Whether entities come back.
   *
   * @param name of the metric
   * @param first rows of which an entity's first one counts
   * @param activity rows that say that it is back
   */
  static EntityScan retention(
      String name,
      Measure.Retention retention,
      Rows first,
      Rows activity,
      Asked asked,
      Question question) {
    EntityScan scan = new EntityScan(name, question);
    Grain grain = Grain.valueOf(retention.period().name());
    String began = name + "__first";
    String active = name + "__active";
    String back = name + "__back";
    scan.first(began, first, asked, Optional.of(period(grain, first.time())));
    scan.preludes.put(
        active,
        "select distinct %s as entity, %s as period\n%s"
                .formatted(activity.entity(), period(grain, activity.time()), activity.source())
            + activity.where(activity.entity() + " is not null", activity.time() + " is not null"));
    scan.preludes.put(
        back,
        "select distinct began.entity\nfrom %s as began\njoin %s as active\n"
                .formatted(began, active)
            + "  on active.entity = began.entity\n  and "
            + (retention.after() == retention.last()
                ? "active.period = " + later(grain, retention.after())
                : "active.period >= "
                    + later(grain, retention.after())
                    + "\n  and active.period <= "
                    + later(grain, retention.last())));
    scan.joins.add("left join %s as back on back.entity = began.entity".formatted(back));
    scan.conditions.add(
        "%s < (select max(period) from %s)".formatted(later(grain, retention.last()), active));
    scan.aggregates.put(name + "__n", new Aggregate("count(*)", OfNothing.ZERO));
    scan.aggregates.put(name + "__hits", new Aggregate("count(back.entity)", OfNothing.ZERO));
    return scan;
  }

  private static String period(Grain grain, String time) {
    return "cast(date_trunc('" + grain.word() + "', " + time + ") as date)";
  }

  /** The period some periods after the first; a week is counted in days, as not all engines do. */
  private static String later(Grain grain, int periods) {
    return grain == Grain.WEEK
        ? "cast(began.period + interval '%d' day as date)".formatted(7 * periods)
        : "cast(began.period + interval '%d' %s as date)".formatted(periods, grain.word());
  }

  /**
   * How far entities get.
   *
   * @param steps the rows of each step, in order
   */
  static EntityScan funnel(
      String name, Measure.Funnel funnel, List<Rows> steps, Asked asked, Question question) {
    EntityScan scan = new EntityScan(name, question);
    String first = stepName(name, funnel, 0);
    scan.first(first, steps.getFirst(), asked, Optional.empty());
    scan.aggregates.put(name + "__n", new Aggregate("count(*)", OfNothing.ZERO));
    String prior = first;
    for (int i = 1; i < steps.size(); i++) {
      Rows step = steps.get(i);
      String reached = stepName(name, funnel, i);
      scan.preludes.put(
          reached,
          "select prior.entity, prior.began_at, min(%s) as reached_at\n".formatted(step.time())
              + step.source()
              + "\njoin %s as prior\n  on prior.entity = %s\n".formatted(prior, step.entity())
              + "  and %s <= %s\n"
                  .formatted(
                      // What is told by its date alone may follow what came earlier that day.
                      step.byDate() ? "cast(prior.reached_at as date)" : "prior.reached_at",
                      step.time())
              + "  and %s <= prior.began_at + interval '%d' second"
                  .formatted(step.time(), funnel.within().toSeconds())
              + step.where()
              + "\ngroup by prior.entity, prior.began_at");
      scan.joins.add("left join %s on %s.entity = began.entity".formatted(reached, reached));
      scan.aggregates.put(
          hits(name, funnel.steps().get(i).name()),
          new Aggregate("count(%s.entity)".formatted(reached), OfNothing.ZERO));
      prior = reached;
    }
    return scan;
  }

  private static String stepName(String name, Measure.Funnel funnel, int step) {
    return name + "__to_" + funnel.steps().get(step).name();
  }

  /** The aggregate that counts who reached a step. */
  static String hits(String metric, String step) {
    return metric + "__at_" + step;
  }

  private void first(String began, Rows rows, Asked asked, Optional<String> period) {
    List<String> items = new ArrayList<>();
    items.add(rows.entity() + " as entity");
    if (period.isPresent()) {
      items.add(period.get() + " as period");
    } else {
      items.add(rows.time() + " as began_at");
      items.add(rows.time() + " as reached_at");
    }
    List<String> order = new ArrayList<>(List.of(rows.time()));
    for (int i = 0; i < dimensionNames.size(); i++) {
      items.add(asked.dimensions().get(i) + " as " + dimensionNames.get(i));
      // Rows of the same time: any order will do, as long as it is always the same.
      order.add(asked.dimensions().get(i));
    }
    if (!asked.conditions().isEmpty()) {
      String wanted = SqlText.where(asked.conditions()).substring("\nwhere ".length());
      items.add("coalesce(" + SqlText.enclosed(wanted) + ", false) as is_asked");
      order.add(SqlText.enclosed(wanted));
      conditions.add("began.is_asked");
    }
    preludes.put(
        began,
        "select\n"
            + SqlText.indented(String.join(",\n", items))
            + "\n"
            + rows.source()
            + rows.where(rows.entity() + " is not null", rows.time() + " is not null")
            + "\nqualify row_number() over (partition by %s order by %s) = 1"
                .formatted(rows.entity(), String.join(", ", order)));
    joins.addFirst("from " + began + " as began");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SequencedMap<String, String> preludes() {
    return preludes;
  }

  @Override
  public List<String> dimensions() {
    return dimensionNames.stream().map(dimension -> "began." + dimension).toList();
  }

  @Override
  public Map<String, Aggregate> aggregates() {
    return aggregates;
  }

  @Override
  public String source() {
    return String.join("\n", joins) + SqlText.where(conditions);
  }
}
