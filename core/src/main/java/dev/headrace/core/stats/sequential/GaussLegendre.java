package dev.headrace.core.stats.sequential;

import java.util.concurrent.ConcurrentHashMap;

/** Nodes and weights of the Gauss-Legendre rule on [-1, 1]; made once per size. */
final class GaussLegendre {
  private static final ConcurrentHashMap<Integer, GaussLegendre> RULES = new ConcurrentHashMap<>();

  private final double[] nodes;
  private final double[] weights;

  private GaussLegendre(int size) {
    nodes = new double[size];
    weights = new double[size];
    for (int i = 0; i < (size + 1) / 2; i++) {
      place(i, size);
    }
  }

  /** A rule with this many nodes, or up to 15 more. */
  static GaussLegendre atLeast(int size) {
    return RULES.computeIfAbsent((size + 15) / 16 * 16, GaussLegendre::new);
  }

  double[] nodes() {
    return nodes;
  }

  double[] weights() {
    return weights;
  }

  /** The i-th root of the Legendre polynomial from the right, by Newton's method. */
  private void place(int i, int size) {
    double x = Math.cos(Math.PI * (i + 0.75) / (size + 0.5));
    double slope = 1;
    for (int round = 0; round < 20; round++) {
      double value = 1;
      double before = 0;
      for (int degree = 1; degree <= size; degree++) {
        double next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;
        before = value;
        value = next;
      }
      slope = size * (x * value - before) / (x * x - 1);
      double step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) {
        break;
      }
    }
    nodes[i] = -x;
    nodes[size - 1 - i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
    weights[size - 1 - i] = weights[i];
  }
}
