package dev.headrace.data.metrics;

import dev.headrace.data.metrics.Question.Asked;
import dev.headrace.data.metrics.Reach.Stop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;

/**
 * One pass over the rows of a table for all metrics of it. Where they have different filters, each
 * aggregate has its own, and only rows that one of them lets through make a group.
 */
final class RowScan implements Scan {
  private final String name;
  private final Reach reach;
  private final Asked asked;
  private final Optional<TrailingWindow> window;
  private final Set<Stop> joins = new LinkedHashSet<>();
  private final List<Optional<String>> filters = new ArrayList<>();
  private final Map<String, Filtered> aggregates = new LinkedHashMap<>();
  private final Map<String, Limit> limits = new LinkedHashMap<>();

  RowScan(String name, Reach reach, Asked asked, Optional<TrailingWindow> window) {
    this.name = name;
    this.reach = reach;
    this.asked = asked;
    this.window = window;
    joins.addAll(asked.joins());
  }

  private record Filtered(
      Function<String, String> sql, Optional<String> filter, OfNothing nothing) {}

  /** An upper limit that the data give: a quantile of the values that are measured. */
  private record Limit(String value, double quantile, Optional<String> filter) {}

  Reach reach() {
    return reach;
  }

  /** Lets the pass join a table. */
  void use(Stop stop) {
    Question.use(stop, joins);
  }

  /** Every table it joins. */
  Set<Stop> joined() {
    return joins;
  }

  /** A metric's filter; rows that no metric lets through are not read. */
  void filter(Optional<String> filter) {
    filters.add(filter);
  }

  /**
   * Adds an aggregate.
   *
   * @param sql writes it, given the clause that filters its rows, which may be empty
   */
  void add(
      String aggregate, Function<String, String> sql, Optional<String> filter, OfNothing nothing) {
    aggregates.put(aggregate, new Filtered(sql, filter, nothing));
  }

  /** The column that holds a quantile of {@code value} over the rows of a metric. */
  String limit(String metric, String value, double quantile, Optional<String> filter) {
    String prelude = metric + "__cap";
    limits.put(prelude, new Limit(value, quantile, filter));
    return prelude + ".highest";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SequencedMap<String, String> preludes() {
    SequencedMap<String, String> preludes = new LinkedHashMap<>();
    window.ifPresent(windows -> preludes.put(windows.prelude(), windows.sql()));
    limits.forEach(
        (prelude, limit) ->
            preludes.put(
                prelude,
                "select percentile_cont(%s) within group (order by cast(%s as double)) as highest\n"
                        .formatted(limit.quantile, limit.value)
                    + from()
                    + where(Optional.of(limit.filter.stream().toList()))));
    return preludes;
  }

  @Override
  public List<String> dimensions() {
    return asked.dimensions();
  }

  @Override
  public Map<String, Aggregate> aggregates() {
    boolean together = sameFilter();
    Map<String, Aggregate> written = new LinkedHashMap<>();
    aggregates.forEach(
        (aggregate, filtered) ->
            written.put(
                aggregate,
                new Aggregate(
                    filtered.sql.apply(
                        together
                            ? ""
                            : filtered
                                .filter
                                .map(filter -> " filter (where " + filter + ")")
                                .orElse("")),
                    filtered.nothing)));
    return written;
  }

  private boolean sameFilter() {
    return filters.stream().distinct().count() <= 1;
  }

  @Override
  public String source() {
    StringBuilder source = new StringBuilder(from());
    limits.keySet().forEach(prelude -> source.append("\ncross join ").append(prelude));
    if (sameFilter()) {
      source.append(where(Optional.of(filters.getFirst().stream().toList())));
    } else if (filters.stream().allMatch(Optional::isPresent)) {
      List<String> any = filters.stream().flatMap(Optional::stream).distinct().toList();
      source.append(where(Optional.of(List.of(SqlText.any(any)))));
    } else {
      source.append(where(Optional.empty()));
    }
    return source.toString();
  }

  private String from() {
    StringBuilder from = new StringBuilder("from ").append(Reach.name(reach.fact().table()));
    joins.forEach(stop -> from.append('\n').append(stop.join()));
    window.ifPresent(windows -> from.append('\n').append(windows.join()));
    return from.toString();
  }

  private String where(Optional<List<String>> more) {
    List<String> conditions = new ArrayList<>(more.orElse(List.of()));
    conditions.addAll(asked.conditions());
    return SqlText.where(conditions);
  }
}
