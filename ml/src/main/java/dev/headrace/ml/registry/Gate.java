package dev.headrace.ml.registry;

import dev.headrace.core.project.Names;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.ml.learn.metrics.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a model has to reach before readers see it: {@code auc >= champion.auc - 0.001 and ece <
 * 0.02}. The champion is the version that the environment shows.
 *
 * @param terms all of which have to hold
 */
@Doc("Conditions joined by 'and', such as auc >= champion.auc - 0.001 and ece < 0.02.")
public record Gate(List<Term> terms) {
  private static final Pattern TERM =
      Pattern.compile(
          "\\s*([a-z0-9-]+)\\s*(<=|>=|<|>)\\s*"
              + "(?:champion\\.([a-z0-9-]+)(?:\\s*([+-])\\s*([0-9.]+))?|(-?[0-9.]+))\\s*");

  public Gate {
    terms = List.copyOf(terms);
  }

  /**
   * One condition: the metric compared with {@code offset}, plus the champion's where one is named.
   */
  public record Term(Metric metric, Order order, @Nullable Metric champion, double offset) {
    @Override
    public String toString() {
      String right =
          champion == null
              ? Double.toString(offset)
              : "champion."
                  + champion.word()
                  + (offset == 0 ? "" : (offset < 0 ? " - " : " + ") + Math.abs(offset));
      return metric.word() + " " + order.sign + " " + right;
    }
  }

  /** How two numbers are compared. */
  public enum Order {
    BELOW("<"),
    AT_MOST("<="),
    ABOVE(">"),
    AT_LEAST(">=");

    private final String sign;

    Order(String sign) {
      this.sign = sign;
    }

    boolean holds(double left, double right) {
      return switch (this) {
        case BELOW -> left < right;
        case AT_MOST -> left <= right;
        case ABOVE -> left > right;
        case AT_LEAST -> left >= right;
      };
    }
  }

  /**
   * Reads a gate.
   *
   * @throws IllegalArgumentException if it is not written so
   */
  public static Gate parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String part : text.split("\\band\\b", -1)) {
      Matcher term = TERM.matcher(part);
      if (!term.matches()) {
        throw new IllegalArgumentException(
            "must be conditions such as 'auc >= champion.auc - 0.001 and ece < 0.02'");
      }
      Order order =
          Arrays.stream(Order.values())
              .filter(one -> one.sign.equals(term.group(2)))
              .findFirst()
              .orElseThrow();
      double offset =
          term.group(3) == null
              ? number(term.group(6))
              : term.group(5) == null
                  ? 0
                  : number(term.group(5)) * (term.group(4).equals("-") ? -1 : 1);
      terms.add(
          new Term(
              metric(term.group(1)),
              order,
              term.group(3) == null ? null : metric(term.group(3)),
              offset));
    }
    return new Gate(terms);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must compare with a number, not '" + text + "'", e);
    }
  }

  private static Metric metric(String word) {
    List<String> known = Arrays.stream(Metric.values()).map(Metric::word).toList();
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "must name metrics, and '%s' is none. %s"
                        .formatted(word, Names.suggest(word, known))));
  }

  /**
   * A condition and whether it held.
   *
   * @param text the figures that were compared
   */
  public record Judged(Term term, boolean holds, String text) {}

  /**
   * Judges a model.
   *
   * @param metrics its own
   * @param champion those of the version that is shown; empty where none is, and then what names it
   *     holds
   */
  public List<Judged> judge(Map<Metric, Double> metrics, Optional<Map<Metric, Double>> champion) {
    return terms.stream().map(term -> judge(term, metrics, champion)).toList();
  }

  private static Judged judge(
      Term term, Map<Metric, Double> metrics, Optional<Map<Metric, Double>> champion) {
    Double own = metrics.get(term.metric());
    if (own == null) {
      return new Judged(term, false, "the test rows do not give " + term.metric().word());
    }
    double bound = term.offset();
    if (term.champion() != null) {
      if (champion.isEmpty()) {
        return new Judged(term, true, "there is no champion yet");
      }
      Double theirs = champion.get().get(term.champion());
      if (theirs == null) {
        return new Judged(term, true, "the champion has no " + term.champion().word());
      }
      bound += theirs;
    }
    return new Judged(
        term,
        term.order().holds(own, bound),
        String.format(
            Locale.ROOT,
            "%s is %.6g, asked is %s %.6g",
            term.metric().word(),
            own,
            term.order().sign,
            bound));
  }

  @Override
  public String toString() {
    return String.join(" and ", terms.stream().map(Term::toString).toList());
  }
}
