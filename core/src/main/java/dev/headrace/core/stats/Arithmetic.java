package dev.headrace.core.stats;

/**
 * Arithmetic over numbered quantities, with its slopes. What several estimates make together has
 * the variance that these slopes and the estimates' covariances give, for many units (the delta
 * method; C. Cox, "Delta method", Encyclopedia of Biostatistics, 2005).
 */
public sealed interface Arithmetic {
  /**
   * One of the quantities.
   *
   * @param index its place, from 0
   */
  record Quantity(int index) implements Arithmetic {}

  /** A number that is the same whatever the quantities are. */
  record Constant(double number) implements Arithmetic {}

  /** Two things put together. */
  record Operation(Operator operator, Arithmetic left, Arithmetic right) implements Arithmetic {}

  /** The four of them. */
  enum Operator {
    PLUS,
    MINUS,
    TIMES,
    OVER
  }

  /** {@code left} divided by {@code right}. */
  static Arithmetic ratio(Arithmetic left, Arithmetic right) {
    return new Operation(Operator.OVER, left, right);
  }

  /** What it comes to; infinite or no number where something is divided by 0. */
  default double at(double... quantities) {
    return switch (this) {
      case Quantity(int index) -> quantities[index];
      case Constant(double number) -> number;
      case Operation operation -> {
        double a = operation.left.at(quantities);
        double b = operation.right.at(quantities);
        yield switch (operation.operator) {
          case PLUS -> a + b;
          case MINUS -> a - b;
          case TIMES -> a * b;
          case OVER -> a / b;
        };
      }
    };
  }

  /** By how much it moves when one quantity moves by a little, per quantity. */
  default double[] slopes(double... quantities) {
    double[] slopes = new double[quantities.length];
    add(1, quantities, slopes);
    return slopes;
  }

  /** Adds {@code weight} times the slopes. */
  private void add(double weight, double[] quantities, double[] slopes) {
    switch (this) {
      case Quantity(int index) -> slopes[index] += weight;
      case Constant _ -> {}
      case Operation operation -> {
        double a = operation.left.at(quantities);
        double b = operation.right.at(quantities);
        double toLeft =
            switch (operation.operator) {
              case PLUS, MINUS -> 1;
              case TIMES -> b;
              case OVER -> 1 / b;
            };
        double toRight =
            switch (operation.operator) {
              case PLUS -> 1;
              case MINUS -> -1;
              case TIMES -> a;
              case OVER -> -a / (b * b);
            };
        operation.left.add(weight * toLeft, quantities, slopes);
        operation.right.add(weight * toRight, quantities, slopes);
      }
    }
  }

  /** The same over quantities whose numbers are {@code by} higher. */
  default Arithmetic shifted(int by) {
    return switch (this) {
      case Quantity(int index) -> new Quantity(index + by);
      case Constant constant -> constant;
      case Operation(Operator operator, Arithmetic left, Arithmetic right) ->
          new Operation(operator, left.shifted(by), right.shifted(by));
    };
  }
}
