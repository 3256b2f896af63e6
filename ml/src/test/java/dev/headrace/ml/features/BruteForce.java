package dev.headrace.ml.features;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a view, written as plainly as can be: look at every row, keep those that are
 * visible, sort them, aggregate. Knows nothing of SQL; expressions are Java functions.
 */
final class BruteForce {
  private static final Comparator<@Nullable Object> VALUES =
      Comparator.nullsFirst((a, b) -> compare(a, b));

  private BruteForce() {}

  /**
   * One row of the view's table.
   *
   * @param key null parts match nothing
   * @param event microseconds; null is never visible
   * @param arrival likewise; ignored unless the view has an arrival column
   */
  record Event(
      List<@Nullable Object> key,
      @Nullable Long event,
      @Nullable Long arrival,
      Map<String, @Nullable Object> values) {}

  /** How the semantic parts of a view are written in Java. */
  record View(
      boolean bitemporal,
      Optional<Long> ttlMicros,
      List<Function<Event, @Nullable Object>> tieBreak,
      Function<String, Function<Event, @Nullable Object>> expression,
      Function<String, Predicate<Event>> condition) {}

  /** The value of an aggregated feature at a moment; null also where nothing is visible. */
  static @Nullable Object at(
      View view, Feature feature, List<Event> table, List<@Nullable Object> key, @Nullable Long t) {
    if (t == null || key.contains(null)) {
      return null;
    }
    List<Event> visible = new ArrayList<>();
    for (Event row : table) {
      Long event = row.event();
      Long arrival = view.bitemporal() ? row.arrival() : Long.valueOf(Long.MIN_VALUE);
      if (row.key().equals(key) && event != null && arrival != null && event <= t && arrival <= t) {
        visible.add(row);
      }
    }
    if (visible.isEmpty()) {
      return null;
    }
    visible.sort(order(view));
    long newest = Objects.requireNonNull(visible.getLast().event());
    if (view.ttlMicros().isPresent() && newest < t - view.ttlMicros().get()) {
      return null;
    }
    List<Event> counted = new ArrayList<>();
    for (Event row : visible) {
      boolean wanted =
          feature.where().map(where -> view.condition().apply(where).test(row)).orElse(true);
      boolean inside =
          !(feature.window().orElse(null) instanceof Window.Span span)
              || Objects.requireNonNull(row.event()) > t - span.micros();
      if (wanted && inside) {
        counted.add(row);
      }
    }
    if (feature.window().orElse(null) instanceof Window.Rows rows
        && counted.size() > rows.count()) {
      counted = counted.subList(counted.size() - rows.count(), counted.size());
    }
    return aggregate(view, (Computation.Aggregation) feature.computation(), counted);
  }

  private static Comparator<Event> order(View view) {
    Comparator<Event> order = Comparator.comparing(row -> Objects.requireNonNull(row.event()));
    if (view.bitemporal()) {
      order = order.thenComparing(row -> Objects.requireNonNull(row.arrival()));
    }
    for (Function<Event, @Nullable Object> part : view.tieBreak()) {
      order = order.thenComparing(part, VALUES);
    }
    return order;
  }

  private static @Nullable Object aggregate(
      View view, Computation.Aggregation aggregation, List<Event> rows) {
    if (aggregation instanceof Computation.Count(String of) && of.equals("*")) {
      return (long) rows.size();
    }
    List<@Nullable Object> all =
        new ArrayList<>(rows.stream().map(view.expression().apply(aggregation.of())).toList());
    List<Object> some = new ArrayList<>();
    for (Object value : all) {
      if (value != null) {
        some.add(value);
      }
    }
    return switch (aggregation) {
      case Computation.Count _ -> (long) some.size();
      case Computation.Sum _ -> some.isEmpty() ? null : sum(some);
      case Computation.Mean _ -> some.isEmpty() ? null : sum(some).doubleValue() / some.size();
      case Computation.Min _ -> some.stream().min(BruteForce::compare).orElse(null);
      case Computation.Max _ -> some.stream().max(BruteForce::compare).orElse(null);
      case Computation.Stddev _ -> deviation(some);
      case Computation.First _ -> all.isEmpty() ? null : all.getFirst();
      case Computation.Last _ -> all.isEmpty() ? null : all.getLast();
      case Computation.ApproxDistinct _ -> (long) new HashSet<>(some).size();
      case Computation.LastK last -> lastK(all, last.k());
      case Computation.TopK top -> topK(some, top.k());
      case Computation.Percentile percentile -> percentile(some, percentile.at());
      case Computation.Histogram histogram -> histogram(some, histogram.bounds());
    };
  }

  private static BigDecimal sum(List<Object> values) {
    return values.stream().map(BruteForce::number).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal number(Object value) {
    return new BigDecimal(value.toString());
  }

  private static @Nullable Object deviation(List<Object> values) {
    if (values.size() < 2) {
      return null;
    }
    BigDecimal mean =
        sum(values).divide(BigDecimal.valueOf(values.size()), 40, RoundingMode.HALF_EVEN);
    BigDecimal squares =
        values.stream()
            .map(value -> number(value).subtract(mean).pow(2))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return Math.sqrt(
        squares
            .divide(BigDecimal.valueOf(values.size() - 1), 40, RoundingMode.HALF_EVEN)
            .doubleValue());
  }

  private static @Nullable Object lastK(List<@Nullable Object> values, int k) {
    return values.isEmpty()
        ? null
        : new ArrayList<>(values.subList(Math.max(0, values.size() - k), values.size()).reversed());
  }

  private static @Nullable Object topK(List<Object> values, int k) {
    if (values.isEmpty()) {
      return null;
    }
    Map<Object, Integer> counts = new TreeMap<>(BruteForce::compare);
    values.forEach(value -> counts.merge(value, 1, Integer::sum));
    List<Map.Entry<Object, Integer>> entries = new ArrayList<>(counts.entrySet());
    entries.sort(Map.Entry.<Object, Integer>comparingByValue().reversed()); // Stable.
    return new ArrayList<>(entries.stream().limit(k).map(Map.Entry::getKey).toList());
  }

  private static @Nullable Object percentile(List<Object> values, BigDecimal at) {
    if (values.isEmpty()) {
      return null;
    }
    List<Double> sorted =
        values.stream().map(value -> number(value).doubleValue()).sorted().toList();
    double place = at.doubleValue() / 100 * (sorted.size() - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }

  private static Object histogram(List<Object> values, List<BigDecimal> bounds) {
    List<Object> counts = new ArrayList<>();
    for (int i = 0; i <= bounds.size(); i++) {
      int bin = i;
      counts.add(
          values.stream()
              .filter(
                  value ->
                      bounds.stream().filter(b -> number(value).compareTo(b) >= 0).count() == bin)
              .count());
    }
    return counts;
  }

  @SuppressWarnings("unchecked")
  static int compare(Object a, Object b) {
    return a instanceof Number && b instanceof Number
        ? number(a).compareTo(number(b))
        : ((Comparable<Object>) a).compareTo(b);
  }
}
