package dev.headrace.data.metrics;

import dev.headrace.data.metrics.MetricQuery.Order;
import dev.headrace.data.metrics.MetricQuery.Way;
import dev.headrace.data.metrics.Scan.OfNothing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts passes together to one statement: a single one as it is, several side by side. */
final class Statement {
  /** No asset has such a name: two underscores belong to side tables. */
  private static final String JOINED = "metrics__joined";

  private final List<Scan> scans;
  private final Question question;

  Statement(List<Scan> scans, Question question) {
    this.scans = scans;
    this.question = question;
  }

  /**
   * The statement.
   *
   * @param values what is asked, by the name of its column
   */
  String of(Map<String, Term> values, MetricQuery query) {
    List<String> dimensions =
        question.dimensions().stream().map(Question.Dimension::name).map(Reach::name).toList();
    Map<String, String> preludes = new LinkedHashMap<>();
    scans.forEach(scan -> preludes.putAll(scan.preludes()));
    String body;
    if (scans.size() == 1) {
      Scan scan = scans.getFirst();
      Map<String, Scan.Aggregate> aggregates = scan.aggregates();
      body =
          select(
              named(scan.dimensions(), dimensions),
              values,
              aggregate -> aggregate(aggregates, aggregate).sql(),
              "\n" + scan.source(),
              dimensions.size());
    } else {
      scans.forEach(scan -> preludes.put(scan.name(), pass(scan, dimensions)));
      preludes.put(JOINED, joined(dimensions));
      body = select(dimensions, values, Reach::name, "\nfrom " + JOINED, 0);
    }
    String with =
        preludes.isEmpty()
            ? ""
            : preludes.entrySet().stream()
                .map(
                    entry ->
                        Reach.name(entry.getKey())
                            + " as (\n"
                            + SqlText.indented(entry.getValue())
                            + "\n)")
                .collect(Collectors.joining(",\n", "with ", "\n"));
    return with + body + order(query, values.keySet()) + limit(query);
  }

  private static Scan.Aggregate aggregate(Map<String, Scan.Aggregate> all, String name) {
    Scan.Aggregate aggregate = all.get(name);
    if (aggregate == null) {
      throw new IllegalStateException("no aggregate " + name + " among " + all.keySet());
    }
    return aggregate;
  }

  private static List<String> named(List<String> expressions, List<String> names) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < expressions.size(); i++) {
      String expression = expressions.get(i);
      String name = names.get(i);
      items.add(
          expression.equals(name) || expression.endsWith("." + name)
              ? expression
              : expression + " as " + name);
    }
    return items;
  }

  private static String select(
      List<String> dimensions,
      Map<String, Term> values,
      Function<String, String> aggregates,
      String source,
      int groups) {
    List<String> items = new ArrayList<>(dimensions);
    values.forEach(
        (column, term) -> {
          String sql = term.value().apply(aggregates);
          String name = Reach.name(column);
          items.add(sql.equals(name) ? sql : sql + " as " + name);
        });
    return "select\n" + SqlText.indented(String.join(",\n", items)) + source + groupBy(groups);
  }

  private static String groupBy(int groups) {
    if (groups == 0) {
      return "";
    }
    List<String> numbers = new ArrayList<>();
    for (int i = 1; i <= groups; i++) {
      numbers.add(String.valueOf(i));
    }
    return "\ngroup by " + String.join(", ", numbers);
  }

  /** One pass on its own. */
  private static String pass(Scan scan, List<String> dimensions) {
    List<String> items = new ArrayList<>(named(scan.dimensions(), dimensions));
    scan.aggregates()
        .forEach((name, aggregate) -> items.add(aggregate.sql() + " as " + Reach.name(name)));
    return "select\n"
        + SqlText.indented(String.join(",\n", items))
        + "\n"
        + scan.source()
        + groupBy(dimensions.size());
  }

  /** The passes side by side: a union, because it joins nulls to nulls and any number of passes. */
  private String joined(List<String> dimensions) {
    List<String> items = new ArrayList<>(dimensions);
    List<String> branches = new ArrayList<>();
    for (Scan scan : scans) {
      List<String> branch = new ArrayList<>(dimensions);
      for (Scan other : scans) {
        other
            .aggregates()
            .forEach(
                (name, aggregate) ->
                    branch.add(
                        other.equals(scan) ? Reach.name(name) : "null as " + Reach.name(name)));
      }
      branches.add("select " + String.join(", ", branch) + "\nfrom " + Reach.name(scan.name()));
      scan.aggregates()
          .forEach(
              (name, aggregate) -> {
                String max = "max(" + Reach.name(name) + ")";
                items.add(
                    (aggregate.nothing() == OfNothing.ZERO ? "coalesce(" + max + ", 0)" : max)
                        + " as "
                        + Reach.name(name));
              });
    }
    return "select\n"
        + SqlText.indented(String.join(",\n", items))
        + "\nfrom (\n"
        + SqlText.indented(String.join("\nunion all\n", branches))
        + "\n) as passes"
        + groupBy(dimensions.size());
  }

  private String order(MetricQuery query, Set<String> metricColumns) {
    List<String> names =
        new ArrayList<>(question.dimensions().stream().map(Question.Dimension::name).toList());
    names.addAll(metricColumns);
    List<String> items = new ArrayList<>();
    Set<String> used = new LinkedHashSet<>();
    for (Order order : query.order()) {
      String column = Question.orderColumn(order.column(), names);
      used.add(column);
      items.add(
          Reach.name(column) + (order.way() == Way.DESCENDING ? " desc" : "") + " nulls last");
    }
    // Whatever was asked for, equal rows keep one order, so that a limit always keeps the same.
    question.dimensions().stream()
        .map(Question.Dimension::name)
        .filter(used::add)
        .forEach(column -> items.add(Reach.name(column) + " nulls last"));
    return items.isEmpty() ? "" : "\norder by " + String.join(", ", items);
  }

  private static String limit(MetricQuery query) {
    return query.limit().isPresent() ? "\nlimit " + query.limit().getAsLong() : "";
  }
}
