package dev.headrace.ml.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.ml.learn.metrics.Metric;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final Gate GATE = Gate.parse("auc >= champion.auc - 0.001 and ece < 0.02");

  @Test
  void text_isReadAndSaidAgain() {
    assertThat(GATE).hasToString("auc >= champion.auc - 0.001 and ece < 0.02");
    assertThat(Gate.parse(GATE.toString())).isEqualTo(GATE);
    assertThat(Gate.parse("rmse<champion.mae + 2")).hasToString("rmse < champion.mae + 2.0");
  }

  @Test
  void champion_setsTheBar() {
    Map<Metric, Double> own = Map.of(Metric.AUC, 0.8, Metric.ECE, 0.01);
    assertThat(GATE.judge(own, Optional.empty())).allMatch(Gate.Judged::holds);
    assertThat(GATE.judge(own, Optional.of(Map.of(Metric.AUC, 0.8009))))
        .allMatch(Gate.Judged::holds);
    Gate.Judged worse = GATE.judge(own, Optional.of(Map.of(Metric.AUC, 0.9))).getFirst();
    assertThat(worse.holds()).isFalse();
    assertThat(worse.text()).isEqualTo("auc is 0.800000, asked is >= 0.899000");
    assertThat(GATE.judge(Map.of(), Optional.empty()))
        .extracting(Gate.Judged::text)
        .containsExactly("the test rows do not give auc", "the test rows do not give ece");
  }

  @Test
  void otherTexts_areRefused() {
    for (String wrong :
        new String[] {"", "auc", "auc > ", "auc => 1", "auc > 0.9 or ece < 1", "auc > 1.2.3"}) {
      assertThatThrownBy(() -> Gate.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Gate.parse("acu > 0.9")).hasMessageContaining("Did you mean 'auc'?");
  }
}
