package dev.headrace.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.run.Works;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StalenessTest {
  private static final Map<String, String> SHOP =
      Map.of("orders", "", "clean", "orders", "report", "clean", "other", "");

  @TempDir Path directory;
  private Ledger ledger;
  private Works works;

  @BeforeEach
  void buildAll() {
    ledger = Ledger.open(directory.resolve("ledger.db"), Works.CLOCK);
    works = new Works(ledger, SHOP);
    works.run();
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void of_nothingChanged_isNotStale() {
    Staleness staleness = of(Works.graph(SHOP, Map.of()), "report");
    assertThat(staleness.reasons()).isEmpty();
    assertThat(staleness.current()).isPresent();
  }

  @Test
  void of_neverBuilt_isNew() {
    Graph more = Works.graph(Map.of("orders", "", "fresh", "orders"), Map.of());
    assertThat(of(more, "fresh"))
        .isEqualTo(new Staleness(java.util.Optional.empty(), List.of("new"), List.of()));
  }

  @Test
  void of_ownDefinitionChanged_saysSo_andHasNothingToBuildOn() {
    Staleness staleness = of(Works.graph(SHOP, Map.of("clean", "select 2")), "clean");
    assertThat(staleness.reasons()).containsExactly("sql changed");
    assertThat(staleness.current()).isEmpty();
  }

  @Test
  void of_definitionOfAnInputChanged_namesTheInputOnceItIsRebuilt() {
    Graph changed = Works.graph(SHOP, Map.of("orders", "other files"));
    assertThat(of(changed, "report").reasons()).containsExactly("definition of an input changed");
    assertThat(of(changed, "clean").reasons()).containsExactly("definition of an input changed");

    Works after = new Works(ledger, changed);
    after.hands.on(
        "report",
        (asset, context) -> {
          throw new IllegalStateException("not now");
        });
    after.run();
    assertThat(of(changed, "clean").reasons()).isEmpty();
    assertThat(of(changed, "report").reasons()).containsExactly("input clean changed");
    assertThat(of(changed, "report").current()).isEmpty();
  }

  @Test
  void of_inputHasOtherRows_namesIt_andBuildsOnWhatIsThere() {
    Works changed = new Works(ledger, Works.graph(SHOP, Map.of("clean checks", "new ones")));
    changed.hands.on(
        "clean", (asset, context) -> Works.Hands.outcome(asset, context, "other rows"));
    changed.hands.on(
        "report",
        (asset, context) -> {
          throw new IllegalStateException("not now");
        });
    changed.run();

    Staleness staleness = of(Works.graph(SHOP, Map.of()), "report");
    assertThat(staleness.reasons()).containsExactly("input clean changed");
    assertThat(staleness.changedInputs()).containsExactly("clean");
    assertThat(staleness.current()).isPresent();
  }

  @Test
  void of_checksChanged_leavesTheRowsAlone() {
    Staleness staleness = of(Works.graph(SHOP, Map.of("report checks", "unique: id")), "report");
    assertThat(staleness.reasons()).containsExactly("checks changed");
    assertThat(staleness.changedInputs()).isEmpty();
    assertThat(staleness.current()).isPresent();
  }

  private Staleness of(Graph graph, String name) {
    return Staleness.of(graph.get(name), works.published(), "sql");
  }
}
