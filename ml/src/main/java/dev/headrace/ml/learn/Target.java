package dev.headrace.ml.learn;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is predicted. */
public sealed interface Target {
  /** Texts that mean yes wherever they are one of two classes. */
  Set<String> YES = Set.of("1", "true", "t", "yes", "y", "positive");

  /** Beyond it a label tells rows apart rather than naming what they are. */
  int MOST_CLASSES = 100;

  /** What metrics may be asked. */
  Metric.Task task();

  /**
   * How many numbers a prediction is made of: one, one per class where they are several, or what
   * was found of a row.
   */
  default int outputs() {
    return switch (this) {
      case Several several -> several.classes().size();
      case Found found -> found.names().size();
      case Classes _, Quantity _, Relevance _ -> 1;
    };
  }

  /** Whether it is one of classes. */
  default boolean classifies() {
    return this instanceof Classes || this instanceof Several;
  }

  /** One of two classes; a prediction is the probability of the positive one. */
  record Classes(String negative, String positive) implements Target {
    @Override
    public Metric.Task task() {
      return Metric.Task.CLASSES;
    }
  }

  /**
   * One of three or more classes; a prediction is the probability of each.
   *
   * @param classes ascending: numbers by size, texts by code point
   */
  record Several(List<String> classes) implements Target {
    public Several {
      classes = List.copyOf(classes);
    }

    /**
     * The class of the greatest probability, the first of those that tie.
     *
     * @param probabilities by class, then by row
     */
    public String likeliest(double[][] probabilities, int row) {
      int best = 0;
      for (int k = 1; k < probabilities.length; k++) {
        best = probabilities[k][row] > probabilities[best][row] ? k : best;
      }
      return classes.get(best);
    }

    @Override
    public Metric.Task task() {
      return Metric.Task.SEVERAL;
    }
  }

  /** A number, in the label's unit. */
  record Quantity() implements Target {
    @Override
    public Metric.Task task() {
      return Metric.Task.NUMBER;
    }
  }

  /**
   * Nothing that is known of any row: what a learner finds without a label.
   *
   * @param names of the numbers that a row gets
   */
  record Found(Kind kind, List<String> names) implements Target {
    /** What is found. */
    public enum Kind {
      /** The cluster of the nearest centre, and how far that is. */
      CLUSTERS(Metric.Task.CLUSTERS),
      /** A dense cluster or -1, and how firmly the row belongs to it. */
      DENSITY(Metric.Task.DENSITY),
      /** Places along components, and the distance from the space they span. */
      COMPONENTS(Metric.Task.COMPONENTS),
      /** How soon a row is isolated, and 1 where that makes it anomalous. */
      ANOMALIES(Metric.Task.ANOMALIES);

      private final Metric.Task task;

      Kind(Metric.Task task) {
        this.task = task;
      }
    }

    public Found {
      names = List.copyOf(names);
    }

    /** What a learner finds. */
    public static Found by(LearnSpec.Finds learner) {
      return switch (learner) {
        case LearnSpec.KMeans _ -> new Found(Kind.CLUSTERS, List.of("cluster", "distance"));
        case LearnSpec.Hdbscan _ -> new Found(Kind.DENSITY, List.of("cluster", "strength"));
        case LearnSpec.IsolationForest _ ->
            new Found(Kind.ANOMALIES, List.of("score", "anomalous"));
        case LearnSpec.Pca(int components) ->
            new Found(
                Kind.COMPONENTS,
                Stream.concat(
                        IntStream.rangeClosed(1, components).mapToObj(c -> "component_" + c),
                        Stream.of("residual"))
                    .toList());
      };
    }

    @Override
    public Metric.Task task() {
      return kind.task;
    }
  }

  /**
   * How relevant a row is among those of its group, a whole number from 0 to {@link #MOST}; a
   * prediction is a score that orders the rows of a group and means nothing else.
   */
  record Relevance() implements Target {
    /** The greatest grade: its gain is 2^31 - 1. */
    public static final int MOST = 31;

    @Override
    public Metric.Task task() {
      return Metric.Task.RANKING;
    }

    /**
     * What labels of groups stand for.
     *
     * @throws HeadraceException LEARN_LABEL where they are no grades, or the learner predicts none
     */
    public static Relevance of(Frame.Column labels, LearnSpec learner) {
      requireComplete(labels);
      if (!(learner instanceof LearnSpec.Regresses)) {
        throw wrong(
            labels, "the learner tells classes apart and ranks nothing", "Choose 'gbdt' to rank.");
      }
      boolean binary =
          learner instanceof LearnSpec.Gbdt gbdt && gbdt.rank() == LearnSpec.Ranking.MAP;
      if (!(labels instanceof Numbers(String _, double[] values))) {
        throw wrong(
            labels,
            "with a 'group' it says how relevant a row is, and it is a text",
            "Let the table give 0, 1, 2, ….");
      }
      int most = binary ? 1 : MOST;
      for (double grade : values) {
        if (!(grade >= 0 && grade <= most && grade == Math.rint(grade))) {
          throw wrong(
              labels,
              "with a 'group' it says how relevant a row is, %s, and it is %s in some row"
                  .formatted(binary ? "0 or 1 for 'map'" : "from 0 to 31", word(grade)),
              "Let the table give 0 where a row is not relevant, and 1, 2, … where it is.");
        }
      }
      double first = values[0];
      if (Arrays.stream(values).allMatch(grade -> grade == first)) {
        throw wrong(
            labels, "it is '%s' in every row".formatted(word(first)), "There is nothing to learn.");
      }
      return new Relevance();
    }
  }

  /**
   * Reads from the labels what is to be predicted: texts, and numbers of which there are two, are
   * classes; so are more numbers where the learner does nothing but classify.
   *
   * @param positive of two classes the one to give the probability of, or null to tell by its name:
   *     yes, true, 1, positive, else the last in order
   * @throws HeadraceException LEARN_LABEL where a label is missing, all are the same, there are
   *     more than {@link #MOST_CLASSES}, or the learner cannot predict what they are
   */
  static Target of(Frame.Column labels, LearnSpec learner, @Nullable String positive) {
    requireComplete(labels);
    boolean classifies = learner instanceof LearnSpec.Classifies;
    boolean regresses =
        learner instanceof LearnSpec.Regresses
            && !(learner instanceof LearnSpec.Onnx onnx && !onnx.classes().isEmpty());
    SortedSet<String> classes = classes(labels);
    if (classes.size() < 2) {
      throw wrong(
          labels,
          "it is '%s' in every row".formatted(classes.first()),
          "There is nothing to learn.");
    }
    boolean two = classes.size() == 2;
    if (labels instanceof Numbers && regresses && !(classifies && two)) {
      return new Quantity();
    }
    if (!classifies) {
      throw wrong(
          labels,
          "it is a text, and the learner predicts numbers",
          "Choose 'logistic' or 'gbdt', or let the table give a number.");
    }
    if (classes.size() > MOST_CLASSES) {
      throw wrong(
          labels,
          "it has more than %d classes (%s, …)"
              .formatted(MOST_CLASSES, classes.stream().limit(3).collect(Collectors.joining(", "))),
          labels instanceof Numbers
              ? "Choose a learner of numbers, such as 'gbdt' or 'linear'."
              : "It may be a key; let the table take rare ones together.");
    }
    if (!two) {
      if (positive != null) {
        throw wrong(
            labels,
            "'positive' names one of two classes, and it has %d".formatted(classes.size()),
            "Leave 'positive' out: every class gets a probability.");
      }
      return new Several(
          labels instanceof Numbers
              ? classes.stream().sorted(Comparator.comparingDouble(Double::parseDouble)).toList()
              : List.copyOf(classes));
    }
    String yes = positive == null ? positive(classes) : positive;
    if (!classes.contains(yes)) {
      throw wrong(
          labels,
          "'positive' is '%s', and the classes are %s and %s"
              .formatted(yes, classes.first(), classes.last()),
          "Name one of the two.");
    }
    return new Classes(classes.first().equals(yes) ? classes.last() : classes.first(), yes);
  }

  private static String positive(SortedSet<String> classes) {
    return classes.stream()
        .filter(one -> YES.contains(one.toLowerCase(Locale.ROOT)))
        .reduce((one, other) -> other)
        .orElse(classes.last());
  }

  /** At most one more than may be, which is enough to tell what they are. */
  private static SortedSet<String> classes(Frame.Column labels) {
    return switch (labels) {
      case Categories(String _, int[] codes, List<String> levels) ->
          Arrays.stream(codes)
              .distinct()
              .limit(MOST_CLASSES + 1)
              .mapToObj(levels::get)
              .collect(Collectors.toCollection(TreeSet::new));
      case Numbers(String _, double[] values) ->
          Arrays.stream(distinct(values, MOST_CLASSES + 1))
              .mapToObj(Target::word)
              .collect(Collectors.toCollection(TreeSet::new));
    };
  }

  /** The first so many different numbers, ascending; none of them is boxed. */
  private static double[] distinct(double[] values, int most) {
    double[] known = new double[most];
    int count = 0;
    for (double value : values) {
      int at = Arrays.binarySearch(known, 0, count, value);
      if (at < 0) {
        System.arraycopy(known, ~at, known, ~at + 1, count - ~at);
        known[~at] = value;
        count++;
        if (count == most) {
          break;
        }
      }
    }
    return Arrays.copyOf(known, count);
  }

  /** Classes in ascending order: numbers by size, texts by code point. */
  static List<String> ascending(Collection<String> classes) {
    try {
      return classes.stream().sorted(Comparator.comparingDouble(Double::parseDouble)).toList();
    } catch (NumberFormatException e) {
      return classes.stream().sorted().toList();
    }
  }

  private static String word(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  private static void requireComplete(Frame.Column labels) {
    long missing =
        switch (labels) {
          case Categories texts -> Arrays.stream(texts.codes()).filter(code -> code < 0).count();
          case Numbers numbers -> Arrays.stream(numbers.values()).filter(Double::isNaN).count();
        };
    int rows =
        switch (labels) {
          case Categories texts -> texts.codes().length;
          case Numbers numbers -> numbers.values().length;
        };
    if (rows == 0) {
      throw wrong(labels, "the table has no rows", "Check what 'from' reads.");
    }
    if (missing > 0) {
      throw wrong(
          labels,
          "it is missing in %d of %d rows".formatted(missing, rows),
          "Leave such rows out of the table: where %s is not null.".formatted(labels.name()));
    }
  }

  private static HeadraceException wrong(Frame.Column labels, String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_LABEL,
        "Cannot learn to predict '%s': %s.".formatted(labels.name(), reason),
        hint);
  }

  /** The labels as numbers: 1 and 0 for two classes, the place among several. */
  default double[] numbers(Frame.Column labels) {
    return switch (this) {
      case Quantity _, Relevance _ -> ((Numbers) labels).values();
      case Found _ -> throw new IllegalStateException("what is found has no labels");
      case Classes(String negative, String positive) -> places(labels, List.of(negative, positive));
      case Several(List<String> classes) -> places(labels, classes);
    };
  }

  private static double[] places(Frame.Column labels, List<String> classes) {
    Map<String, Integer> places = new HashMap<>();
    classes.forEach(name -> places.put(name, places.size()));
    return switch (labels) {
      case Categories(String _, int[] codes, List<String> levels) -> {
        double[] place =
            levels.stream().mapToDouble(level -> places.getOrDefault(level, -1)).toArray();
        yield Arrays.stream(codes).mapToDouble(code -> place[code]).toArray();
      }
      case Numbers(String _, double[] values) -> places(values, places);
    };
  }

  /** A number of few is written as a text but once. */
  private static double[] places(double[] values, Map<String, Integer> places) {
    double[] known = distinct(values, MOST_CLASSES + 1);
    int[] placeOf = Arrays.stream(known).mapToInt(x -> places.getOrDefault(word(x), -1)).toArray();
    double[] found = new double[values.length];
    for (int i = 0; i < found.length; i++) {
      int at = Arrays.binarySearch(known, values[i]);
      found[i] = at < 0 ? places.getOrDefault(word(values[i]), -1) : placeOf[at];
    }
    return found;
  }
}
