package dev.headrace.core.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds one shortest cycle in each strongly connected component: Tarjan's algorithm (1972) with a
 * stack of its own, because a chain of assets may be longer than a thread's stack is deep, then a
 * breadth-first search from the component's least member.
 */
final class Cycles {
  private final int[][] inputs;
  private final int[] index;
  private final int[] low;
  private final int[] component;
  private final ArrayDeque<Integer> stack = new ArrayDeque<>();
  private final List<List<Integer>> components = new ArrayList<>();
  private int visited;

  private Cycles(int[][] inputs) {
    this.inputs = inputs;
    this.index = new int[inputs.length];
    this.low = new int[inputs.length];
    this.component = new int[inputs.length];
    Arrays.fill(index, -1);
    Arrays.fill(component, -1);
  }

  /**
   * The cycles, by their least members, which come first; each member feeds the next one.
   *
   * @param inputs of each node
   */
  static List<List<Integer>> of(int[][] inputs) {
    Cycles search = new Cycles(inputs);
    for (int node = 0; node < inputs.length; node++) {
      if (search.index[node] < 0) {
        search.visit(node);
      }
    }
    return search.components.stream()
        .filter(members -> members.size() > 1 || search.readsItself(members.getFirst()))
        .map(search::cycle)
        .sorted(Comparator.comparing(List::getFirst))
        .toList();
  }

  private boolean readsItself(int node) {
    return Arrays.stream(inputs[node]).anyMatch(input -> input == node);
  }

  private void visit(int root) {
    ArrayDeque<int[]> path = new ArrayDeque<>();
    enter(root, path);
    while (!path.isEmpty()) {
      int[] frame = path.peek();
      int node = frame[0];
      if (frame[1] < inputs[node].length) {
        int input = inputs[node][frame[1]++];
        if (index[input] < 0) {
          enter(input, path);
        } else if (component[input] < 0) {
          low[node] = Math.min(low[node], index[input]);
        }
        continue;
      }
      path.pop();
      if (!path.isEmpty()) {
        int reader = path.peek()[0];
        low[reader] = Math.min(low[reader], low[node]);
      }
      if (low[node] == index[node]) {
        close(node);
      }
    }
  }

  private void enter(int node, ArrayDeque<int[]> path) {
    index[node] = visited;
    low[node] = visited++;
    stack.push(node);
    path.push(new int[] {node, 0});
  }

  private void close(int root) {
    List<Integer> members = new ArrayList<>();
    int member;
    do {
      member = stack.pop();
      component[member] = components.size();
      members.add(member);
    } while (member != root);
    members.sort(Comparator.naturalOrder());
    components.add(members);
  }

  /** A shortest way from the least member against the reads back to itself. */
  private List<Integer> cycle(List<Integer> members) {
    int start = members.getFirst();
    int[] reader = new int[inputs.length];
    Arrays.fill(reader, -1);
    ArrayDeque<Integer> open = new ArrayDeque<>();
    open.add(start);
    while (!open.isEmpty()) {
      int node = open.remove();
      for (int input : inputs[node]) {
        if (input == start) {
          return fromStart(start, node, reader);
        }
        if (component[input] == component[start] && reader[input] < 0) {
          reader[input] = node;
          open.add(input);
        }
      }
    }
    throw new IllegalStateException("A strongly connected component has a cycle");
  }

  /** {@code last} is fed by {@code start}; from there each feeds its reader. */
  private static List<Integer> fromStart(int start, int last, int[] reader) {
    List<Integer> cycle = new ArrayList<>();
    cycle.add(start);
    for (int node = last; node != start; node = reader[node]) {
      cycle.add(node);
    }
    return cycle;
  }
}
