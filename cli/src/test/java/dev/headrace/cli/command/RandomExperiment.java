package dev.headrace.cli.command;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.headrace.cli.Shell;
import dev.headrace.cli.command.RandomMetric.Order;
import dev.headrace.cli.command.RandomMetric.Part;
import dev.headrace.cli.command.RandomMetric.Window;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An experiment drawn at random: its files, its metrics, how it is judged, and what a user does to
 * all of these from one analysis to the next.
 *
 * <p>Says what each unit adds up to, by a loop over all rows of all files.
 */
final class RandomExperiment {
  private static final int DAYS = 14;

  /** A row of the assignments; what is null is missing in the file. */
  private record Shown(Integer user, Instant at, String variant, String country) {}

  /**
   * Whoever takes part.
   *
   * @param variant null if it met several
   */
  record Unit(int user, String variant, Instant exposed, String country) {}

  private final Random random;
  private final Shell shell;
  private final List<String> done = new ArrayList<>();
  private final boolean instants;

  /** Whether orders say their day alone. */
  private final boolean daily;

  private final ZoneId zone;
  private final LocalDate begin;
  private final List<String> variants;
  private final String userType;
  private final Map<String, List<Shown>> exposures = new TreeMap<>();
  private final Map<String, List<Order>> orders = new TreeMap<>();
  private final Map<String, RandomMetric> metrics = new LinkedHashMap<>();
  private LocalDate end;
  private boolean byCountry;
  private boolean stratified;
  private Duration lookback;
  private int files;

  RandomExperiment(long seed, Shell shell) throws IOException {
    this.random = new Random(seed);
    this.shell = shell;
    instants = random.nextBoolean();
    daily = seed % 6 == 5;
    // Times without a zone are read as they stand, whatever the project's.
    String timezone = pick("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu");
    zone = instants ? ZoneId.of(timezone) : ZoneOffset.UTC;
    // Clocks change in between, forward or back, or not at all.
    begin = LocalDate.parse(pick("2026-03-22", "2026-10-18", "2026-06-01"));
    variants = random.nextInt(3) == 0 ? List.of("old", "new", "odd") : List.of("old", "new");
    userType = pick("int", "long", "string", "decimal(20,0)");
    write("headrace.yaml", "name: shop\ntimezone: " + timezone + "\n");
    String time = instants ? "timestamptz" : "timestamp";
    source("exposures", time, "");
    source(
        "orders",
        daily ? "date" : time,
        ", amount: \"decimal(12,2)\", items: int, seconds: double, page: string");
    for (int i = 0; i < 4; i++) {
      showUnits();
      sell();
    }
    for (int i = 0; i < 5; i++) {
      declare("m" + i);
    }
    judge();
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private void write(String file, String text) throws IOException {
    shell.write(file, text);
    done.add(file + ":\n" + text);
  }

  private void source(String name, String time, String columns) throws IOException {
    write(
        "sources/" + name + ".yaml",
        """
        files: data/%s/*.csv
        time: at
        on-change: replace
        columns: {user_id: "%s", at: %s%s}
        """
            .formatted(name, userType, time, columns));
  }

  /** Does something that the next analysis has to follow. */
  void change() throws IOException {
    switch (random.nextInt(9)) {
      case 0 -> showUnits();
      case 1, 2, 3 -> sell();
      case 4 -> {
        String file = pick(exposures.keySet().toArray(String[]::new));
        List<Shown> rows = new ArrayList<>(exposures.get(file));
        if (random.nextBoolean()) {
          rows.remove(random.nextInt(rows.size()));
        }
        rows.addAll(shown(3));
        show(file, rows);
      }
      case 5 -> {
        String file = pick(orders.keySet().toArray(String[]::new));
        List<Order> rows = new ArrayList<>(orders.get(file));
        rows.subList(0, random.nextInt(rows.size())).clear();
        rows.addAll(ordered(random.nextInt(5)));
        sell(file, rows);
      }
      case 6 -> declare("m" + random.nextInt(5));
      case 7 -> judge();
      default -> {
        showUnits();
        sell();
      }
    }
  }

  private Instant sometime(int from, int days) {
    return begin
        .plusDays(from)
        .atStartOfDay(zone)
        .toInstant()
        .plus(Duration.ofMinutes(10L * random.nextInt(144 * days)));
  }

  private String text(Instant at) {
    return instants ? at.toString() : at.toString().replace("Z", "");
  }

  private void showUnits() throws IOException {
    show("data/exposures/%d-%d.csv".formatted(random.nextInt(9), ++files), shown(40));
  }

  private List<Shown> shown(int rows) {
    int first = random.nextInt(DAYS);
    return IntStream.range(0, rows)
        .mapToObj(
            _ -> {
              int user = random.nextInt(200);
              String own = variants.get(user % variants.size());
              boolean odd = random.nextInt(60) == 0;
              return new Shown(
                  random.nextInt(80) == 0 ? null : user,
                  random.nextInt(80) == 0 ? null : sometime(first, 2),
                  odd ? pick(null, "stopped", variants.getFirst()) : own,
                  pick(null, "C0", "C1"));
            })
        .toList();
  }

  private void show(String file, List<Shown> rows) throws IOException {
    exposures.put(file, rows);
    write(
        file,
        csv(
            "user_id,at,variant,country",
            rows,
            row ->
                Stream.of(
                    row.user, row.at == null ? null : text(row.at), row.variant, row.country)));
  }

  private static <T> String csv(String header, List<T> rows, Function<T, Stream<?>> cells) {
    return rows.stream()
        .map(row -> cells.apply(row).map(cell -> Objects.toString(cell, "")).collect(joining(",")))
        .collect(joining("\n", header + "\n", "\n"));
  }

  private void sell() throws IOException {
    sell("data/orders/%d-%d.csv".formatted(random.nextInt(9), ++files), ordered(120));
  }

  private List<Order> ordered(int rows) {
    int first = random.nextInt(DAYS + 6) - 4;
    return IntStream.range(0, rows)
        .mapToObj(
            _ ->
                new Order(
                    random.nextInt(200),
                    sometime(first, 3),
                    random.nextInt(9) == 0 ? null : random.nextInt(7000) - 300,
                    random.nextInt(9) == 0 ? null : random.nextInt(5),
                    random.nextInt(9) == 0 ? null : Math.exp(random.nextGaussian()),
                    pick(null, "p0", "p1", "p2", "p3")))
        .toList();
  }

  private void sell(String file, List<Order> rows) throws IOException {
    orders.put(file, rows);
    write(
        file,
        csv(
            "user_id,at,amount,items,seconds,page",
            rows,
            row ->
                Stream.of(
                    row.user(),
                    daily ? row.at().atZone(zone).toLocalDate() : text(row.at()),
                    row.cents() == null ? null : row.cents() / 100.0,
                    row.items(),
                    row.seconds(),
                    row.page())));
  }

  private void declare(String name) throws IOException {
    RandomMetric metric = RandomMetric.draw(random);
    metrics.put(name, metric);
    write("metrics/" + name + ".yaml", metric.yaml());
  }

  private void judge() throws IOException {
    end = random.nextInt(3) == 0 ? null : begin.plusDays(8 + random.nextInt(8));
    byCountry = random.nextBoolean();
    stratified = byCountry && random.nextInt(3) == 0;
    lookback = pick(null, Duration.ofDays(3), Duration.ofHours(30));
    write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: %s
        metrics: {goal: m0, secondary: [m1, m2, m3, m4]}
        period: {start: %s%s}
        %sanalysis: {alpha: %s%s%s}
        """
            .formatted(
                variants.size() == 2 ? "{old: 50%, new: 50%}" : "{old: 40%, new: 30%, odd: 30%}",
                begin,
                end == null ? "" : ", end: " + end,
                byCountry ? "dimensions: [country]\n" : "",
                pick("0.05", "0.1"),
                stratified ? ", stratify: [country]" : "",
                lookback == null ? "" : ", cuped: {lookback: " + lookback.toHours() + "h}"));
  }

  boolean byCountry() {
    return byCountry;
  }

  /** Whether countries are strata. */
  boolean isStratified() {
    return stratified;
  }

  /** Who takes part, whatever the variant. */
  List<Unit> units() {
    Instant from = begin.atStartOfDay(zone).toInstant();
    return exposures.values().stream()
        .flatMap(List::stream)
        .filter(row -> row.user != null && row.at != null && row.variant != null)
        .filter(row -> !row.at.isBefore(from) && isInPeriod(row.at))
        .collect(groupingBy(Shown::user, TreeMap::new, toList()))
        .values()
        .stream()
        .map(RandomExperiment::unit)
        .toList();
  }

  private boolean isInPeriod(Instant at) {
    return end == null || at.isBefore(end.plusDays(1).atStartOfDay(zone).toInstant());
  }

  private static Unit unit(List<Shown> rows) {
    Instant first = rows.stream().map(Shown::at).min(naturalOrder()).orElseThrow();
    boolean one = rows.stream().map(Shown::variant).distinct().count() == 1;
    String country =
        rows.stream()
            .filter(row -> row.at.equals(first))
            .map(row -> row.country == null ? "(none)" : row.country)
            .min(naturalOrder())
            .orElseThrow();
    return new Unit(rows.getFirst().user, one ? rows.getFirst().variant : null, first, country);
  }

  /** Whether this tells what units come to. */
  boolean isCounted(String metric) {
    return !metrics.get(metric).parts().isEmpty();
  }

  MetricShape shape(String metric) {
    return metrics.get(metric).shape(lookback == null ? 0 : 1);
  }

  /** What each unit of a declared variant comes to, in the order of the metric's columns. */
  Map<Unit, double[]> values(String name) {
    RandomMetric metric = metrics.get(name);
    List<Unit> units =
        units().stream().filter(u -> variants.stream().anyMatch(v -> v.equals(u.variant))).toList();
    Map<Integer, List<Order>> rows =
        orders.values().stream()
            .flatMap(List::stream)
            .filter(order -> isInPeriod(order.at()))
            .collect(groupingBy(Order::user));
    List<double[]> columns = new ArrayList<>();
    for (int times = 0; times < (lookback == null || !metric.hasPast() ? 1 : 2); times++) {
      for (Part part : metric.parts()) {
        boolean before = times == 1;
        double[] totals =
            units.stream()
                .mapToDouble(
                    unit ->
                        part.of(
                            rows.getOrDefault(unit.user, List.of()).stream()
                                .map(this::asTold)
                                .filter(o -> counts(o.at(), since(unit), part.window(), before))
                                .toList(),
                            since(unit),
                            daily ? ZoneOffset.UTC : zone))
                .toArray();
        columns.add(part.cap().applied(totals));
      }
    }
    Map<Unit, double[]> values = new LinkedHashMap<>();
    for (int i = 0; i < units.size(); i++) {
      int at = i;
      values.put(units.get(i), columns.stream().mapToDouble(column -> column[at]).toArray());
    }
    return values;
  }

  /** From when on a unit's rows count: where they have no hour, from the beginning of the day. */
  private Instant since(Unit unit) {
    return daily ? dayOf(unit.exposed) : unit.exposed;
  }

  private Order asTold(Order order) {
    return daily
        ? new Order(
            order.user(),
            dayOf(order.at()),
            order.cents(),
            order.items(),
            order.seconds(),
            order.page())
        : order;
  }

  /** A date is the same number of hours after another wherever clocks change. */
  private Instant dayOf(Instant at) {
    return at.atZone(zone).toLocalDate().atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** Before exposure the whole lookback counts, whatever the metric's window. */
  private boolean counts(Instant at, Instant exposed, Window window, boolean before) {
    return before
        ? at.isBefore(exposed) && !at.isBefore(exposed.minus(lookback))
        : !at.isBefore(exposed) && window.holds(at, exposed, daily ? ZoneOffset.UTC : zone);
  }

  /** All that was declared and done, for the message of a failure. */
  @Override
  public String toString() {
    return String.join("\n", done);
  }
}
