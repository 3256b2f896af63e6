package dev.headrace.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Project;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.RunConfig;
import dev.headrace.core.project.Toys;
import dev.headrace.core.project.spec.SpecBinder;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphTest {
  private static final Map<String, String> SHOP =
      Map.of(
          "orders", "",
          "customers", "",
          "stg_orders", "orders",
          "stg_customers", "customers",
          "revenue", "stg_orders stg_customers",
          "bad_orders", "orders__rejected",
          "board", "revenue bad_orders");

  @Test
  void assets_standAfterWhatTheyRead_thenByName() {
    assertThat(names(graph(SHOP).assets()))
        .containsExactly(
            "customers", "orders", "bad_orders", "stg_customers", "stg_orders", "revenue", "board");
  }

  @Test
  void assets_anyOrderOfDeclaration_isTheSameGraph() {
    List<Asset> expected = graph(SHOP).assets();
    List<String> names = new ArrayList<>(SHOP.keySet());
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(names, new Random(seed));
      Map<String, String> shuffled = new LinkedHashMap<>();
      names.forEach(name -> shuffled.put(name, SHOP.get(name)));
      assertThat(graph(shuffled).assets()).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void fingerprint_changesForWhatIsDownstreamAndNothingElse() {
    Graph before = graph(SHOP);
    Graph after = graph(project(SHOP, Map.of("stg_orders", "select 2")));

    List<String> changed =
        before.assets().stream()
            .filter(asset -> !after.get(asset.name()).fingerprint().equals(asset.fingerprint()))
            .map(Asset::name)
            .toList();
    assertThat(changed).containsExactly("stg_orders", "revenue", "board");
  }

  @Test
  void fingerprint_inputRenamed_isAnother() {
    // The same definition over two tables that are made alike is not the same table.
    Graph one = graph(project(Map.of("a", "", "b", "", "t", "a"), Map.of("a", "x", "b", "x")));
    Graph other = graph(project(Map.of("a", "", "b", "", "t", "b"), Map.of("a", "x", "b", "x")));

    assertThat(one.get("a").fingerprint()).isEqualTo(one.get("b").fingerprint());
    assertThat(one.get("t").fingerprint()).isNotEqualTo(other.get("t").fingerprint());
  }

  @Test
  void closures_followTheReads() {
    Graph graph = graph(SHOP);
    assertThat(names(graph.withUpstream(List.of(graph.get("revenue")))))
        .containsExactly("customers", "orders", "stg_customers", "stg_orders", "revenue");
    assertThat(names(graph.withDownstream(List.of(graph.get("orders")))))
        .containsExactly("orders", "bad_orders", "stg_orders", "revenue", "board");
    assertThat(names(graph.readers(graph.get("orders"))))
        .containsExactly("bad_orders", "stg_orders");
  }

  @Test
  void of_cycles_namesOneOfEachGroupInFull() {
    HeadraceException cyclic =
        failure(
            Map.of(
                "a", "c z", "b", "a", "c", "b", "d", "c", "x", "y", "y", "x", "s", "s", "z", ""));

    assertThat(cyclic.code()).isEqualTo(GraphError.GRAPH_CYCLE);
    assertThat(cyclic.problems())
        .extracting(p -> p.location() + " " + p.message())
        .containsExactly(
            "deriveds/a.sql Assets read each other in a circle: a -> b -> c -> a.",
            "deriveds/s.sql 's' reads itself.",
            "deriveds/x.sql Assets read each other in a circle: x -> y -> x.");
    assertThat(cyclic).hasMessageContaining("a -> b -> c -> a");
  }

  @Test
  void of_inputThatNobodyPublishes_suggestsTheNearest() {
    HeadraceException unknown = failure(Map.of("orders", "", "revenue", "ordrs"));
    assertThat(unknown.code()).isEqualTo(GraphError.GRAPH_UNKNOWN_INPUT);
    assertThat(unknown.problems().getFirst().hint()).isEqualTo("Did you mean 'orders'?");
  }

  @Test
  void of_longCircle_needsNoDeepStack() {
    Map<String, String> inputs = new LinkedHashMap<>();
    int length = 50_000;
    for (int i = 0; i < length; i++) {
      inputs.put("t" + i, "t" + (i + length - 1) % length);
    }
    assertThat(failure(inputs).problems()).hasSize(1);
  }

  @Test
  void of_hundredThousandAssetsInAChain_needsNoDeepStack() {
    Random random = new Random(7);
    Map<String, String> inputs = new LinkedHashMap<>();
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      StringBuilder read = new StringBuilder();
      for (int j = 0; j < 3 && i > 0; j++) {
        read.append(" t").append(random.nextInt(i));
      }
      // And a chain through all of them.
      inputs.put("t" + i, i == 0 ? "" : "t" + (i - 1) + read);
    }
    Project project = project(inputs, Map.of());

    Graph graph = Graph.of(project);

    Asset last = graph.get("t" + (count - 1));
    assertThat(graph.withUpstream(List.of(last))).hasSize(count);
    assertThat(graph.assets()).hasSize(count).endsWith(last);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "revenue            | revenue",
        "+revenue           | customers orders stg_customers stg_orders revenue",
        "stg_orders+        | stg_orders revenue board",
        "+bad_orders+       | orders bad_orders board",
        "stg_*              | stg_customers stg_orders",
        "*orders            | orders bad_orders stg_orders",
        "kind:raw           | customers orders",
        "kind:der*, orders  | orders bad_orders stg_customers stg_orders revenue board",
        "tag:r              | revenue",
        "tag:r+             | revenue board",
        "board,orders       | orders board",
      })
  void selector_terms_selectInTheGraphsOrder(String selector, String selected) {
    assertThat(names(Selector.parse(selector).select(graph(SHOP))))
        .containsExactly(selected.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "revenu       | GRAPH_UNKNOWN_ASSET | Did you mean 'revenue'?",
        "kind:derivd  | GRAPH_UNKNOWN_ASSET | Did you mean 'derived'?",
        "tag:nope     | GRAPH_UNKNOWN_ASSET | Known are b, c, o, r, s.",
        "zzz*         | GRAPH_UNKNOWN_ASSET | Known are",
        "a,,b         | GRAPH_BAD_SELECTOR  | Write name",
        "''           | GRAPH_BAD_SELECTOR  | Write name",
        "color:red    | GRAPH_BAD_SELECTOR  | Write name",
        "++a          | GRAPH_BAD_SELECTOR  | Write name",
      })
  void selector_mistake_saysWhatToWrite(String selector, GraphError code, String hint) {
    HeadraceException mistake =
        catchThrowableOfType(
            HeadraceException.class, () -> Selector.parse(selector).select(graph(SHOP)));
    assertThat(mistake.code()).isEqualTo(code);
    assertThat(mistake.hint()).startsWith(hint);
  }

  @Test
  void lineage_tree_drawsBothWays() {
    Graph graph = graph(SHOP);
    assertThat(Lineage.of(graph, graph.get("revenue")).tree())
        .isEqualTo(
            """
            revenue (derived)
            reads
            ├─ stg_customers (derived)
            │  └─ customers (raw)
            └─ stg_orders (derived)
               └─ orders (raw)
            is read by
            └─ board (derived)
            """);
  }

  @Test
  void lineage_diamond_isDrawnOnce() {
    Graph graph = graph(Map.of("a", "", "b", "a", "c", "b", "d", "b", "e", "c d"));
    assertThat(Lineage.of(graph, graph.get("e")).tree())
        .isEqualTo(
            """
            e (derived)
            reads
            ├─ c (derived)
            │  └─ b (derived)
            │     └─ a (raw)
            └─ d (derived)
               └─ b (derived) …
            is read by nothing
            """);
  }

  @Test
  void lineage_edges_areThoseOnTheWay() {
    Graph graph = graph(SHOP);
    Lineage lineage = Lineage.of(graph, graph.get("bad_orders"));
    // The board also reads revenue, which has nothing to do with bad orders.
    assertThat(names(lineage.assets())).containsExactly("orders", "bad_orders", "board");
    assertThat(lineage.mermaid())
        .isEqualTo(
            """
            flowchart LR
              t_orders["orders"]
              t_bad_orders["bad_orders"]:::asked
              t_board["board"]
              t_orders --> t_bad_orders
              t_bad_orders --> t_board
              classDef asked stroke-width:3px
            """);
  }

  @Test
  void waitsFor_isWhatChecksReadToo_butDataDoNotDependOnIt() {
    Map<String, String> tables = Map.of("orders", "", "zones", "", "cities", "zones");
    Graph plain = graph(tables);
    Graph checked = graph(checkedAgainst(project(tables, Map.of()), "orders", "cities"));

    assertThat(names(plain.assets())).containsExactly("orders", "zones", "cities");
    assertThat(names(checked.assets())).containsExactly("zones", "cities", "orders");
    Asset orders = checked.get("orders");
    assertThat(names(checked.waitsFor(orders))).containsExactly("cities");
    assertThat(checked.inputs(orders)).isEmpty();
    assertThat(names(checked.readers(checked.get("cities")))).isEmpty();
    assertThat(names(checked.withUpstream(List.of(orders))))
        .containsExactly("zones", "cities", "orders");
    assertThat(orders.fingerprint()).isEqualTo(plain.get("orders").fingerprint());
  }

  @Test
  void checksThatWaitForEachOther_areACircle() {
    Project project = project(Map.of("orders", "", "cities", "orders"), Map.of());
    HeadraceException failure =
        catchThrowableOfType(
            HeadraceException.class, () -> graph(checkedAgainst(project, "orders", "cities")));
    assertThat(failure.code()).isEqualTo(GraphError.GRAPH_CYCLE);
    assertThat(failure).hasMessageContaining("cities").hasMessageContaining("orders");
  }

  private static Project checkedAgainst(Project project, String asset, String table) {
    Map<String, Definition> definitions = new LinkedHashMap<>(project.definitions());
    definitions.computeIfPresent(
        asset,
        (name, found) ->
            new Definition(
                found.inputs(),
                List.of(table),
                found.identity(),
                found.audit(),
                List.of(),
                found.tags()));
    return new Project(project.directory(), project.config(), project.declarations(), definitions);
  }

  private static List<String> names(Collection<Asset> assets) {
    return assets.stream().map(Asset::name).toList();
  }

  private static HeadraceException failure(Map<String, String> inputs) {
    return catchThrowableOfType(HeadraceException.class, () -> graph(inputs));
  }

  private static Graph graph(Map<String, String> inputs) {
    return graph(project(inputs, Map.of()));
  }

  private static Graph graph(Project project) {
    return Graph.of(project);
  }

  /** Assets by name with the tables they read; what reads nothing is raw. */
  private static Project project(Map<String, String> inputs, Map<String, String> identities) {
    Map<String, Declaration<?>> declarations = new LinkedHashMap<>();
    Map<String, Definition> definitions = new LinkedHashMap<>();
    inputs.forEach(
        (name, read) -> {
          declarations.put(name, read.isEmpty() ? RAW.named(name) : DERIVED.named(name));
          definitions.put(
              name,
              new Definition(
                  read.isBlank() ? List.of() : List.of(read.strip().split(" +")),
                  List.of(),
                  identities.getOrDefault(name, name),
                  "",
                  List.of(),
                  new TreeSet<>(List.of(name.substring(0, 1)))));
        });
    ProjectConfig config =
        new ProjectConfig(
            new ProjectConfig.Basics(
                "shop", ZoneId.of("UTC"), ".headrace", new RunConfig(null, 0, Duration.ZERO)),
            Map.of());
    return new Project(Path.of("shop"), config, declarations, definitions);
  }

  private record Maker<S extends Record>(Kind<S> kind, String text) {
    Declaration<S> named(String name) {
      String file =
          kind.folder() + "/" + name + (kind.form() == Kind.FileForm.SQL ? ".sql" : ".yaml");
      var bound =
          new SpecBinder(Environment.empty(), Path.of(""))
              .bind(
                  kind.specType(),
                  kind.form(),
                  file,
                  text,
                  new dev.headrace.core.project.Problems())
              .orElseThrow();
      return new Declaration<>(kind, name, bound.spec(), bound.origin());
    }
  }

  private static final Maker<?> RAW = new Maker<>(new Toys.Raw(), "files: x");
  private static final Maker<?> DERIVED = new Maker<>(new Toys.Derived(), "select 1");
}
