package dev.headrace.data.metrics;

import dev.headrace.core.project.Names;
import dev.headrace.data.metrics.Reach.Column;
import dev.headrace.data.metrics.Reach.Stop;
import dev.headrace.data.sql.SqlExpression;
import dev.headrace.data.sql.SqlExpression.ColumnUse;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is asked of every metric alike: how to split, and which rows count. */
final class Question {
  private final List<Dimension> dimensions;
  private final Optional<SqlExpression> where;
  private final Optional<LocalDate> from;
  private final Optional<LocalDate> to;

  /**
   * What each name stands for in the tables it was looked up in, for {@link #requireOneMeaning}.
   */
  private final Map<String, Set<Meaning>> meanings = new LinkedHashMap<>();

  Question(
      List<Dimension> dimensions,
      Optional<SqlExpression> where,
      Optional<LocalDate> from,
      Optional<LocalDate> to) {
    this.dimensions = List.copyOf(dimensions);
    this.where = where;
    this.from = from;
    this.to = to;
  }

  /**
   * A dimension as it was asked for.
   *
   * @param name of the result's column
   * @param parts what the user wrote, without dots and quotes
   */
  record Dimension(String name, List<String> parts) {
    Optional<Grain> grain() {
      return parts.size() == 1 ? Grain.of(parts.getFirst()) : Optional.empty();
    }
  }

  private record Meaning(String metric, String source, boolean own) {}

  List<Dimension> dimensions() {
    return dimensions;
  }

  /**
   * What the question comes to for one table.
   *
   * @param dimensions expressions, in order
   * @param sources what each is, for people
   * @param conditions all of them must hold
   * @param joins tables that these need
   */
  record Asked(
      List<String> dimensions, List<String> sources, List<String> conditions, Set<Stop> joins) {}

  /**
   * Looks the question up in what is within reach of a table.
   *
   * @param time the metric's; empty where it has none
   * @param window which rows count at each period; empty for those of the period itself
   */
  Asked of(
      Reach reach,
      Star star,
      String metric,
      Optional<Column> time,
      Optional<TrailingWindow> window) {
    Set<Stop> joins = new LinkedHashSet<>();
    List<String> split = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    for (Dimension dimension : dimensions) {
      Optional<Grain> grain = dimension.grain();
      if (grain.isPresent() && time.isPresent()) {
        String period = period(grain.get(), time.get(), metric, joins);
        meansPeriod(grain.get(), metric);
        split.add(window.map(TrailingWindow::period).orElse(period));
        sources.add(grain.get().word() + " of " + time.get().source());
      } else {
        requireTimeOr(reach, dimension, metric);
        Column column = look(dimension.parts(), reach, star, metric, joins);
        split.add(column.sql());
        sources.add(column.source());
      }
    }
    List<String> conditions = new ArrayList<>();
    where.ifPresent(
        condition ->
            conditions.add(
                condition
                    .rewrite(
                        use -> {
                          if (window.isPresent()
                              && (isPeriod(use, time, reach, star)
                                  || isOwnTime(use, time, reach, star))) {
                            throw periodInWindow(metric, use.name());
                          }
                          return value(use, reach, star, metric, time, joins);
                        })
                    .strip()));
    if (window.isEmpty() && (from.isPresent() || to.isPresent())) {
      Column column =
          time.orElseThrow(() -> noTime(metric, reach, "it cannot be limited to some days"));
      use(column.stop(), joins);
      from.ifPresent(day -> conditions.add(column.sql() + " >= " + literal(day, column)));
      to.ifPresent(day -> conditions.add(column.sql() + " < " + literal(day.plusDays(1), column)));
    }
    return new Asked(split, sources, conditions, joins);
  }

  private String value(
      ColumnUse use,
      Reach reach,
      Star star,
      String metric,
      Optional<Column> time,
      Set<Stop> joins) {
    if (time.isEmpty() || !isPeriod(use, time, reach, star)) {
      return look(use.parts(), reach, star, metric, joins).sql();
    }
    Grain grain = Grain.of(use.name()).orElseThrow();
    meansPeriod(grain, metric);
    return period(grain, time.get(), metric, joins);
  }

  /**
   * A column of that name comes first, unless it is the metric's time itself and the answer is
   * split by that period.
   */
  private boolean isPeriod(ColumnUse use, Optional<Column> time, Reach reach, Star star) {
    Optional<Grain> grain = use.parts().size() == 1 ? Grain.of(use.name()) : Optional.empty();
    if (grain.isEmpty()) {
      return false;
    }
    return star.schema(reach.fact().table()).field(use.name()).isEmpty()
        || (isOwnTime(use, time, reach, star)
            && dimensions.stream().anyMatch(dimension -> dimension.grain().equals(grain)));
  }

  /** Whether it is the metric's time, though it may be called as a period is. */
  private static boolean isOwnTime(ColumnUse use, Optional<Column> time, Reach reach, Star star) {
    return use.parts().size() == 1
        && Grain.of(use.name()).isPresent()
        && star.schema(reach.fact().table())
            .field(use.name())
            .filter(field -> time.filter(t -> t.isOwn() && t.field().equals(field)).isPresent())
            .isPresent();
  }

  private void meansPeriod(Grain grain, String metric) {
    meanings
        .computeIfAbsent(grain.word(), _ -> new LinkedHashSet<>())
        .add(new Meaning(metric, "the " + grain.word() + " of its time", false));
  }

  private static HeadraceException periodInWindow(String metric, String period) {
    return new HeadraceException(
        MetricError.METRIC_QUESTION,
        "Cannot ask '%s' where '%s' is limited: its window holds rows of earlier periods."
            .formatted(metric, period),
        "Limit what is shown with --from and --to; the windows stay whole.");
  }

  /**
   * The windows of a metric at the periods that are asked for.
   *
   * @throws HeadraceException METRIC_QUESTION where periods of several lengths are
   */
  TrailingWindow window(String metric, Duration length, Reach reach, Column time) {
    List<Grain> grains =
        dimensions.stream().map(Dimension::grain).flatMap(Optional::stream).distinct().toList();
    if (grains.size() > 1) {
      throw new HeadraceException(
          MetricError.METRIC_QUESTION,
          "Cannot split '%s' by %s: its window ends with one period."
              .formatted(metric, String.join(" and ", grains.stream().map(Grain::word).toList())),
          "Split it by one of them.");
    }
    Set<Stop> joins = new LinkedHashSet<>();
    use(time.stop(), joins);
    StringBuilder rows = new StringBuilder("from ").append(Reach.name(reach.fact().table()));
    joins.forEach(stop -> rows.append('\n').append(stop.join()));
    return TrailingWindow.of(
        metric, length, rows.toString(), time, grains.stream().findFirst(), from, to);
  }

  private Column look(List<String> parts, Reach reach, Star star, String metric, Set<Stop> joins) {
    Column column = reach.resolve(parts);
    use(column.stop(), joins);
    String shared =
        star.foreignKeys(column.stop().table()).stream()
            .filter(key -> key.column().equalsIgnoreCase(column.field().name()))
            .map(key -> key.table() + "." + Star.lower(key.key()))
            .findFirst()
            .orElse(column.source());
    meanings
        .computeIfAbsent(Star.lower(String.join(".", parts)), _ -> new LinkedHashSet<>())
        .add(new Meaning(metric, shared, column.isOwn()));
    return column;
  }

  /** A table and all that it is reached by. */
  static void use(Stop stop, Set<Stop> joins) {
    Stop from = stop.from();
    if (from != null) {
      use(from, joins);
      joins.add(stop);
    }
  }

  private static String period(Grain grain, Column time, String metric, Set<Stop> joins) {
    if (grain == Grain.HOUR && time.field().type() == Type.Primitive.DATE) {
      throw new HeadraceException(
          MetricError.METRIC_NO_TIME,
          "Cannot split '%s' by hour: its time '%s' is a date.".formatted(metric, time.source()),
          "Split it by day or something longer.");
    }
    use(time.stop(), joins);
    return grain.sql(time.sql(), time.field().type());
  }

  private static void requireTimeOr(Reach reach, Dimension dimension, String metric) {
    boolean found =
        dimension.grain().isEmpty()
            || reach.stops().stream()
                .anyMatch(stop -> reach.has(stop, dimension.parts().getFirst()));
    if (!found) {
      throw noTime(metric, reach, "it cannot be split by " + dimension.name());
    }
  }

  private static HeadraceException noTime(String metric, Reach reach, String consequence) {
    return new HeadraceException(
        MetricError.METRIC_NO_TIME,
        "Cannot ask '%s' about time: %s, because nothing says when its rows took place."
            .formatted(metric, consequence),
        "Add 'time: COLUMN' to the metric, or to the declaration of '%s'."
            .formatted(reach.fact().table()));
  }

  /** The first instant of a day in the project's time zone, which is the engine's. */
  static String literal(LocalDate day, Column column) {
    return column.field().type() == Type.Primitive.DATE ? "date '" + day + "'" : timestamp(day);
  }

  static String timestamp(LocalDate day) {
    return "timestamp '" + day + " 00:00:00'";
  }

  /**
   * Refuses a name that means one thing here and another there: for two metrics, or as a period in
   * one place and a column in the other. Columns that the measured tables themselves have by the
   * same name are taken to mean the same.
   */
  void requireOneMeaning() {
    meanings.forEach(
        (name, uses) -> {
          Set<String> sources = new TreeSet<>();
          uses.forEach(meaning -> sources.add(meaning.source()));
          if (sources.size() > 1 && !uses.stream().allMatch(Meaning::own)) {
            List<String> told =
                uses.stream()
                    .map(meaning -> meaning.source() + " for '" + meaning.metric() + "'")
                    .toList();
            throw new HeadraceException(
                MetricError.METRIC_AMBIGUOUS,
                "Cannot use '%s': it is %s.".formatted(name, String.join(" and ", told)),
                "Write table.column, or ask the metrics one by one.");
          }
        });
  }

  /** Reads a list of dimensions; names of the result are the last parts, or more where needed. */
  static List<Dimension> dimensions(List<String> by, Set<String> metrics) {
    List<Dimension> dimensions = new ArrayList<>();
    Set<String> taken = new TreeSet<>(metrics);
    for (String text : by) {
      List<String> parts = parts(text.strip());
      if (parts.isEmpty() || parts.stream().anyMatch(String::isBlank)) {
        throw new HeadraceException(
            MetricError.METRIC_QUESTION,
            "Cannot split by '%s': it names no column.".formatted(text),
            "Write a column, table.column, or one of " + String.join(", ", Grain.words()) + ".");
      }
      String name = Star.lower(parts.getLast());
      if (!taken.add(name)) {
        name = Star.lower(String.join("_", parts));
        if (parts.size() == 1 || !taken.add(name)) {
          throw new HeadraceException(
              MetricError.METRIC_QUESTION,
              "Cannot split by '%s': the result has a column '%s' already."
                  .formatted(text, Star.lower(parts.getLast())),
              "Name each dimension once; where a metric has the name, write table.column.");
        }
      }
      dimensions.add(new Dimension(name, parts));
    }
    return dimensions;
  }

  /** What dots separate, where they stand in no quotes; empty if the quotes are not closed. */
  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && text.startsWith("\"\"", i)) {
        part.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '.' && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return quoted ? List.of() : parts;
  }

  /** The column by which a result is ordered. */
  static String orderColumn(String column, List<String> names) {
    return names.stream()
        .filter(name -> name.equalsIgnoreCase(column))
        .findFirst()
        .orElseThrow(
            () ->
                new HeadraceException(
                    MetricError.METRIC_QUESTION,
                    "Cannot order by '%s': the result has no such column.".formatted(column),
                    Names.suggest(column, names)));
  }
}
