package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.internal.walk.KeyKind;
import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.ml.features.internal.walk.WalkedView;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a join is computed in memory, view by view, and how the labels get it: as relations in
 * the labels' own order, joined by position. Only for labels that are stored, which are read in one
 * order every time, and as far as the engine has room.
 */
final class Walks {
  private static final String RELATION = "hr_walked_";

  /** The entities at hand may take this part of the heap. */
  private static final int HEAP_PART = 4;

  private final Map<String, WalkedCells> byView = new LinkedHashMap<>();
  private final List<Group> groups = new ArrayList<>();

  /** Views with the same key: their labels are read once. */
  private record Group(List<String> keys, List<WalkedCells> cells, LabelWalk walk) {}

  private Walks() {}

  static Walks none() {
    return new Walks();
  }

  /**
   * Takes views in their order as long as there is room.
   *
   * @param candidates what could be walked for
   */
  static Walks of(
      Map<ViewRows, WalkedCells> candidates, LabelCheck labels, SqlEngine engine, Watch watch) {
    Walks walks = new Walks();
    if (!(labels.labels().relation() instanceof Relation.Files files)
        || files.rows() > LabelWalk.MOST_ROWS) {
      return walks;
    }
    candidates.forEach(
        (rows, cells) -> walks.take(rows, cells, labels, files.rows(), engine, watch));
    return walks;
  }

  private void take(
      ViewRows rows,
      WalkedCells cells,
      LabelCheck labels,
      long count,
      SqlEngine engine,
      Watch watch) {
    List<String> keys = rows.keys().stream().map(Field::name).toList();
    List<KeyKind> kinds = cells.keys();
    Optional<Group> same =
        groups.stream()
            .filter(group -> group.keys.equals(keys) && group.walk.keys().equals(kinds))
            .findFirst();
    List<WalkedCells> together = new ArrayList<>(same.map(Group::cells).orElse(List.of()));
    together.add(cells);
    List<WalkedView> views = together.stream().map(WalkedCells::view).toList();
    Group group =
        new Group(keys, together, new LabelWalk(engine, kinds, cells.labels(labels), count, views));
    long others = groups.stream().mapToLong(other -> other.walk.bytes()).sum();
    long before = same.map(known -> known.walk.bytes()).orElse(0L);
    if (others - before + group.walk.bytes() <= engine.roomForComputed()
        && fitsTheHeap(group.walk, cells, labels, engine, watch)) {
      same.ifPresent(groups::remove);
      groups.add(group);
      byView.put(rows.alias(), cells);
    }
  }

  /** One entity at a time is on the heap: only where one could be too large, it is looked for. */
  private static boolean fitsTheHeap(
      LabelWalk walk, WalkedCells cells, LabelCheck labels, SqlEngine engine, Watch watch) {
    long room = Runtime.getRuntime().maxMemory() / HEAP_PART;
    long rows = walk.views().stream().mapToLong(WalkedView::count).max().orElse(0);
    return walk.heapBytes(rows, walk.count()) <= room
        || walk.heapBytes(
                greatest(cells.rowsOfLargest(), engine, watch),
                greatest(cells.labelsOfLargest(labels), engine, watch))
            <= room;
  }

  private static long greatest(Query query, SqlEngine engine, Watch watch) {
    try (Rows found = engine.execute(query, watch)) {
      List<@Nullable Object> row = found.next();
      return row != null && row.getFirst() instanceof Number most ? most.longValue() : 0;
    }
  }

  /** What is computed of a view. */
  Optional<WalkedCells> of(ViewRows rows) {
    return Optional.ofNullable(byView.get(rows.alias()));
  }

  /**
   * The labels with all that is computed beside them.
   *
   * @param moment of a label, in microseconds
   */
  String columns(String moment) {
    StringBuilder columns = new StringBuilder();
    for (int g = 0; g < groups.size(); g++) {
      List<WalkedCells> cells = groups.get(g).cells;
      for (int v = 0; v < cells.size(); v++) {
        columns.append(", ").append(cells.get(v).results(RELATION + g, v, moment));
      }
    }
    return columns.toString();
  }

  /** The labels, under the name {@code l}, and what is joined to them. */
  String from() {
    StringBuilder from = new StringBuilder(SqlQuotes.identifier(LabelCheck.LABELS) + " l");
    for (int g = 0; g < groups.size(); g++) {
      from.append(" positional join ").append(RELATION).append(g);
    }
    return from.toString();
  }

  /** What the query names. */
  Map<String, Relation> relations() {
    Map<String, Relation> relations = new LinkedHashMap<>();
    for (int g = 0; g < groups.size(); g++) {
      LabelWalk walk = groups.get(g).walk;
      relations.put(RELATION + g, new Relation.Computed(walk.schema(), walk::run));
    }
    return relations;
  }
}
