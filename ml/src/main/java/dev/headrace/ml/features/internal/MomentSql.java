package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.Moments;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the features of one view at given moments, whether their lifetime is over or not. */
public final class MomentSql {
  private static final String MOMENTS = "hr_moments";
  private static final String ASKED = "hr_l";

  private final ViewRows rows;
  private final ViewResolver.Resolved view;
  private final Dialect dialect;
  private final SqlEngine engine;
  private final Watch watch;

  public MomentSql(ViewResolver.Resolved view, SqlEngine engine, Watch watch) {
    this.view = view;
    this.rows = view.rows();
    this.dialect = Dialect.of(engine);
    this.engine = engine;
    this.watch = watch;
  }

  /** The query: {@link Moments#ID}, time of the newest visible row, features in order. */
  public Query query(Relation moments) {
    String name = rows.alias();
    String all = name + "_all";
    String asked = name + "_moments";
    boolean probed = dialect == Dialect.DUCKDB && rows.arrival().isEmpty();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < rows.keys().size(); i++) {
      keys.add(SqlQuotes.identifier(rows.keys().get(i).name()) + " as k" + i);
    }
    String present =
        rows.keyNames().stream().map(key -> key + " is not null and ").collect(Collectors.joining())
            + Moments.VALUES_AT
            + " is not null";
    List<String> with = new ArrayList<>();
    with.add(
        "%s as (select %s as hr_id, %s, %s, %s from %s)"
            .formatted(
                ASKED,
                Moments.ID,
                String.join(", ", keys),
                Moments.VALUES_AT,
                Moments.READ_AT,
                MOMENTS));
    with.add(
        "%s as (select %s %s, %s as t from %s where %s)"
            .formatted(
                asked,
                probed ? "hr_id," : "distinct",
                String.join(", ", rows.keyNames()),
                Moments.VALUES_AT,
                ASKED,
                present));
    if (probed) {
      Facts facts = Facts.of(rows, view.types(), engine, watch);
      with.addAll(new ProbePlan(rows, view.types(), facts, dialect).with(asked, all));
    } else {
      with.addAll(
          new PairPlan(rows, view.types(), dialect).with(asked, rows.cells().values(), all));
    }
    String match =
        probed
            ? "l.hr_id = a.hr_id"
            : rows.keyNames().stream()
                    .map(key -> "l." + key + " = a." + key + " and ")
                    .collect(Collectors.joining())
                + "l."
                + Moments.VALUES_AT
                + " = a.t";
    List<String> cells = new ArrayList<>();
    rows.cells().values().forEach(cell -> cells.add(", a." + cell.column()));
    with.add(
        "%s_seen as (select l.hr_id, l.%s, a.t, a.hr_e%s from %s l join %s a on %s)"
            .formatted(name, Moments.READ_AT, String.join("", cells), ASKED, all, match));
    with.add(
        name
            + " as ("
            + ViewSelect.of(
                rows,
                List.of("hr_id"),
                name + "_seen",
                ViewSelect.Expiry.KEPT,
                Moments.READ_AT,
                dialect)
            + ")");
    List<String> columns = new ArrayList<>(List.of("l.hr_id as " + Moments.ID, "v.hr_e"));
    rows.view().names().forEach(feature -> columns.add("v." + SqlQuotes.identifier(feature)));
    Map<String, Relation> relations = new HashMap<>();
    relations.put(MOMENTS, moments);
    relations.put(rows.source(), rows.relation());
    return Query.of(
        "with "
            + String.join(",\n", with)
            + "\nselect "
            + String.join(", ", columns)
            + " from "
            + ASKED
            + " l left join "
            + name
            + " v on l.hr_id = v.hr_id",
        relations);
  }
}
