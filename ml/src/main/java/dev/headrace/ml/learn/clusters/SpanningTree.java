package dev.headrace.ml.learn.clusters;

import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * The shortest tree that joins all rows by mutual reachability (Borůvka 1926): every part is joined
 * to the row nearest to it outside, until there is one part.
 *
 * <p>The nearest rows outside are found box by box (McInnes, Healy 2017, Accelerated Hierarchical
 * Density Based Clustering). A box is passed over where all its rows are of the same part, or where
 * none can be nearer than what the part has found already; and a row is not asked again while the
 * row that it found is still outside. Memory is needed for rows, never for pairs of them.
 */
final class SpanningTree {
  private static final int LOOK_EVERY = 1_000;
  private static final int MIXED = -1;

  private final Reachability rows;
  private final int count;
  private final List<Edge> edges = new ArrayList<>();

  /** The part above each row or part; itself at the top. */
  private final int[] top;

  /** The part of each row, and of the rows in each box, of this round. */
  private final int[] part;

  private final int[] partOf;

  /** No row outside its part is nearer to a row than this. */
  private final double[] outside;

  /** A row as near as that, outside when it was found; -1 where none was looked for. */
  private final int[] partner;

  /** The shortest way out of each part, found in this round so far. */
  private final double[] way;

  private final int[] wayFrom;
  private final int[] wayTo;

  private SpanningTree(Reachability rows) {
    this.rows = rows;
    this.count = rows.reach().length;
    this.top = new int[count];
    Arrays.setAll(top, i -> i);
    this.part = new int[count];
    this.partOf = new int[rows.tree().nodes()];
    this.outside = rows.reach().clone();
    this.partner = new int[count];
    Arrays.fill(partner, -1);
    this.way = new double[count];
    this.wayFrom = new int[count];
    this.wayTo = new int[count];
  }

  /** Two rows that are joined. */
  record Edge(int from, int to, double length) {}

  /** The edges, the shortest first. */
  static List<Edge> of(Reachability rows, Watch watch) {
    SpanningTree tree = new SpanningTree(rows);
    while (tree.edges.size() < tree.count - 1) {
      tree.round(watch);
    }
    tree.edges.sort(Comparator.comparingDouble(Edge::length));
    return tree.edges;
  }

  private void round(Watch watch) {
    for (int row = 0; row < count; row++) {
      part[row] = top(row);
    }
    rows.tree().gather(new Parts());
    Arrays.fill(way, Double.POSITIVE_INFINITY);
    int asked = 0;
    for (int row : rows.tree().order()) {
      if (asked++ % LOOK_EVERY == 0) {
        if (watch.isCancelled()) {
          throw new CancellationException("cancelled while clusters were found");
        }
        watch.progress((double) edges.size() / count);
      }
      ask(row);
    }
    for (int one = 0; one < count; one++) {
      // Ways of the same length may close a circle; the last of one is left out.
      if (part[one] == one && top(one) != top(wayTo[one])) {
        top[top(one)] = top(wayTo[one]);
        edges.add(new Edge(wayFrom[one], wayTo[one], way[one]));
      }
    }
  }

  /** Looks for a shorter way out of the row's part. */
  private void ask(int row) {
    int own = part[row];
    if (outside[row] >= way[own]) {
      return;
    }
    if (partner[row] < 0 || part[partner[row]] == own) {
      Outside search = new Outside(own, rows.reach()[row], way[own]);
      rows.tree().search(rows.tree().rows()[row], search);
      partner[row] = search.found;
      outside[row] = search.length;
      if (search.found < 0) {
        return;
      }
    }
    lead(own, row, partner[row], outside[row]);
    lead(part[partner[row]], partner[row], row, outside[row]);
  }

  private void lead(int one, int from, int to, double length) {
    if (length < way[one]) {
      way[one] = length;
      wayFrom[one] = from;
      wayTo[one] = to;
    }
  }

  private int top(int row) {
    int at = row;
    while (top[at] != at) {
      top[at] = top[top[at]];
      at = top[at];
    }
    return at;
  }

  /** The part of all rows of a box, if it is one. */
  private final class Parts implements KdTree.Gathering {
    @Override
    public void leaf(int node, int from, int to) {
      int[] order = rows.tree().order();
      partOf[node] = part[order[from]];
      for (int at = from + 1; at < to; at++) {
        partOf[node] = part[order[at]] == partOf[node] ? partOf[node] : MIXED;
      }
    }

    @Override
    public void parts(int node, int one, int other) {
      partOf[node] = partOf[one] == partOf[other] ? partOf[one] : MIXED;
    }
  }

  /** Finds the nearest row of other parts that is nearer than what is known. */
  private final class Outside implements KdTree.Search {
    private final int own;
    private final double reach;
    private double length;
    private int found = -1;

    Outside(int own, double reach, double length) {
      this.own = own;
      this.reach = reach;
      this.length = length;
    }

    @Override
    public boolean wants(int node, double squared) {
      return partOf[node] != own
          && Math.max(Math.sqrt(squared), Math.max(reach, rows.least()[node])) < length;
    }

    @Override
    public void see(int row, double squared) {
      if (part[row] == own) {
        return;
      }
      double mutual = Math.max(Math.sqrt(squared), Math.max(reach, rows.reach()[row]));
      if (mutual < length) {
        length = mutual;
        found = row;
      }
    }
  }
}
