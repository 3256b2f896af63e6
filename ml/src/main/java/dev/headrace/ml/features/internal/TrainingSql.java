package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.FeatureSelection;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.features.Labels;
import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Writes the point-in-time join of labels with the features of several views. */
public final class TrainingSql {
  private final Labels labels;
  private final LabelCheck checked;
  private final List<ViewResolver.Resolved> views;
  private final FeatureSelection selection;
  private final SqlEngine engine;
  private final Dialect dialect;
  private final Watch watch;

  public TrainingSql(
      Labels labels,
      LabelCheck checked,
      List<ViewResolver.Resolved> views,
      FeatureSelection selection,
      SqlEngine engine,
      Watch watch) {
    this.labels = labels;
    this.checked = checked;
    this.views = views;
    this.selection = selection;
    this.engine = engine;
    this.dialect = Dialect.of(engine);
    this.watch = watch;
  }

  /** The join as one query over what is stored: to be recorded, shown, and run anywhere. */
  public Query inSql() {
    return query(factsOfViews(), Walks.none());
  }

  /** The join as one query, parts of it computed in memory by this process. */
  public Query query() {
    Map<ViewRows, Facts> facts = factsOfViews();
    List<WalkedPart> candidates = new ArrayList<>();
    if (engine.roomForComputed() > 0) {
      for (ViewResolver.Resolved view : views) {
        if (isProbed(view.rows())) {
          candidates.addAll(parts(view, facts));
        }
      }
    }
    return query(facts, Walks.of(candidates, checked, engine, watch));
  }

  private List<WalkedPart> parts(ViewResolver.Resolved view, Map<ViewRows, Facts> facts) {
    ViewRows rows = view.rows();
    Facts known = Objects.requireNonNull(facts.get(rows));
    List<WalkedPart> parts = new ArrayList<>();
    WalkedCells.of(rows, known, ProbePlan.accruing(rows, known)).ifPresent(parts::add);
    List<Cell> newest = rows.cells().values().stream().filter(ProbePlan::isNewest).toList();
    NewestCells.of(rows, view.types(), known, probe(view, facts, Walks.none()), newest)
        .ifPresent(parts::add);
    return parts;
  }

  private Map<ViewRows, Facts> factsOfViews() {
    Map<ViewRows, Facts> facts = new LinkedHashMap<>();
    for (ViewResolver.Resolved view : views) {
      if (isProbed(view.rows())) {
        facts.put(view.rows(), Facts.of(view.rows(), view.types(), engine, watch));
      }
    }
    return facts;
  }

  private Query query(Map<ViewRows, Facts> facts, Walks walks) {
    Map<String, Relation> relations = new HashMap<>(walks.relations());
    relations.put(LabelCheck.LABELS, labels.relation());
    List<String> with = new ArrayList<>();
    String moment =
        Dialect.micros(SqlQuotes.identifier(checked.time().name()), checked.time().type());
    boolean numbered =
        views.stream()
            .map(ViewResolver.Resolved::rows)
            .anyMatch(rows -> isProbed(rows) && !isDirect(rows) && !isWalked(rows, walks));
    with.add(
        "hr_l as %s(select %s%s from %s)"
            .formatted(
                numbered ? "materialized " : "",
                walks.columns(moment),
                numbered ? ", row_number() over () as hr_id" : "",
                walks.from()));
    List<String> columns = new ArrayList<>();
    for (Field field : checked.columns().fields()) {
      columns.add("hr_l." + SqlQuotes.identifier(field.name()));
    }
    StringBuilder joins = new StringBuilder();
    String joined = "hr_l";
    for (ViewResolver.Resolved view : views) {
      ViewRows rows = view.rows();
      relations.put(rows.source(), rows.relation());
      if (isWalked(rows, walks)) {
        columns.addAll(walked(rows, walks));
        continue;
      }
      if (isDirect(rows)) {
        NewestJoin join = new NewestJoin(rows, probe(view, facts, walks));
        List<String> features = selected(rows);
        String next = "hr_with_" + rows.alias();
        with.add(next + " as (" + join.select(joined, features) + ")");
        joined = next;
        features.forEach(
            feature ->
                columns.add("hr_l." + join.column(feature) + " as " + output(rows, feature)));
        continue;
      }
      with.addAll(features(view, facts, walks));
      joins
          .append(" left join ")
          .append(rows.alias())
          .append(" on ")
          .append(
              isProbed(rows)
                  ? "hr_l.hr_id = " + rows.alias() + ".hr_id"
                  : match(rows) + " and hr_l.hr_t = " + rows.alias() + ".t");
      selected(rows)
          .forEach(
              feature ->
                  columns.add(
                      rows.alias()
                          + "."
                          + SqlQuotes.identifier(feature)
                          + " as "
                          + output(rows, feature)));
    }
    String sql =
        "with "
            + String.join(",\n", with)
            + "\nselect "
            + String.join(", ", columns)
            + " from "
            + joined
            + " as hr_l"
            + joins;
    return Query.of(sql, relations);
  }

  /** Late arrivals are seen by pairs alone: running totals know one order of time only. */
  private boolean isProbed(ViewRows rows) {
    return dialect == Dialect.DUCKDB && rows.arrival().isEmpty();
  }

  private boolean isDirect(ViewRows rows) {
    return isProbed(rows) && NewestJoin.fits(rows);
  }

  /** Whether all there is to a view is beside the labels already. */
  private static boolean isWalked(ViewRows rows, Walks walks) {
    return rows.derived().isEmpty()
        && rows.cells().values().stream().allMatch(cell -> walks.of(rows, cell).isPresent());
  }

  private List<String> walked(ViewRows rows, Walks walks) {
    List<String> columns = new ArrayList<>();
    for (String feature : selected(rows)) {
      Cell cell = Objects.requireNonNull(rows.cells().get(feature));
      WalkedPart part = walks.of(rows, cell).orElseThrow();
      List<String> alive = new ArrayList<>();
      if (part instanceof WalkedCells) {
        alive.add("hr_l.%s > %d".formatted(part.seen(), LabelWalk.NEVER));
      }
      rows.ttlMicros()
          .ifPresent(ttl -> alive.add("hr_l.%s >= hr_l.hr_t - %d".formatted(part.seen(), ttl)));
      String value = part.cell(cell);
      columns.add(
          (alive.isEmpty()
                  ? value
                  : "case when " + String.join(" and ", alive) + " then " + value + " end")
              + " as "
              + output(rows, feature));
    }
    return columns;
  }

  private ProbePlan probe(ViewResolver.Resolved view, Map<ViewRows, Facts> facts, Walks walks) {
    return new ProbePlan(
        view.rows(), view.types(), Objects.requireNonNull(facts.get(view.rows())), dialect, walks);
  }

  private List<String> features(
      ViewResolver.Resolved view, Map<ViewRows, Facts> facts, Walks walks) {
    ViewRows rows = view.rows();
    boolean probed = isProbed(rows);
    List<String> with = new ArrayList<>();
    String moments = rows.alias() + "_moments";
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < rows.keys().size(); i++) {
      keys.add(SqlQuotes.identifier(rows.keys().get(i).name()) + " as k" + i);
    }
    with.add(
        "%s as (select %s %s, hr_t as t from hr_l where %s and hr_t is not null)"
            .formatted(
                moments,
                probed ? "hr_id," : "distinct",
                String.join(", ", keys),
                rows.keys().stream()
                    .map(key -> SqlQuotes.identifier(key.name()) + " is not null")
                    .collect(Collectors.joining(" and "))));
    String all = rows.alias() + "_all";
    if (probed) {
      with.addAll(probe(view, facts, walks).with(moments, all));
    } else {
      with.addAll(
          new PairPlan(rows, view.types(), dialect).with(moments, rows.cells().values(), all));
    }
    List<String> identity = probed ? List.of("hr_id") : rows.keyNames();
    with.add(
        rows.alias()
            + " as ("
            + ViewSelect.of(rows, identity, all, ViewSelect.Expiry.LEFT_OUT, dialect)
            + ")");
    return with;
  }

  private static String match(ViewRows rows) {
    List<String> equal = new ArrayList<>();
    for (int i = 0; i < rows.keys().size(); i++) {
      equal.add(
          "hr_l."
              + SqlQuotes.identifier(rows.keys().get(i).name())
              + " = "
              + rows.alias()
              + ".k"
              + i);
    }
    return String.join(" and ", equal);
  }

  private List<String> selected(ViewRows rows) {
    FeatureView view = rows.view();
    return selection.byView().entrySet().stream()
        .filter(entry -> entry.getKey().name().equals(view.name()))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  private static String output(ViewRows rows, String feature) {
    return SqlQuotes.identifier(FeatureSelection.column(rows.view().name(), feature));
  }
}
