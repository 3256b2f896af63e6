package dev.headrace.decisions.experiments.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What moved the numbers of an experiment from one report to another.
 *
 * <p>Data, definition and program are told apart by computing the report once more in between: with
 * the definition and program of now, over the data of then. What moves up to there is moved by
 * definition or program, the rest by data.
 *
 * @param sentence what follows
 * @param data tables that are in another state
 * @param definition whether the experiment, a metric or a table is declared otherwise
 * @param code whether the program is another one
 * @param toldApart whether causes could be told apart, where there are several
 * @param moves numbers that moved
 */
public record ReportDiff(
    String experiment,
    String sentence,
    String before,
    String after,
    List<String> data,
    boolean definition,
    boolean code,
    boolean toldApart,
    List<Move> moves) {
  public ReportDiff {
    data = List.copyOf(data);
    moves = List.copyOf(moves);
  }

  /**
   * A number that moved.
   *
   * @param before empty where it was unknown or not there
   * @param byDefinition how much of it definition or program moved; empty where that is not known
   * @param byData how much of it data moved; empty where that is not known
   * @param cause in words
   */
  public record Move(
      String metric,
      String variant,
      String what,
      Optional<Double> before,
      Optional<Double> after,
      Optional<Double> byDefinition,
      Optional<Double> byData,
      String cause) {}

  /** Whether a third report is needed to tell causes apart. */
  public static boolean needsBetween(Told before, Told after) {
    return !changed(before, after).isEmpty() && isRedefined(before, after);
  }

  private static boolean isRedefined(Told before, Told after) {
    return !before.fingerprint().equals(after.fingerprint()) || !before.code().equals(after.code());
  }

  /**
   * The difference.
   *
   * @param between definition and program of {@code after} over the data of {@code before}; empty
   *     where it is not needed, or where that data are no more
   */
  public static ReportDiff of(Told before, Told after, Optional<Told> between) {
    List<String> data = changed(before, after);
    boolean definition = !before.fingerprint().equals(after.fingerprint());
    boolean code = !before.code().equals(after.code());
    // A report over other data than those of before tells nothing apart.
    Optional<Told> middle = between.filter(told -> told.tables().equals(before.tables()));
    boolean apart = !needsBetween(before, after) || middle.isPresent();
    String redefined =
        definition && code ? "definition or program" : definition ? "definition" : "program";
    List<Move> moves = new ArrayList<>();
    Set<Told.Figure> figures = new LinkedHashSet<>(before.numbers().keySet());
    figures.addAll(after.numbers().keySet());
    for (Told.Figure figure : figures) {
      Optional<Double> old = number(before, figure);
      Optional<Double> now = number(after, figure);
      if (old.equals(now)) {
        continue;
      }
      Optional<Double> then =
          middle
              .map(told -> number(told, figure))
              .orElseGet(() -> data.isEmpty() ? now : definition || code ? Optional.empty() : old);
      moves.add(
          new Move(
              figure.metric(),
              figure.variant(),
              figure.what(),
              old,
              now,
              difference(old, then),
              difference(then, now),
              cause(old, then, now, apart, redefined)));
    }
    return new ReportDiff(
        after.experiment(),
        sentence(moves, data, definition, code, apart),
        before.sentence(),
        after.sentence(),
        data,
        definition,
        code,
        apart,
        moves);
  }

  private static Optional<Double> number(Told told, Told.Figure figure) {
    return told.numbers().getOrDefault(figure, Optional.empty());
  }

  private static Optional<Double> difference(Optional<Double> from, Optional<Double> to) {
    return from.isPresent() && to.isPresent()
        ? Optional.of(to.get() - from.get())
        : Optional.empty();
  }

  private static String cause(
      Optional<Double> old,
      Optional<Double> then,
      Optional<Double> now,
      boolean apart,
      String redefined) {
    if (!apart) {
      return "data, definition or program";
    }
    if (then.equals(now)) {
      return redefined;
    }
    return then.equals(old) ? "data" : redefined + " and data";
  }

  private static List<String> changed(Told before, Told after) {
    Set<String> tables = new LinkedHashSet<>(before.tables().keySet());
    tables.addAll(after.tables().keySet());
    return tables.stream()
        .filter(
            table ->
                !String.valueOf(before.tables().get(table))
                    .equals(String.valueOf(after.tables().get(table))))
        .toList();
  }

  private static String sentence(
      List<Move> moves, List<String> data, boolean definition, boolean code, boolean apart) {
    List<String> changes = new ArrayList<>();
    if (!data.isEmpty()) {
      changes.add("the data of " + String.join(", ", data));
    }
    if (definition) {
      changes.add("the definition");
    }
    if (code) {
      changes.add("the program");
    }
    String what = changes.isEmpty() ? "Nothing" : String.join(" and ", changes);
    String changed = what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1);
    if (moves.isEmpty()) {
      return changes.isEmpty() ? "Both tell the same." : changed + " changed, and moved no number.";
    }
    if (changes.isEmpty()) {
      return "%d numbers differ although data, definition and program are the same: one of the reports was changed."
          .formatted(moves.size());
    }
    return "%s changed, and moved %d numbers%s."
        .formatted(
            changed,
            moves.size(),
            apart ? "" : "; the data of then are no more, so that causes cannot be told apart");
  }
}
