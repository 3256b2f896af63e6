package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.decisions.experiments.analysis.BestArm.Standing;
import dev.headrace.decisions.experiments.analysis.BestEffect.Effect;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Chances and losses against SciPy 1.16: the posterior by inverting matrices, orthants by {@code
 * multivariate_normal.cdf}, E[max] by {@code integrate.quad} over 1 - P(all effects below x).
 *
 * <pre>
 * S = np.diag(v) + s
 * C = np.linalg.inv(np.linalg.inv(S) + np.diag(1 / tau**2)); m = C @ np.linalg.inv(S) @ estimates
 * </pre>
 */
class BestEffectTest {
  @Test
  void ofThreeEffects_areThoseOfTheirJointPosterior() {
    double precision = 1 / 0.16;
    Map<String, Effect> effects = new LinkedHashMap<>();
    effects.put("b", new Effect(0.3, 0.04, precision));
    effects.put("c", new Effect(0.5, 0.09, precision));
    effects.put("d", new Effect(-0.2, 0.02, precision));
    Map<String, Standing> standings = BestEffect.of("a", 0.05, effects);
    assertThat(standings.keySet()).containsExactly("a", "b", "c", "d");
    assertStanding(standings, "a", 0.048163268, 0.359843303);
    assertStanding(standings, "b", 0.355190258, 0.359843303 - 0.18469453);
    assertStanding(standings, "c", 0.594489344, 0.359843303 - 0.27575563);
    assertStanding(standings, "d", 0.002157130, 0.359843303 + 0.2392283);
  }

  /** Most of the error is the baseline's, and priors differ. */
  @Test
  void ofPoorlyKnownBaseline_areThoseOfTheirJointPosterior() {
    Map<String, Effect> effects = new LinkedHashMap<>();
    effects.put("b", new Effect(0.3, 0.04, 1 / 0.04));
    effects.put("c", new Effect(0.5, 0.09, 1 / 0.09));
    Map<String, Standing> standings = BestEffect.of("a", 0.5, effects);
    assertStanding(standings, "a", 0.232296003, 0.171162221);
    assertStanding(standings, "b", 0.230210371, 0.171162221 + 0.01274238);
    assertStanding(standings, "c", 0.537493626, 0.171162221 - 0.08725762);
  }

  @Test
  void withFlatPriors_areThoseOfIndependentVariants() {
    Map<String, Posterior> arms = new LinkedHashMap<>();
    arms.put("a", new Posterior.OfMean(5, 0.4));
    arms.put("b", new Posterior.OfMean(5.3, 0.3));
    arms.put("c", new Posterior.OfMean(5.4, 0.04));
    Map<String, Effect> effects = new LinkedHashMap<>();
    effects.put("b", new Effect(0.3, 0.09, 0));
    effects.put("c", new Effect(0.4, 0.0016, 0));
    Map<String, Standing> standings = BestEffect.of("a", 0.16, effects);
    BestArm.of(arms)
        .forEach(
            (arm, standing) ->
                assertStanding(standings, arm, standing.probability(), standing.expectedLoss()));
  }

  @Test
  void priorThatKnowsBetter_leavesNothingToTheData() {
    Map<String, Standing> standings =
        BestEffect.of("a", 0.01, Map.of("b", new Effect(2, 0.02, 1e12)));
    assertThat(standings.get("b").probability()).isCloseTo(0.5, within(1e-4));
    assertThat(standings.get("a").expectedLoss()).isLessThan(1e-5);
  }

  @Test
  void variantsThatCannotBe_areRefused() {
    assertThatThrownBy(() -> new Effect(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BestEffect.of("a", -1, Map.of("b", new Effect(1, 1, 0))))
        .hasMessageContaining("-1.0");
  }

  private static void assertStanding(
      Map<String, Standing> standings, String variant, double probability, double loss) {
    assertThat(standings.get(variant).probability()).isCloseTo(probability, within(2e-6));
    assertThat(standings.get(variant).expectedLoss()).isCloseTo(loss, within(5e-6));
  }
}
