package dev.headrace.ml.learn.prepare;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was learnt of the columns of training rows: how each becomes one or more columns of a {@link
 * Design}. It is part of the model, so that rows are prepared for scoring exactly as for learning.
 *
 * @param recodings what takes the place of columns first
 * @param steps one per column, in the order of the features
 */
public record Preparation(List<Recoding> recodings, List<Step> steps) {
  public Preparation {
    recodings = List.copyOf(recodings);
    steps = List.copyOf(steps);
  }

  /** Without recodings. */
  public Preparation(List<Step> steps) {
    this(List.of(), steps);
  }

  /** The same after recodings, in their order. */
  public Preparation after(List<Recoding> first) {
    return new Preparation(first, steps);
  }

  /** Whether a column is a text where it comes from. */
  public boolean readsText(String column) {
    return recodings.stream()
        .filter(recoding -> recoding.column().equals(column))
        .findFirst()
        .map(Recoding::readsText)
        .orElseGet(
            () ->
                steps.stream()
                    .filter(step -> step.column().equals(column))
                    .anyMatch(step -> !(step instanceof Numeric)));
  }

  /** What becomes of one column. */
  public sealed interface Step {
    /** The column. */
    String column();
  }

  /**
   * A number: {@code (log?(x or fill) - centre) / scale}.
   *
   * @param log whether sign(x) log(1 + |x|) is taken first
   * @param fill what stands for a missing one, after the logarithm; NaN leaves it missing
   * @param indicator whether a column {@code NAME is missing} of 0 and 1 follows
   * @param scale not zero
   */
  public record Numeric(
      String column, boolean log, double fill, boolean indicator, double centre, double scale)
      implements Step {
    /** Whether every number stays what it is. */
    boolean isIdentity() {
      return !log && Double.isNaN(fill) && !indicator && centre == 0 && scale == 1;
    }
  }

  /**
   * A column of 0 and 1 per level. A text that is none of them, or a missing one, is 0 in all,
   * except that it is 1 in {@code NAME=(other)} where {@code other} says so.
   *
   * @param reference whether the first level has no column: it is what the others are compared with
   */
  public record OneHot(String column, List<String> levels, boolean other, boolean reference)
      implements Step {
    public OneHot {
      levels = List.copyOf(levels);
    }
  }

  /**
   * The index of the level; a text that is none of them is missing, or the index after the last
   * where {@code other} says so.
   *
   * @param isCategory whether trees split it by sets; otherwise by order
   */
  public record Codes(String column, List<String> levels, boolean other, boolean isCategory)
      implements Step {
    public Codes {
      levels = List.copyOf(levels);
    }
  }

  /** A text as it is, whether or not it was ever seen: for models that read texts themselves. */
  public record Text(String column) implements Step {}

  /** The steps by what their columns are before they are recoded: a text is a text again. */
  public List<Step> asked() {
    Map<String, List<String>> texts = new HashMap<>();
    for (Recoding recoding : recodings) {
      switch (recoding) {
        case Recoding.TargetMean mean -> texts.put(mean.column(), mean.levels());
        case Recoding.Hashed hashed -> texts.put(hashed.column(), List.of());
        case Recoding.Quantiles _, Recoding.Filled _ -> {}
      }
    }
    return steps.stream()
        .map(
            step -> {
              List<String> levels = texts.get(step.column());
              return levels == null ? step : new Codes(step.column(), levels, true, false);
            })
        .toList();
  }

  /** The columns it needs. */
  public List<String> columns() {
    return steps.stream().map(Step::column).toList();
  }

  /** How many prepared columns each becomes. */
  public int[] widths() {
    return steps.stream()
        .mapToInt(
            step ->
                switch (step) {
                  case Numeric number -> number.indicator ? 2 : 1;
                  case OneHot hot ->
                      hot.levels.size() + (hot.other ? 1 : 0) - (hot.reference ? 1 : 0);
                  case Codes _, Text _ -> 1;
                })
        .toArray();
  }

  /**
   * Prepares rows.
   *
   * @throws HeadraceException LEARN_COLUMN, LEARN_TYPE where a column is missing or of another kind
   *     than the one learnt from
   */
  public Design apply(Frame given) {
    Frame frame = given;
    for (Recoding recoding : recodings) {
      frame = frame.replacing(recoding.of(frame.column(recoding.column())));
    }
    List<Design.Column> made = new ArrayList<>(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Frame.Column column = frame.column(step.column(), i);
      switch (step) {
        case Numeric number -> number(number, numbers(column).values(), made);
        case OneHot hot -> oneHot(hot, texts(column), made);
        case Codes codes -> codes(codes, texts(column), made);
        case Text _ -> made.add(text(texts(column)));
      }
    }
    return new Design(frame.rows(), made);
  }

  /** The column, if it is of numbers. */
  static Numbers numbers(Frame.Column column) {
    if (column instanceof Numbers numbers) {
      return numbers;
    }
    throw changed(column, "a number");
  }

  /** The column, if it is of texts, or of nothing at all. */
  static Categories texts(Frame.Column column) {
    if (column instanceof Categories categories) {
      return categories;
    }
    if (column instanceof Numbers numbers
        && Arrays.stream(numbers.values()).allMatch(Double::isNaN)) {
      return new Categories(column.name(), filled(numbers.values().length), List.of());
    }
    throw changed(column, "a text");
  }

  private static Design.Column text(Categories column) {
    double[] places =
        Arrays.stream(column.codes()).mapToDouble(code -> code < 0 ? Double.NaN : code).toArray();
    return new Design.Column(column.name(), true, places, column.levels());
  }

  private static int[] filled(int rows) {
    int[] codes = new int[rows];
    Arrays.fill(codes, -1);
    return codes;
  }

  private static HeadraceException changed(Frame.Column column, String learnt) {
    return new HeadraceException(
        LearnError.LEARN_TYPE,
        "Cannot prepare column '%s': it is %s, and the model has learnt from %s."
            .formatted(column.name(), column.kind(), learnt),
        "Give it the type it had, or train the model again.");
  }

  static double log(double x) {
    return Math.signum(x) * Math.log1p(Math.abs(x));
  }

  private static void number(Numeric step, double[] values, List<Design.Column> made) {
    if (step.isIdentity()) {
      made.add(new Design.Column(step.column, false, values));
      return;
    }
    double[] out = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double x = step.log ? log(values[i]) : values[i];
      out[i] = ((Double.isNaN(x) ? step.fill : x) - step.centre) / step.scale;
    }
    made.add(new Design.Column(step.column, false, out));
    if (step.indicator) {
      double[] missing = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        missing[i] = Double.isNaN(values[i]) ? 1 : 0;
      }
      made.add(new Design.Column(step.column + " is missing", false, missing));
    }
  }

  /** Place of each of the frame's levels among those of the step; -1 for one it does not know. */
  private static int[] places(List<String> learnt, boolean other, Categories column) {
    Map<String, Integer> index = new HashMap<>();
    for (int i = 0; i < learnt.size(); i++) {
      index.put(learnt.get(i), i);
    }
    int unknown = other ? learnt.size() : -1;
    return column.levels().stream().mapToInt(level -> index.getOrDefault(level, unknown)).toArray();
  }

  private static void oneHot(OneHot step, Categories column, List<Design.Column> made) {
    int[] places = places(step.levels, step.other, column);
    int slots = step.levels.size() + (step.other ? 1 : 0);
    int first = step.reference ? 1 : 0;
    double[][] out = new double[slots][];
    for (int k = first; k < slots; k++) {
      out[k] = new double[column.codes().length];
    }
    for (int i = 0; i < column.codes().length; i++) {
      int code = column.codes()[i];
      int place = code < 0 ? (step.other ? slots - 1 : -1) : places[code];
      if (place >= first) {
        out[place][i] = 1;
      }
    }
    for (int k = first; k < slots; k++) {
      String level = k < step.levels.size() ? step.levels.get(k) : "(other)";
      made.add(new Design.Column(step.column + "=" + level, false, out[k]));
    }
  }

  private static void codes(Codes step, Categories column, List<Design.Column> made) {
    int[] places = places(step.levels, step.other, column);
    double[] out = new double[column.codes().length];
    for (int i = 0; i < out.length; i++) {
      int place = column.codes()[i] < 0 ? -1 : places[column.codes()[i]];
      out[i] = place < 0 ? Double.NaN : place;
    }
    made.add(new Design.Column(step.column, step.isCategory, out));
  }
}
