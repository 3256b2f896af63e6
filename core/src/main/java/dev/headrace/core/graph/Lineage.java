package dev.headrace.core.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;

/**
 * What feeds an asset and what it feeds, table by table.
 *
 * @param asset the one in question
 * @param assets all that are connected with it and itself, each after those it reads
 * @param edges who feeds whom among them, upstream or downstream of it
 */
public record Lineage(Graph graph, Asset asset, SequencedSet<Asset> assets, List<Edge> edges) {

  /** One asset reads another. */
  public record Edge(Asset from, Asset to) {}

  /** The lineage of one asset, both ways and as far as it goes. */
  public static Lineage of(Graph graph, Asset asset) {
    SequencedSet<Asset> upstream = graph.withUpstream(List.of(asset));
    SequencedSet<Asset> downstream = graph.withDownstream(List.of(asset));
    SequencedSet<Asset> connected = new LinkedHashSet<>(upstream);
    connected.addAll(downstream);
    List<Edge> edges = new ArrayList<>();
    for (Asset to : graph.inOrder(connected)) {
      // An input of a downstream asset that the asset itself does not feed is not its lineage.
      Set<Asset> side = upstream.contains(to) ? upstream : downstream;
      for (Asset from : graph.inputs(to)) {
        if (side.contains(from)) {
          edges.add(new Edge(from, to));
        }
      }
    }
    return new Lineage(graph, asset, graph.inOrder(connected), List.copyOf(edges));
  }

  /**
   * Two trees, what it reads and who reads it. What has been drawn out once is only named the next
   * time, with an ellipsis.
   */
  public String tree() {
    StringBuilder text = new StringBuilder();
    text.append(asset.name()).append(" (").append(asset.kind().name()).append(")\n");
    text.append("reads").append(graph.inputs(asset).isEmpty() ? " nothing\n" : "\n");
    draw(graph::inputs, text);
    text.append("is read by").append(graph.readers(asset).isEmpty() ? " nothing\n" : "\n");
    draw(graph::readers, text);
    return text.toString();
  }

  /** A flowchart in Mermaid's language, as many viewers of Markdown draw it. */
  public String mermaid() {
    StringBuilder text = new StringBuilder("flowchart LR\n");
    for (Asset each : assets) {
      text.append("  ").append(id(each)).append("[\"").append(each.name()).append("\"]");
      text.append(each.equals(asset) ? ":::asked\n" : "\n");
    }
    for (Edge edge : edges) {
      text.append("  ").append(id(edge.from())).append(" --> ").append(id(edge.to())).append("\n");
    }
    return text.append("  classDef asked stroke-width:3px\n").toString();
  }

  /** A prefix, because a name such as {@code end} is a word of Mermaid's own. */
  private static String id(Asset asset) {
    return "t_" + asset.name();
  }

  /** One line to draw: an asset, the bars in front of it, and whether it is the last of its kin. */
  private record Branch(Asset asset, String bars, boolean last) {}

  private void draw(Function<Asset, List<Asset>> next, StringBuilder text) {
    ArrayDeque<Branch> open = new ArrayDeque<>();
    Set<String> drawn = new HashSet<>();
    push(next.apply(asset), "", open);
    while (!open.isEmpty()) {
      Branch branch = open.pop();
      List<Asset> further = next.apply(branch.asset());
      boolean again = !drawn.add(branch.asset().name()) && !further.isEmpty();
      text.append(branch.bars()).append(branch.last() ? "└─ " : "├─ ");
      text.append(branch.asset().name()).append(" (").append(branch.asset().kind().name());
      text.append(again ? ") …\n" : ")\n");
      if (!again) {
        push(further, branch.bars() + (branch.last() ? "   " : "│  "), open);
      }
    }
  }

  private static void push(List<Asset> assets, String bars, ArrayDeque<Branch> open) {
    for (int i = assets.size() - 1; i >= 0; i--) {
      open.push(new Branch(assets.get(i), bars, i == assets.size() - 1));
    }
  }
}
