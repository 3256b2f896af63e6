package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.internal.walk.KeyKind;
import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.ml.features.internal.walk.Walked;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import java.util.ArrayList;
import java.util.HashMap;
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
  private static final String FIRST_MOMENT = RELATION + "0." + LabelWalk.MOMENT;

  /** The entities at hand may take this part of the heap. */
  private static final int HEAP_PART = 2;

  private final List<WalkedPart> taken = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final Map<Query, Long> greatest = new HashMap<>();

  /** Columns of the labels that the first group brings along; none where one does not fit. */
  private final List<Field> carried;

  /** Views with the same key: their labels are read once. */
  private record Group(List<String> keys, List<WalkedPart> parts, LabelWalk walk) {}

  private Walks(List<Field> carried) {
    this.carried = carried;
  }

  static Walks none() {
    return new Walks(List.of());
  }

  /**
   * Takes parts of views in their order as long as there is room.
   *
   * @param candidates what could be walked for
   */
  static Walks of(List<WalkedPart> candidates, LabelCheck labels, SqlEngine engine, Watch watch) {
    List<Field> columns = labels.columns().fields();
    boolean carries =
        columns.size() <= LabelWalk.MOST_CARRIED
            && columns.stream().allMatch(field -> WalkedValues.fits(field.type()));
    Walks walks = new Walks(carries ? columns : List.of());
    if (!(labels.labels().relation() instanceof Relation.Files files)
        || files.rows() > LabelWalk.MOST_ROWS) {
      return walks;
    }
    candidates.forEach(part -> walks.take(part, labels, files.rows(), engine, watch));
    return walks;
  }

  private void take(WalkedPart part, LabelCheck labels, long count, SqlEngine engine, Watch watch) {
    ViewRows rows = part.rows();
    List<String> keys = rows.keys().stream().map(Field::name).toList();
    List<KeyKind> kinds = WalkedKeys.kinds(rows);
    Optional<Group> same =
        groups.stream()
            .filter(group -> group.keys.equals(keys) && group.walk.keys().equals(kinds))
            .findFirst();
    List<WalkedPart> together = new ArrayList<>(same.map(Group::parts).orElse(List.of()));
    together.add(part);
    List<Walked> views = together.stream().map(WalkedPart::walked).toList();
    boolean isFirst = groups.isEmpty() || same.filter(groups.getFirst()::equals).isPresent();
    List<Field> brought = isFirst ? carried : List.of();
    LabelWalk walk =
        new LabelWalk(
            engine,
            kinds,
            WalkedKeys.labels(rows, labels, brought),
            count,
            brought.stream().map(field -> WalkedValues.held(field.type())).toList(),
            views);
    Group group = new Group(keys, together, walk);
    long others = groups.stream().mapToLong(other -> other.walk.bytes()).sum();
    long before = same.map(known -> known.walk.bytes()).orElse(0L);
    if (others - before + group.walk.bytes() <= engine.roomForComputed()
        && fitsTheHeap(group.walk, rows, labels, engine, watch)) {
      int place = same.map(groups::indexOf).orElse(groups.size());
      same.ifPresent(groups::remove);
      groups.add(place, group);
      taken.add(part);
    }
  }

  /** One entity at a time is on the heap: only where one could be too large, it is looked for. */
  private boolean fitsTheHeap(
      LabelWalk walk, ViewRows rows, LabelCheck labels, SqlEngine engine, Watch watch) {
    long room = Runtime.getRuntime().maxMemory() / HEAP_PART;
    long most = walk.views().stream().mapToLong(Walked::count).max().orElse(0);
    if (walk.heapBytes(most, walk.count()) <= room) {
      return true;
    }
    for (boolean exactly : new boolean[] {false, true}) {
      long ofRows = greatest(WalkedKeys.rowsOfLargest(rows, exactly), engine, watch);
      long ofLabels = greatest(WalkedKeys.labelsOfLargest(rows, labels, exactly), engine, watch);
      if (walk.heapBytes(ofRows, ofLabels) <= room) {
        return true;
      }
    }
    return false;
  }

  /** Asked once: views have their labels in common. */
  private long greatest(Query query, SqlEngine engine, Watch watch) {
    return greatest.computeIfAbsent(
        query,
        _ -> {
          try (Rows found = engine.execute(query, watch)) {
            List<@Nullable Object> row = found.next();
            return row != null && row.getFirst() instanceof Number most ? most.longValue() : 0L;
          }
        });
  }

  /** What a view's counts and totals are, where they are walked for. */
  Optional<WalkedPart> accrued(ViewRows rows) {
    return of(rows).stream().filter(WalkedCells.class::isInstance).findFirst();
  }

  /** What a view's newest values are, where they are walked for. */
  Optional<WalkedPart> newest(ViewRows rows) {
    return of(rows).stream().filter(NewestCells.class::isInstance).findFirst();
  }

  private List<WalkedPart> of(ViewRows rows) {
    return taken.stream().filter(part -> part.rows().alias().equals(rows.alias())).toList();
  }

  /** The part that a cell is computed with. */
  Optional<WalkedPart> of(ViewRows rows, Cell cell) {
    return ProbePlan.canAccrue(cell)
        ? accrued(rows)
        : ProbePlan.isNewest(cell) ? newest(rows) : Optional.empty();
  }

  /** Whether labels come back with what is computed, and are not read once more. */
  private boolean carries() {
    return !carried.isEmpty() && !groups.isEmpty();
  }

  /**
   * The columns of {@link #from}: those of the labels, their moment as {@code hr_t}, and all that
   * is computed beside them.
   *
   * @param moment of a label, in microseconds
   */
  String columns(String moment) {
    List<String> columns = new ArrayList<>();
    if (carries()) {
      for (int i = 0; i < carried.size(); i++) {
        Field field = carried.get(i);
        columns.add(
            WalkedValues.value(RELATION + "0." + LabelWalk.carried(i), field.type())
                + " as "
                + SqlQuotes.identifier(field.name()));
      }
      columns.add("nullif(%s, %d) as hr_t".formatted(FIRST_MOMENT, LabelWalk.NEVER));
    } else {
      columns.add("l.*");
      columns.add(moment + " as hr_t");
    }
    for (int g = 0; g < groups.size(); g++) {
      Optional<String> beside =
          !carries() ? Optional.of(moment) : g > 0 ? Optional.of(FIRST_MOMENT) : Optional.empty();
      List<WalkedPart> parts = groups.get(g).parts;
      for (int v = 0; v < parts.size(); v++) {
        columns.add(parts.get(v).columns(RELATION + g, v, beside));
      }
    }
    return String.join(", ", columns);
  }

  /** The labels, and what is joined to them. */
  String from() {
    List<String> from = new ArrayList<>();
    if (!carries()) {
      from.add(SqlQuotes.identifier(LabelCheck.LABELS) + " l");
    }
    for (int g = 0; g < groups.size(); g++) {
      from.add(RELATION + g);
    }
    return String.join(" positional join ", from);
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
