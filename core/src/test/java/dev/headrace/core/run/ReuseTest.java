package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReuseTest {
  private static final Map<String, String> SHOP =
      Map.of("orders", "", "clean", "orders", "report", "clean");

  @TempDir Path directory;
  private Ledger ledger;
  private Works before;
  private Works after;

  @BeforeEach
  void open() {
    ledger = Ledger.open(directory.resolve("ledger.db"), Works.CLOCK);
    before = new Works(ledger, SHOP);
    after = new Works(ledger, Works.graph(SHOP, Map.of("clean", "another sql")));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void run_aChangeTakenBack_showsWhatWasBuilt_withoutBuilding() {
    before.run();
    Map<String, Long> first = shown();
    after.run();
    assertThat(shown()).isNotEqualTo(first);
    before.hands.built.clear();

    assertThat(before.plan(BuildOptions.STALE).steps())
        .filteredOn(step -> step.asset().name().equals("clean"))
        .singleElement()
        .satisfies(
            step ->
                assertThat(step.decision())
                    .hasToString(
                        "Build[reasons=[definition changed], work=as run 1 built it, warnings=[]]"));
    RunReport report = before.run();

    assertThat(before.hands.built).isEmpty();
    assertThat(shown()).isEqualTo(first);
    assertThat(report.steps())
        .filteredOn(step -> step.asset().equals("clean"))
        .singleElement()
        .satisfies(
            step -> assertThat(step.reason()).isEqualTo("definition changed, as run 1 built it"));
  }

  @Test
  void run_afterARollback_goesForwardAgain_withoutBuilding() {
    before.run();
    after.run();
    Map<String, Long> last = shown();
    ledger.environments().rollback("prod", Optional.empty());
    assertThat(shown()).isNotEqualTo(last);
    after.hands.built.clear();
    after.run();
    assertThat(after.hands.built).isEmpty();
    assertThat(shown()).isEqualTo(last);
  }

  @Test
  void run_otherInputsOrNoRowsLeft_buildsAgain() {
    before.run();
    after.run();
    ledger.environments().expireAllBut(ledger.environments().needed(Instant.now().plusSeconds(9)));
    before.hands.built.clear();
    before.run();
    assertThat(before.hands.built).as("gone").containsExactly("clean", "report");

    Works grown =
        new Works(ledger, Works.graph(SHOP, Map.of("clean", "another sql", "orders", "more")));
    grown.run();
    assertThat(grown.hands.built).as("other inputs").containsExactly("orders", "clean", "report");
  }

  @Test
  void run_fullRefresh_buildsAllTheSame() {
    before.run();
    after.run();
    before.hands.built.clear();
    BuildOptions all = new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty());
    before.runner().run(before.plan(all), before.published(), LIMITS, RunListener.NONE, WATCH);
    assertThat(before.hands.built).contains("clean", "report");
  }

  private static final Runner.Limits LIMITS = new Runner.Limits(1, 1, Duration.ZERO);
  private static final Watch WATCH = Watch.none();

  private Map<String, Long> shown() {
    return ledger.published("prod").entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().id()));
  }
}
