package dev.headrace.decisions.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.decisions.assignment.hash.Buckets;
import dev.headrace.decisions.deployments.Deployment.Route;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentTest {
  private static Deployment of(String name, TrafficSpec traffic) {
    return new Deployment(
        name,
        new DeploymentSpec("m", traffic, "user_id", Percentage.parse("100%"), List.of(), null));
  }

  private static Deployment canary(String name, String share) {
    return of(name, new TrafficSpec.Canary("candidate", Percentage.parse(share), "champion"));
  }

  @Test
  void canary_takesTheUnitsBelowItsShareOfBuckets_andGrowsWithoutMovingAny() {
    for (String share : List.of("0%", "1%", "5%", "25%", "100%")) {
      Deployment deployment = canary("ctr", share);
      int below = Percentage.parse(share).percent().intValueExact() * Buckets.COUNT / 100;
      for (int unit = 0; unit < 20_000; unit++) {
        String id = "u" + unit;
        assertThat(deployment.route(id).part().equals("canary"))
            .isEqualTo(Buckets.of("deploy", "ctr").bucket(id) < below);
      }
    }
  }

  /** Who is in one canary says nothing about another, nor about variants of experiments. */
  @Test
  void canary_isIndependentOfOtherDraws() {
    Deployment one = canary("ctr", "25%");
    Deployment other = canary("cvr", "25%");
    int both = 0;
    int bothVariant = 0;
    for (int unit = 0; unit < 40_000; unit++) {
      String id = "u" + unit;
      boolean in = one.route(id).part().equals("canary");
      both += in && other.route(id).part().equals("canary") ? 1 : 0;
      bothVariant += in && Buckets.of("variant", "ctr").bucket(id) < Buckets.COUNT / 4 ? 1 : 0;
    }
    // 40,000 / 16, within four standard deviations of the binomial distribution.
    assertThat(both).isBetween(2_306, 2_694);
    assertThat(bothVariant).isBetween(2_306, 2_694);
  }

  @Test
  void traffic_saysWhoAnswersAndWhoPredictsUntold() {
    assertThat(of("d", new TrafficSpec.All("3")).route("u"))
        .isEqualTo(new Route("3", "all", Optional.empty()));
    Deployment shadow = of("d", new TrafficSpec.Shadow("candidate", "champion"));
    assertThat(shadow.route("u"))
        .isEqualTo(new Route("champion", "base", Optional.of("candidate")));
    assertThat(shadow.fallback(shadow.route("u"))).isEmpty();
    Deployment pair = of("d", new TrafficSpec.BlueGreen("3", "4", TrafficSpec.Live.GREEN));
    assertThat(pair.route("u")).isEqualTo(new Route("4", "green", Optional.empty()));
    assertThat(pair.versions()).containsExactly("3", "4");
    Deployment all = canary("d", "100%");
    assertThat(all.fallback(all.route("u")))
        .contains(new Route("champion", "base", Optional.empty()));
  }

  @Test
  void canary_withoutUnit_isRefused() {
    assertThatThrownBy(
            () ->
                new DeploymentSpec(
                    "m",
                    new TrafficSpec.Canary("c", Percentage.parse("1%"), "champion"),
                    null,
                    Percentage.parse("0%"),
                    List.of(),
                    null))
        .hasMessageContaining("'unit'");
  }
}
