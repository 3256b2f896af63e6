package dev.headrace.decisions.experiments.kept;

import dev.headrace.decisions.experiments.kept.Kept.Added;
import dev.headrace.decisions.experiments.kept.Kept.Layer;
import dev.headrace.decisions.experiments.scan.Steps;
import dev.headrace.decisions.experiments.scan.SumSql;
import dev.headrace.decisions.experiments.scan.TotalsSql;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Totals that lie in layers, as relations. A unit's are those of the last layer that speaks of it,
 * with what later layers add.
 */
public final class Layers {
  /** Units that are asked for, where not all are. */
  private static final String WANTED = "wanted";

  private final UnitScan scan;
  private final TotalsSql sql;
  private final SumSql sums;
  private final Schema row;
  private final List<Layer> layers;

  /**
   * @param row columns of a unit's row
   */
  Layers(UnitScan scan, Schema row, List<Layer> layers) {
    this.scan = scan;
    this.sql = scan.totals();
    this.sums = new SumSql(scan);
    this.row = row;
    this.layers = layers;
  }

  static Schema unit(Schema row) {
    return new Schema(row.fields().subList(0, 1));
  }

  /** Columns of what is added to totals. */
  static Schema added(Schema row, List<Integer> columns) {
    List<Field> fields = new ArrayList<>(unit(row).fields());
    for (int column : columns) {
      Field field = row.field(UnitScan.value(column)).orElseThrow();
      fields.add(new Field(fields.size() + 1, field.name(), field.type()));
    }
    return new Schema(fields);
  }

  /** What is known of units besides their totals. */
  Relation known() {
    Map<String, Relation> relations = new HashMap<>();
    return view(whole(sql.own(""), Optional.empty(), relations), relations);
  }

  Relation totals() {
    return totals(Optional.empty());
  }

  /** Totals of some units. */
  Relation totalsOf(Relation units) {
    return totals(Optional.of(units));
  }

  private Relation totals(Optional<Relation> wanted) {
    Map<String, Relation> relations = new HashMap<>();
    wanted.ifPresent(units -> relations.put(WANTED, units));
    String whole = whole(List.of("*"), wanted, relations);
    List<Integer> columns =
        List.copyOf(
            new TreeSet<>(layers.stream().flatMap(l -> l.added().columns().stream()).toList()));
    if (columns.isEmpty()) {
      return view(whole, relations);
    }
    List<String> items = sql.own("whole.");
    for (int i = 0; i < scan.columns(); i++) {
      String total = "whole." + UnitScan.value(i);
      String more = "coalesce(added." + UnitScan.value(i) + ", 0)";
      items.add(columns.contains(i) ? sql.kept(sums.with(total, more, i), i) : total);
    }
    return view(
        Steps.with(
                List.of(
                    Steps.step("whole", whole),
                    Steps.step("added", added(columns, wanted, relations))))
            + Steps.select(items)
            + "\nfrom whole\nleft join added on added.unit = whole.unit",
        relations);
  }

  /** Rows of the last layer that speaks of their unit. */
  private String whole(
      List<String> items, Optional<Relation> wanted, Map<String, Relation> relations) {
    List<String> selects = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (i == 0 || !layer.files().isEmpty()) {
        relations.put("layer_" + i, files(row, layer.files(), layer.rows()));
        selects.add(
            Steps.select(items)
                + "\nfrom layer_%d as own".formatted(i)
                + conditions(i + 1, wanted, relations));
      }
    }
    return String.join("\nunion all\n", selects);
  }

  /** What is added to each unit by all layers together. */
  private String added(
      List<Integer> columns, Optional<Relation> wanted, Map<String, Relation> relations) {
    List<String> selects = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Added added = layers.get(i).added();
      if (added.isNothing()) {
        continue;
      }
      relations.put("added_" + i, of(row, added));
      List<String> items = new ArrayList<>(List.of("unit"));
      for (int column : columns) {
        items.add((added.columns().contains(column) ? "" : "0 as ") + UnitScan.value(column));
      }
      selects.add(
          Steps.select(items)
              + "\nfrom added_%d as own".formatted(i)
              + conditions(i, wanted, relations));
    }
    String all = String.join("\nunion all\n", selects);
    if (selects.size() == 1) {
      return all;
    }
    List<String> items = new ArrayList<>(List.of("unit"));
    for (int column : columns) {
      String value = UnitScan.value(column);
      items.add(sums.together(value, column) + " as " + value);
    }
    return Steps.select(items) + "\nfrom (\n" + all + "\n) as every_layer\ngroup by unit";
  }

  /** Which of a layer's rows count: those of units that no layer from {@code from} on speaks of. */
  private String conditions(int from, Optional<Relation> wanted, Map<String, Relation> relations) {
    List<String> conditions = new ArrayList<>();
    List<Layer> after = layers.subList(from, layers.size());
    List<String> naming = after.stream().flatMap(layer -> layer.naming().stream()).toList();
    if (!naming.isEmpty()) {
      long rows = after.stream().mapToLong(Layer::rows).sum();
      relations.put("named_from_" + from, files(unit(row), naming, rows));
      conditions.add(
          "not exists (select 1 from named_from_%1$d as later where later.unit = own.unit)"
              .formatted(from));
    }
    if (wanted.isPresent()) {
      conditions.add("unit in (select unit from " + WANTED + ")");
    }
    return conditions.isEmpty() ? "" : "\nwhere " + String.join("\n  and ", conditions);
  }

  /** What the last layer adds, to whom it does not speak of itself. */
  Relation lastAdded() {
    Layer last = layers.getLast();
    Map<String, Relation> relations = new HashMap<>();
    relations.put("added_last", of(row, last.added()));
    return view(
        "select * from added_last as own"
            + conditions(layers.size() - 1, Optional.empty(), relations),
        relations);
  }

  private static Relation.Files of(Schema row, Added added) {
    return files(added(row, added.columns()), added.files(), added.rows());
  }

  static Relation.Files files(Schema schema, List<String> files, long rows) {
    return new Relation.Files(schema, files, rows);
  }

  private static Relation view(String sql, Map<String, Relation> relations) {
    return new Relation.View(Query.of(sql, relations));
  }
}
