package dev.headrace.ml.registry;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.learn.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The columns that hold what was predicted of a row: {@code prediction}, or of several classes
 * {@code p_CLASS} for each, or what was found of it, such as {@code cluster}.
 *
 * @param numbers one per output of the model
 * @param predicted SQL of the class that is predicted, over {@code p.o0, p.o1, …}; empty for
 *     numbers
 */
public record PredictedColumns(List<String> numbers, String predicted) {
  /** The class that is predicted. */
  static final String CLASS = "predicted";

  public PredictedColumns {
    numbers = List.copyOf(numbers);
  }

  /**
   * Names them.
   *
   * @param threshold probability from which the positive of two classes is predicted
   */
  public static PredictedColumns of(Target target, double threshold) {
    return switch (target) {
      case Target.Found(Target.Found.Kind _, List<String> outputs) ->
          new PredictedColumns(outputs, "");
      case Target.Quantity _, Target.Relevance _ ->
          new PredictedColumns(List.of(ModelColumns.PREDICTION), "");
      case Target.Classes(String negative, String positive) ->
          new PredictedColumns(
              List.of(ModelColumns.PREDICTION),
              "case when p.o0 >= %s then %s else %s end"
                  .formatted(
                      Double.toString(threshold),
                      SqlQuotes.literal(positive),
                      SqlQuotes.literal(negative)));
      case Target.Several(List<String> classes) ->
          new PredictedColumns(names(classes), likeliest(classes));
    };
  }

  /** Words that SQL needs no quotes for; where two classes come out alike, a number tells them. */
  private static List<String> names(List<String> classes) {
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (String one : classes) {
      String word = "p_" + one.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
      String name = word;
      for (int n = 2; !taken.add(name); n++) {
        name = word + "_" + n;
      }
      names.add(name);
    }
    return names;
  }

  /** The first of those that tie, as {@code Scored} has it. */
  private static String likeliest(List<String> classes) {
    List<String> outputs = new ArrayList<>();
    for (int k = 0; k < classes.size(); k++) {
      outputs.add("p.o" + k);
    }
    String all = String.join(", ", outputs);
    return "([%s])[list_position([%s], greatest(%s))]"
        .formatted(
            classes.stream().map(SqlQuotes::literal).collect(Collectors.joining(", ")), all, all);
  }

  /** Clusters are whole numbers, and a row is anomalous or not. */
  private static String typed(String name, String output) {
    return switch (name) {
      case "cluster" -> "cast(" + output + " as bigint)";
      case "anomalous" -> output + " = 1";
      default -> output;
    };
  }

  /** SQL of the numbers with their names. */
  public String numbersSql() {
    List<String> all = new ArrayList<>();
    for (int k = 0; k < numbers.size(); k++) {
      String name = numbers.get(k);
      all.add(typed(name, "p.o" + k) + " as " + SqlQuotes.identifier(name));
    }
    return String.join(", ", all);
  }

  /** SQL of the numbers, and of the predicted class where there is one. */
  String allSql() {
    return predicted.isEmpty() ? numbersSql() : numbersSql() + ", " + predicted + " as " + CLASS;
  }

  /** The names of all. */
  List<String> names() {
    List<String> names = new ArrayList<>(numbers);
    if (!predicted.isEmpty()) {
      names.add(CLASS);
    }
    return names;
  }
}
