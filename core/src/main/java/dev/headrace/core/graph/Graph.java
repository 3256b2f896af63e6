package dev.headrace.core.graph;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Project;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The assets of a project and who reads whom. Has no cycles. Immutable.
 *
 * <p>Assets are numbered in the order in which they can be built: each after all it reads, and
 * among those that could be next, by name. Every list and set answered keeps that order.
 */
public final class Graph {
  private static final String LINKING = "Cannot link the project's assets";

  private final List<Asset> assets;
  private final Map<String, Integer> numberByName;
  private final int[][] inputs;
  private final int[][] readers;
  private final int[][] waits;

  private Graph(List<Asset> assets, int[][] inputs, int[][] waits) {
    this.assets = List.copyOf(assets);
    this.inputs = inputs;
    this.readers = reversed(inputs);
    this.waits = waits;
    this.numberByName = new HashMap<>();
    for (int i = 0; i < assets.size(); i++) {
      numberByName.put(assets.get(i).name(), i);
    }
  }

  /**
   * Links the project's assets by the tables they read and publish.
   *
   * @throws HeadraceException GRAPH_CYCLE, naming one whole cycle of each group of assets that read
   *     each other; GRAPH_UNKNOWN_INPUT if a table read is published by none
   */
  public static Graph of(Project project) {
    List<String> names = project.declarations().keySet().stream().sorted().toList();
    Map<String, Integer> publisher = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Declaration<?> declaration = declaration(project, names.get(i));
      for (String table : declaration.kind().tables(names.get(i))) {
        publisher.put(table.toLowerCase(Locale.ROOT), i);
      }
    }
    int[][] inputs = edges(project, names, publisher, Definition::inputs);
    int[][] waits = union(inputs, edges(project, names, publisher, Definition::checkedAgainst));
    int[] order = order(waits, reversed(waits));
    if (order.length < names.size()) {
      throw cycles(project, names, waits);
    }
    int[] numberOf = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      numberOf[order[i]] = i;
    }
    List<Asset> assets = new ArrayList<>(order.length);
    for (int number : order) {
      assets.add(asset(project, names.get(number), publisher, numberOf, assets));
    }
    return new Graph(
        assets, renumbered(inputs, order, numberOf), renumbered(waits, order, numberOf));
  }

  private static int[][] renumbered(int[][] edges, int[] order, int[] numberOf) {
    int[][] renumbered = new int[order.length][];
    Arrays.setAll(
        renumbered,
        i -> Arrays.stream(edges[order[i]]).map(target -> numberOf[target]).sorted().toArray());
    return renumbered;
  }

  private static int[][] union(int[][] some, int[][] more) {
    int[][] all = new int[some.length][];
    Arrays.setAll(
        all,
        i -> IntStream.concat(Arrays.stream(some[i]), Arrays.stream(more[i])).distinct().toArray());
    return all;
  }

  /** All assets, each after those it reads. */
  public List<Asset> assets() {
    return assets;
  }

  /** The assets that runs build, each after those it reads. */
  public List<Asset> built() {
    return assets.stream().filter(asset -> asset.kind().isBuilt()).toList();
  }

  /** The asset of this name. */
  public Optional<Asset> find(String name) {
    return Optional.ofNullable(numberByName.get(name)).map(assets::get);
  }

  /**
   * The asset of this name.
   *
   * @throws HeadraceException GRAPH_UNKNOWN_ASSET, with the nearest name
   */
  public Asset get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new HeadraceException(
                    GraphError.GRAPH_UNKNOWN_ASSET,
                    "Cannot find asset '" + name + "': the project declares none of that name.",
                    Names.suggest(name, numberByName.keySet())));
  }

  /** What an asset reads, directly. */
  public List<Asset> inputs(Asset asset) {
    return neighbours(inputs, asset);
  }

  /** What has to be built before an asset: what it reads, and what its checks compare it with. */
  public List<Asset> waitsFor(Asset asset) {
    return neighbours(waits, asset);
  }

  /** Who reads an asset, directly. */
  public List<Asset> readers(Asset asset) {
    return neighbours(readers, asset);
  }

  /** The given assets and everything they {@linkplain #waitsFor wait for}, directly or not. */
  public SequencedSet<Asset> withUpstream(Collection<Asset> of) {
    return closure(of, waits);
  }

  /** The given assets and everything that reads them, directly or not. */
  public SequencedSet<Asset> withDownstream(Collection<Asset> of) {
    return closure(of, readers);
  }

  /** The same assets in the order of the graph. */
  SequencedSet<Asset> inOrder(Collection<Asset> of) {
    SequencedSet<Asset> ordered = new LinkedHashSet<>();
    of.stream().map(this::number).sorted().map(assets::get).forEach(ordered::add);
    return Collections.unmodifiableSequencedSet(ordered);
  }

  private List<Asset> neighbours(int[][] edges, Asset asset) {
    return Arrays.stream(edges[number(asset)]).mapToObj(assets::get).toList();
  }

  private int number(Asset asset) {
    Integer number = numberByName.get(asset.name());
    if (number == null) {
      throw new IllegalArgumentException(asset + " is not in this graph");
    }
    return number;
  }

  private SequencedSet<Asset> closure(Collection<Asset> of, int[][] edges) {
    boolean[] seen = new boolean[assets.size()];
    ArrayDeque<Integer> open = new ArrayDeque<>();
    of.forEach(asset -> open.add(number(asset)));
    while (!open.isEmpty()) {
      int next = open.remove();
      if (!seen[next]) {
        seen[next] = true;
        for (int other : edges[next]) {
          open.add(other);
        }
      }
    }
    SequencedSet<Asset> closed = new LinkedHashSet<>();
    for (int i = 0; i < seen.length; i++) {
      if (seen[i]) {
        closed.add(assets.get(i));
      }
    }
    return Collections.unmodifiableSequencedSet(closed);
  }

  private static Asset asset(
      Project project,
      String name,
      Map<String, Integer> publisher,
      int[] numberOf,
      List<Asset> before) {
    Declaration<?> declaration = declaration(project, name);
    Definition definition = definition(project, name);
    SortedMap<String, Fingerprint> read = new TreeMap<>();
    for (String input : definition.inputs()) {
      String table = input.toLowerCase(Locale.ROOT);
      read.put(table, before.get(numberOf[known(publisher, table)]).fingerprint());
    }
    return new Asset(
        name,
        declaration.kind(),
        declaration,
        definition,
        Fingerprint.of(declaration.kind().name(), definition.identity(), read));
  }

  private static int[][] edges(
      Project project,
      List<String> names,
      Map<String, Integer> publisher,
      Function<Definition, List<String>> tables) {
    Problems problems = new Problems();
    int[][] inputs = new int[names.size()][];
    for (int i = 0; i < inputs.length; i++) {
      String name = names.get(i);
      TreeSet<Integer> read = new TreeSet<>();
      for (String input : tables.apply(definition(project, name))) {
        Integer number = publisher.get(input.toLowerCase(Locale.ROOT));
        if (number == null) {
          problems.add(
              Location.of(declaration(project, name).origin().file()),
              "'" + name + "' reads '" + input + "', which no asset publishes.",
              Names.suggest(input, publisher.keySet()));
        } else {
          read.add(number);
        }
      }
      inputs[i] = read.stream().mapToInt(Integer::intValue).toArray();
    }
    if (!problems.isEmpty()) {
      throw problems.toException(GraphError.GRAPH_UNKNOWN_INPUT, LINKING, "Correct the names.");
    }
    return inputs;
  }

  private static int[][] reversed(int[][] edges) {
    int[] count = new int[edges.length];
    for (int[] targets : edges) {
      for (int target : targets) {
        count[target]++;
      }
    }
    int[][] reversed = new int[edges.length][];
    Arrays.setAll(reversed, i -> new int[count[i]]);
    Arrays.fill(count, 0);
    for (int i = 0; i < edges.length; i++) {
      for (int target : edges[i]) {
        reversed[target][count[target]++] = i;
      }
    }
    return reversed;
  }

  /** Kahn's algorithm, taking the least number among those that are ready; short if cyclic. */
  private static int[] order(int[][] inputs, int[][] readers) {
    int[] waitingFor = new int[inputs.length];
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < inputs.length; i++) {
      waitingFor[i] = inputs[i].length;
      if (waitingFor[i] == 0) {
        ready.add(i);
      }
    }
    int[] order = new int[inputs.length];
    int done = 0;
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order[done++] = next;
      for (int reader : readers[next]) {
        if (--waitingFor[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    return Arrays.copyOf(order, done);
  }

  private static HeadraceException cycles(Project project, List<String> names, int[][] inputs) {
    Function<Integer, String> file = i -> declaration(project, names.get(i)).origin().file();
    Problems problems = new Problems();
    for (List<Integer> cycle : Cycles.of(inputs)) {
      List<String> shown = new ArrayList<>(cycle.stream().map(names::get).toList());
      shown.add(shown.getFirst());
      String message =
          cycle.size() == 1
              ? "'" + shown.getFirst() + "' reads itself."
              : "Assets read each other in a circle: " + String.join(" -> ", shown) + ".";
      String files = String.join(", ", cycle.stream().map(file).toList());
      problems.add(
          Location.of(file.apply(cycle.getFirst())),
          message,
          cycle.size() == 1
              ? "Read another table."
              : "Each feeds the next; break it in one of " + files + ".");
    }
    return problems.toException(
        GraphError.GRAPH_CYCLE, LINKING, "Take one of the reads in each circle out.");
  }

  private static Declaration<?> declaration(Project project, String name) {
    return known(project.declarations(), name);
  }

  private static Definition definition(Project project, String name) {
    return known(project.definitions(), name);
  }

  private static <V> V known(Map<String, V> map, String key) {
    V value = map.get(key);
    if (value == null) {
      throw new IllegalStateException("Nothing is known of " + key);
    }
    return value;
  }
}
