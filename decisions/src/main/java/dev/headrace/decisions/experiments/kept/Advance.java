package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.release.ChangedDays;
import dev.headrace.decisions.experiments.scan.UnitScan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What has to be done so that kept totals are those of the tables as they are shown now. */
public sealed interface Advance {

  /** Nothing has changed. */
  record Nothing() implements Advance {
    @Override
    public String toString() {
      return "nothing has changed";
    }
  }

  /**
   * Only these days matter.
   *
   * @param later by table: days after all that were there, whose rows are added to totals
   * @param redone by table: days whose units, before and now, are computed anew
   */
  record Days(Map<String, DayRanges> later, Map<String, DayRanges> redone) implements Advance {
    @Override
    public String toString() {
      return (words("added ", later) + " " + words("redone ", redone)).strip();
    }

    private static String words(String verb, Map<String, DayRanges> days) {
      return days.entrySet().stream()
          .map(entry -> verb + entry.getValue() + " of " + entry.getKey())
          .collect(Collectors.joining(", "));
    }
  }

  /** All units are computed anew. */
  record Anew(String reason) implements Advance {
    @Override
    public String toString() {
      return "computed anew: " + reason;
    }
  }

  /** What is kept is of a later time than what is shown, and stays as it is. */
  record Past() implements Advance {
    @Override
    public String toString() {
      return "computed for a time in the past";
    }
  }

  /** The states of all tables that a scan reads, those behind views too. */
  static Map<String, Kept.State> states(UnitScan scan, Published published) {
    Map<String, Kept.State> states = new TreeMap<>();
    scan.tables().forEach(table -> addStates(table, published, states));
    return states;
  }

  private static void addStates(String table, Published published, Map<String, Kept.State> states) {
    Optional<Publication> found = published.table(table);
    if (found.isEmpty() || states.containsKey(key(table))) {
      return;
    }
    Publication.Content content = found.get().content();
    String lastDay =
        content.data() instanceof Publication.Stored stored
            ? stored
                .time()
                .flatMap(Publication.TimeColumn::range)
                .map(time -> ChangedDays.day(time.last()).toString())
                .orElse(null)
            : null;
    states.put(key(table), new Kept.State(content.state(), found.get().id(), lastDay));
    if (content.data() instanceof Publication.Virtual) {
      content.inputs().keySet().forEach(input -> addStates(input, published, states));
    }
  }

  private static String key(String table) {
    return table.toLowerCase(Locale.ROOT);
  }

  /**
   * Compares what is kept with what is shown. Lists files; executes no query.
   *
   * @param assignments the table of exposures
   */
  static Advance of(
      Optional<Kept> kept,
      String definition,
      UnitScan scan,
      String assignments,
      Published published,
      ChangedDays changedDays) {
    if (kept.isEmpty()) {
      return new Anew("nothing was kept");
    }
    if (!kept.get().definition().equals(definition)) {
      return new Anew("the definition changed");
    }
    Map<String, Kept.State> now = states(scan, published);
    Map<String, Kept.State> then = kept.get().tables();
    Set<String> changed = new TreeSet<>();
    for (Map.Entry<String, Kept.State> table : now.entrySet()) {
      Kept.State before = then.get(table.getKey());
      if (before == null || now.size() != then.size()) {
        return new Anew("other tables are read");
      }
      if (table.getValue().publication() < before.publication()) {
        return new Past();
      }
      if (!table.getValue().state().equals(before.state())) {
        changed.add(table.getKey());
      }
    }
    return changed.isEmpty()
        ? new Nothing()
        : days(kept.get(), changed, scan, key(assignments), published, changedDays);
  }

  private static Advance days(
      Kept kept,
      Set<String> changed,
      UnitScan scan,
      String assignments,
      Published published,
      ChangedDays changedDays) {
    Map<String, DayRanges> later = new LinkedHashMap<>();
    Map<String, DayRanges> redone = new LinkedHashMap<>();
    for (String table : changed) {
      Kept.State before = kept.tables().get(table);
      if (before == null || !goesByTime(table, scan, assignments, published)) {
        return new Anew(table + " changed");
      }
      if (!(changedDays.since(published, table, before.state())
          instanceof ChangedDays.Exactly(DayRanges days))) {
        return new Anew(table + " changed as a whole");
      }
      if (days.isEmpty()) {
        continue;
      }
      boolean isLater =
          before.last().filter(last -> last.isBefore(days.ranges().getFirst().from())).isPresent();
      (isLater && !table.equals(assignments) && addsUp(table, scan) ? later : redone)
          .put(table, days);
    }
    return new Days(later, redone);
  }

  /** Whether the rows of some days of a table concern the units they name and nobody else. */
  private static boolean goesByTime(
      String table, UnitScan scan, String assignments, Published published) {
    Optional<String> time = published.timeColumn(table);
    if (time.isEmpty() || !scan.tables().contains(table)) {
      return false; // Behind a view, or without time.
    }
    if (table.equals(assignments)
        && !scan.exposedAt().map(at -> isColumn(at.sql(), "", time.get())).orElse(false)) {
      return false;
    }
    return scan.parts().stream()
        .flatMap(column -> column.measure().rows().stream())
        .allMatch(rows -> goesByTime(table, time.get(), rows, scan));
  }

  private static boolean goesByTime(
      String table, String time, UnitMeasure.Rows rows, UnitScan scan) {
    if (!rows.table().equals(table)) {
      return !rows.tables().contains(table); // Joined to other rows, of whatever day.
    }
    return scan.exposedAt().isPresent()
        && rows.time().filter(at -> isColumn(at.sql(), table + ".", time)).isPresent();
  }

  private static boolean isColumn(String sql, String prefix, String column) {
    return sql.replace("\"", "").equalsIgnoreCase(prefix + column);
  }

  /** Whether totals of a table are sums to which rows can be added without rounding. */
  private static boolean addsUp(String table, UnitScan scan) {
    List<UnitScan.Column> columns = scan.parts();
    for (int i = 0; i < columns.size(); i++) {
      boolean counts =
          columns.get(i).measure().rows().stream().anyMatch(rows -> rows.table().equals(table));
      if (counts && (!columns.get(i).isAdditive() || scan.isFloating(i))) {
        return false;
      }
    }
    return true;
  }
}
