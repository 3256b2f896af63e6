package dev.headrace.core.graph;

import dev.headrace.core.project.Names;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which assets a command is about.
 *
 * <pre>
 * orders          the asset orders                +orders    and everything it reads
 * stg_*           assets by pattern               orders+    and everything that reads it
 * kind:table      assets of a kind                +orders+   both
 * tag:daily       assets with a tag               a,b+       all of either
 * </pre>
 *
 * {@code *} stands for any characters, in names, kinds and tags alike.
 */
public final class Selector {
  private static final Pattern TERM =
      Pattern.compile("(\\+?)(?:(kind|tag):)?([A-Za-z0-9_.*-]+)(\\+?)");

  private final List<Term> terms;

  private Selector(List<Term> terms) {
    this.terms = List.copyOf(terms);
  }

  private enum By {
    NAME,
    KIND,
    TAG
  }

  private record Term(String text, boolean upstream, By by, String wanted, boolean downstream) {}

  /**
   * Reads a selector.
   *
   * @throws HeadraceException GRAPH_BAD_SELECTOR if it is not written as one
   */
  public static Selector parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String term = part.strip();
      Matcher parts = TERM.matcher(term);
      if (!parts.matches()) {
        throw new HeadraceException(
            GraphError.GRAPH_BAD_SELECTOR,
            "Cannot read selector '" + text + "': '" + term + "' is no part of one.",
            "Write name, +name, name+, kind:table or tag:x, with * as a wildcard and commas in"
                + " between.");
      }
      String by = parts.group(2);
      terms.add(
          new Term(
              term,
              !parts.group(1).isEmpty(),
              by == null ? By.NAME : by.equals("kind") ? By.KIND : By.TAG,
              parts.group(3),
              !parts.group(4).isEmpty()));
    }
    return new Selector(terms);
  }

  /**
   * The assets of the graph that are meant, in the graph's order.
   *
   * @throws HeadraceException GRAPH_UNKNOWN_ASSET if any part fits no asset, with the nearest name
   */
  public SequencedSet<Asset> select(Graph graph) {
    Set<Asset> selected = new LinkedHashSet<>();
    for (Term term : terms) {
      List<Asset> named = named(term, graph);
      selected.addAll(named);
      if (term.upstream()) {
        selected.addAll(graph.withUpstream(named));
      }
      if (term.downstream()) {
        selected.addAll(graph.withDownstream(named));
      }
    }
    return graph.inOrder(selected);
  }

  private static List<Asset> named(Term term, Graph graph) {
    if (term.by() == By.NAME && !term.wanted().contains("*")) {
      return List.of(graph.get(term.wanted()));
    }
    Function<Asset, Collection<String>> words =
        switch (term.by()) {
          case NAME -> asset -> List.of(asset.name());
          case KIND -> asset -> List.of(asset.kind().name());
          case TAG -> asset -> asset.definition().tags();
        };
    Predicate<String> fits = glob(term.wanted());
    List<Asset> named =
        graph.assets().stream()
            .filter(asset -> words.apply(asset).stream().anyMatch(fits))
            .toList();
    if (named.isEmpty()) {
      Set<String> known = new TreeSet<>();
      graph.assets().forEach(asset -> known.addAll(words.apply(asset)));
      throw new HeadraceException(
          GraphError.GRAPH_UNKNOWN_ASSET,
          "Cannot select '" + term.text() + "': no asset of the project fits.",
          Names.suggest(term.wanted(), known));
    }
    return named;
  }

  private static Predicate<String> glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (String literal : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.compile(regex.toString()).asMatchPredicate();
  }
}
