package dev.headrace.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.run.Works;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannerTest {
  private static final Map<String, String> SHOP =
      Map.of("orders", "", "customers", "", "clean", "orders", "report", "clean customers");

  @TempDir Path directory;
  private Ledger ledger;
  private Works works;

  @BeforeEach
  void open() {
    ledger = Ledger.open(directory.resolve("ledger.db"), Works.CLOCK);
    works = new Works(ledger, SHOP);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void plan_nothingBuilt_buildsAllInTheGraphsOrder() {
    assertThat(told(works.plan(BuildOptions.STALE)))
        .containsExactly(
            "customers: new (All[])",
            "orders: new (All[])",
            "clean: new (decided after orders)",
            "report: new (decided after customers, clean)");
  }

  @Test
  void plan_allBuilt_skipsAll_andChangesNothing() {
    works.run();
    int runs = ledger.runs(10).size();
    Plan plan = works.plan(BuildOptions.STALE);
    assertThat(told(plan)).allMatch(line -> line.endsWith(": up to date"));
    assertThat(plan.builds()).isZero();
    assertThat(ledger.runs(10)).hasSize(runs);
  }

  @Test
  void plan_inputToBeBuilt_makesReadersWaitForIt_thoughTheyMayBeSpared() {
    works.run();
    Works changed = new Works(ledger, Works.graph(SHOP, Map.of("orders checks", "more")));
    assertThat(told(changed.plan(BuildOptions.STALE)))
        .containsExactly(
            "customers: up to date",
            "orders: checks changed (All[])",
            "clean: input orders is built (decided after orders)",
            "report: input clean is built (decided after clean)");
  }

  @Test
  void plan_selection_takesTheRestAsItIs() {
    works.run();
    Graph changed = Works.graph(SHOP, Map.of("orders checks", "more"));
    Plan plan =
        new Planner(changed, kind -> works.hands)
            .plan(Set.of("report"), works.published(), BuildOptions.STALE);
    assertThat(told(plan)).containsExactly("report: up to date");
  }

  private static List<String> told(Plan plan) {
    return plan.steps().stream()
        .map(
            step ->
                step.asset().name()
                    + ": "
                    + step.decision().reason()
                    + (step.decision() instanceof Decision.Build build
                        ? " (" + build.work() + ")"
                        : ""))
        .toList();
  }
}
