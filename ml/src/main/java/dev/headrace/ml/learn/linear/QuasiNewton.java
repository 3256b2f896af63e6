package dev.headrace.ml.learn.linear;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimises a smooth convex function plus l1 |x|_1 without its second derivatives: L-BFGS (Nocedal
 * 1980), with the orthant-wise steps of Andrew and Gao (2007), Scalable Training of L1-Regularized
 * Log-Linear Models.
 */
final class QuasiNewton {
  private static final int MOST_STEPS = 10_000;
  private static final int MEMORY = 20;

  /** Largest slope that counts as none, for a function of the size of one row's loss. */
  private static final double FLAT = 1e-11;

  /** Where rounding ends the descent, the slope may be so large and no larger. */
  private static final double NEARLY_FLAT = 1e-6;

  private QuasiNewton() {}

  /** A function with its gradient. */
  interface Smooth {
    /**
     * Its value.
     *
     * @param gradient filled in
     */
    double at(double[] x, double[] gradient);
  }

  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Step(double[] moved, double[] turned, double curvature) {}

  /**
   * Minimises.
   *
   * @param l1 penalty of each coordinate, 0 for none
   * @param start where to begin; not changed
   * @throws HeadraceException LEARN_NOT_CONVERGED
   */
  static double[] minimise(Smooth smooth, double[] l1, double[] start) {
    int n = start.length;
    double[] x = start.clone();
    double[] gradient = new double[n];
    double value = smooth.at(x, gradient) + penalty(l1, x);
    Deque<Step> memory = new ArrayDeque<>();
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] slope = slope(gradient, l1, x);
      if (largest(slope) <= FLAT) {
        return x;
      }
      double[] direction = direction(slope, memory);
      for (int j = 0; j < n; j++) {
        if (l1[j] > 0 && direction[j] * slope[j] >= 0) {
          direction[j] = 0; // Only where the slope itself points.
        }
      }
      double descent = dot(direction, slope);
      if (!(descent < 0)) {
        memory.clear();
        direction = Arrays.stream(slope).map(s -> -s).toArray();
        descent = dot(direction, slope);
      }
      double scale = memory.isEmpty() ? Math.min(1, 1 / Math.sqrt(-descent)) : 1;
      double[] next = x;
      double[] nextGradient = gradient;
      double nextValue = value;
      boolean descended = false;
      for (int half = 0; half < 50 && !descended; half++, scale /= 2) {
        next = moved(x, direction, scale, slope, l1);
        nextGradient = new double[n];
        nextValue = smooth.at(next, nextGradient) + penalty(l1, next);
        descended =
            (nextValue < value && nextValue <= value + 1e-4 * scale * descent)
                || (Math.abs(nextValue - value) <= 1e-13 * Math.abs(value)
                    && largest(slope(nextGradient, l1, next)) < 0.9 * largest(slope));
      }
      if (!descended) {
        if (!memory.isEmpty()) {
          memory.clear();
          continue;
        }
        if (largest(slope) <= NEARLY_FLAT) {
          return x;
        }
        break;
      }
      remember(memory, minus(next, x), minus(nextGradient, gradient));
      x = next;
      gradient = nextGradient;
      value = nextValue;
    }
    throw new HeadraceException(
        LearnError.LEARN_NOT_CONVERGED,
        "Cannot find coefficients: %d steps did not settle.".formatted(MOST_STEPS),
        "Raise the penalty on squares, or leave out columns that say the same.");
  }

  private static void remember(Deque<Step> memory, double[] moved, double[] turned) {
    double curvature = dot(moved, turned);
    if (curvature > 1e-300) {
      memory.addFirst(new Step(moved, turned, curvature));
      if (memory.size() > MEMORY) {
        memory.removeLast();
      }
    }
  }

  /** The steepest of the slopes there are where the penalty has a kink. */
  private static double[] slope(double[] gradient, double[] l1, double[] x) {
    double[] slope = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      double g = gradient[j];
      slope[j] =
          l1[j] == 0
              ? g
              : x[j] != 0
                  ? g + Math.signum(x[j]) * l1[j]
                  : g + l1[j] < 0 ? g + l1[j] : Math.max(0, g - l1[j]);
    }
    return slope;
  }

  /** The two loops of L-BFGS. */
  private static double[] direction(double[] slope, Deque<Step> memory) {
    double[] q = Arrays.stream(slope).map(s -> -s).toArray();
    double[] shares = new double[memory.size()];
    int at = 0;
    for (Step step : memory) {
      shares[at] = dot(step.moved, q) / step.curvature;
      add(q, step.turned, -shares[at]);
      at++;
    }
    if (!memory.isEmpty()) {
      Step latest = memory.getFirst();
      double size = latest.curvature / dot(latest.turned, latest.turned);
      for (int j = 0; j < q.length; j++) {
        q[j] *= size;
      }
    }
    for (Iterator<Step> oldest = memory.descendingIterator(); oldest.hasNext(); ) {
      Step step = oldest.next();
      at--;
      add(q, step.moved, shares[at] - dot(step.turned, q) / step.curvature);
    }
    return q;
  }

  /** A step that stops where it would cross zero into another orthant. */
  private static double[] moved(
      double[] x, double[] direction, double scale, double[] slope, double[] l1) {
    double[] next = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      next[j] = x[j] + scale * direction[j];
      double side = x[j] != 0 ? Math.signum(x[j]) : -Math.signum(slope[j]);
      if (l1[j] > 0 && next[j] * side < 0) {
        next[j] = 0;
      }
    }
    return next;
  }

  private static double penalty(double[] l1, double[] x) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += l1[j] * Math.abs(x[j]);
    }
    return sum;
  }

  private static double largest(double[] slope) {
    double largest = 0;
    for (double one : slope) {
      largest = Math.max(largest, Math.abs(one));
    }
    return largest;
  }

  private static void add(double[] to, double[] what, double times) {
    for (int j = 0; j < to.length; j++) {
      to[j] += times * what[j];
    }
  }

  private static double[] minus(double[] a, double[] b) {
    double[] out = a.clone();
    add(out, b, -1);
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
