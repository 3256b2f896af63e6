package dev.headrace.ml.learn.transform;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.transform.Compiled.Kind;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the columns of each row before a model sees them: some are passed on, some are
 * computed. It learns nothing, looks at no other row, and is part of the model. Immutable and
 * thread-safe.
 */
public final class Transform {
  /** Passes everything on. */
  public static final Transform NONE = new Transform(List.of(), List.of());

  private final List<Input> inputs;
  private final List<Feature> features;
  private final List<Compiled> compiled;

  /**
   * @param inputs every column that is read
   * @param features in the order of the model's features
   * @throws HeadraceException LEARN_TRANSFORM where an expression does not fit the inputs
   */
  public Transform(List<Input> inputs, List<Feature> features) {
    this.inputs = List.copyOf(inputs);
    this.features = List.copyOf(features);
    List<Compiled> made = new ArrayList<>();
    for (Feature feature : this.features) {
      if (feature instanceof Computed(String name, RowExpression expression)) {
        made.add(Compiling.compile(name, expression, this.inputs));
      } else {
        made.add(Compiled.NOTHING);
      }
    }
    this.compiled = List.copyOf(made);
  }

  /** What a column that is read has to hold. */
  public enum InputType {
    NUMBER,
    /** True and false, as 1 and 0. */
    TRUTH,
    TEXT,
    /** A day, or a time without a zone, as seconds since 1970. */
    TIME,
    /** A time with a zone, as seconds since 1970 UTC. */
    INSTANT;

    /** What a column of a table is; empty for what models do not read. */
    public static Optional<InputType> of(Type type) {
      return switch (type) {
        case Type.Primitive primitive ->
            switch (primitive) {
              case INT, LONG, FLOAT, DOUBLE -> Optional.of(NUMBER);
              case BOOLEAN -> Optional.of(TRUTH);
              case STRING, UUID -> Optional.of(TEXT);
              case DATE, TIMESTAMP -> Optional.of(TIME);
              case TIMESTAMPTZ -> Optional.of(INSTANT);
              case TIME, BINARY -> Optional.empty();
            };
        case Type.Decimal _ -> Optional.of(NUMBER);
        case Type.Struct _, Type.ListOf _, Type.MapOf _ -> Optional.empty();
      };
    }
  }

  /** A column that is read. */
  public record Input(String column, InputType type) {}

  /** A feature that the model learns from. */
  public sealed interface Feature {
    /** Its name. */
    String name();
  }

  /** A column as it is. */
  public record Passed(String name) implements Feature {}

  /** What an expression gives. */
  public record Computed(String name, RowExpression expression) implements Feature {}

  /** Whether everything is passed on. */
  public boolean isNone() {
    return features.isEmpty();
  }

  /** Every column that is read. */
  public List<Input> inputs() {
    return inputs;
  }

  /** In the order of the model's features. */
  public List<Feature> features() {
    return features;
  }

  /**
   * Computes.
   *
   * @param given has every input
   * @throws HeadraceException LEARN_COLUMN, LEARN_TYPE where an input is missing or of another
   *     kind; LEARN_NOT_FINITE where an expression has no finite value for a row
   */
  public Frame apply(Frame given) {
    if (isNone()) {
      return given;
    }
    Rows rows = rows(given);
    List<Frame.Column> made = new ArrayList<>(features.size());
    for (int f = 0; f < features.size(); f++) {
      made.add(
          switch (features.get(f)) {
            case Passed(String name) -> given.column(name);
            case Computed(String name, RowExpression expression) ->
                computed(name, expression, compiled.get(f), rows, given.rows());
          });
    }
    return new Frame(given.rows(), made);
  }

  private Rows rows(Frame given) {
    double[] @Nullable [] numbers = new double[inputs.size()][];
    Frame.@Nullable Categories[] texts = new Frame.@Nullable Categories[inputs.size()];
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      Frame.Column column = given.column(input.column(), i);
      if (input.type() == InputType.TEXT) {
        texts[i] = texts(column);
      } else if (column instanceof Frame.Numbers(String _, double[] values)) {
        numbers[i] = values;
      } else {
        throw changed(column, "a number");
      }
    }
    return new Rows(numbers, texts);
  }

  /** A column of nothing at all may come as numbers. */
  private static Frame.Categories texts(Frame.Column column) {
    if (column instanceof Frame.Categories categories) {
      return categories;
    }
    double[] values = ((Frame.Numbers) column).values();
    int[] codes = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        throw changed(column, "a text");
      }
      codes[i] = -1;
    }
    return new Frame.Categories(column.name(), codes, List.of());
  }

  private static HeadraceException changed(Frame.Column column, String learnt) {
    return new HeadraceException(
        LearnError.LEARN_TYPE,
        "Cannot compute with column '%s': it is %s, and the model has learnt from %s."
            .formatted(column.name(), column.kind(), learnt),
        "Give it the type it had, or train the model again.");
  }

  private static Frame.Column computed(
      String name, RowExpression expression, Compiled compiled, Rows rows, int count) {
    try {
      if (compiled.kind() == Kind.TEXT) {
        @Nullable String[] values = new String[count];
        for (int row = 0; row < count; row++) {
          values[row] = compiled.text().at(rows, row);
        }
        return Frame.Categories.of(name, values);
      }
      double[] values = new double[count];
      for (int row = 0; row < count; row++) {
        values[row] = compiled.number().at(rows, row);
      }
      return new Frame.Numbers(name, values);
    } catch (NoValue e) {
      throw new HeadraceException(
          LearnError.LEARN_NOT_FINITE,
          "Cannot compute feature '%s' as %s: %s has no finite value."
              .formatted(name, expression, e.getMessage()),
          "Say what such a row has, for example case when x > 0 then ln(x) end, or y / nullif(x, 0):"
              + " null is missing.",
          e);
    }
  }
}
