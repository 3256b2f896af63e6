package dev.headrace.core.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.GroupSequential.Look;
import dev.headrace.core.stats.sequential.Spending;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class GroupSequentialTest {
  private static double[] z(List<Look> looks) {
    return looks.stream().mapToDouble(Look::criticalZ).toArray();
  }

  private static double[] evenly(int looks) {
    double[] information = new double[looks];
    for (int i = 0; i < looks; i++) {
      information[i] = (i + 1.0) / looks;
    }
    return information;
  }

  /** D. Reboussin et al., Controlled Clinical Trials 21 (2000); R package ldbounds. */
  @Test
  void bounds_areThoseOfThePublishedTables() {
    List<Look> looks =
        GroupSequential.bounds(
            new Spending.OBrienFleming(), 0.05, Alternative.TWO_SIDED, evenly(5));
    assertThat(z(looks))
        .usingComparatorWithPrecision(5e-5)
        .containsExactly(4.8769, 3.3570, 2.6803, 2.2898, 2.0310);
    assertThat(
            z(
                GroupSequential.bounds(
                    new Spending.Pocock(), 0.05, Alternative.TWO_SIDED, evenly(5))))
        .usingComparatorWithPrecision(5e-5)
        .containsExactly(2.4380, 2.4268, 2.4102, 2.3966, 2.3860);
  }

  @Test
  void bounds_ofOneLookAreThoseOfAnOrdinaryTest() {
    assertThat(
            z(GroupSequential.bounds(new Spending.Pocock(), 0.05, Alternative.TWO_SIDED, 1.0))[0])
        .isCloseTo(Normal.upperQuantile(0.025), within(1e-10));
  }

  /** The recursion without symmetry, which has other nodes, gets alpha back. */
  @Test
  void crossing_withoutDriftIsAlpha() {
    for (Spending spending :
        List.of(
            new Spending.OBrienFleming(),
            new Spending.Pocock(),
            new Spending.Power(3),
            new Spending.HwangShihDeCani(-4))) {
      for (Alternative alternative : Alternative.values()) {
        List<Look> looks = GroupSequential.bounds(spending, 0.05, alternative, evenly(50));
        assertThat(GroupSequential.crossing(looks, alternative, 0)[49])
            .as(spending + " " + alternative)
            .isCloseTo(0.05, within(1e-8));
      }
    }
  }

  /** Known from gsDesign: two-sided O'Brien-Fleming spending, 5 looks, power 90 %. */
  @Test
  void inflation_isSmallForOBrienAndFleming() {
    List<Look> looks =
        GroupSequential.bounds(
            new Spending.OBrienFleming(), 0.05, Alternative.TWO_SIDED, evenly(5));
    double factor = GroupSequential.inflation(looks, 0.05, Alternative.TWO_SIDED, 0.9);
    assertThat(factor).isBetween(1.02, 1.03);
    double drift = Math.sqrt(factor) * (Normal.upperQuantile(0.025) + Normal.upperQuantile(0.1));
    assertThat(GroupSequential.crossing(looks, Alternative.TWO_SIDED, drift)[4])
        .isCloseTo(0.9, within(1e-8));
  }

  /**
   * Two long experiments from the tests of Spotify's library. It integrates by trapezoids on a grid
   * of 0.05 standard deviations and spends nothing where less than 1e-7 may be spent, so its bounds
   * are right to some hundredths; ours must be near and spend exactly what they may.
   */
  @Test
  void bounds_ofLongExperimentsAreNearAnotherLibrarysAndSpendWhatTheyMay() throws IOException {
    try (InputStream json =
        Objects.requireNonNull(
            GroupSequentialTest.class.getResourceAsStream("group-sequential.json"))) {
      for (JsonNode each : new ObjectMapper().readTree(json).get("cases")) {
        double alpha = each.get("alpha").asDouble();
        List<Look> looks =
            GroupSequential.bounds(
                new Spending.Power(2), alpha, Alternative.TWO_SIDED, numbers(each, "information"));
        double[] theirs = numbers(each, "bounds");
        assertThat(looks).hasSize(theirs.length).hasSizeGreaterThan(180);
        for (int i = 4; i < theirs.length; i++) {
          assertThat(looks.get(i).criticalZ()).as("look " + i).isCloseTo(theirs[i], within(0.03));
        }
        double[] crossed = GroupSequential.crossing(looks, Alternative.TWO_SIDED, 0);
        assertThat(crossed[crossed.length - 1])
            .isCloseTo(2 * looks.getLast().spent(), within(1e-9));
      }
    }
  }

  private static double[] numbers(JsonNode each, String field) {
    return StreamSupport.stream(each.get(field).spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  @Test
  void bounds_whereNothingMayBeSpentAreOutOfReach() {
    List<Look> looks =
        GroupSequential.bounds(
            new Spending.OBrienFleming(), 0.05, Alternative.TWO_SIDED, 1e-4, 0.5, 0.5, 1);
    assertThat(looks.getFirst().criticalZ()).isGreaterThan(30);
    assertThat(looks.get(2).criticalZ()).isEqualTo(looks.get(1).criticalZ());
    assertThat(looks.getLast().criticalZ()).isBetween(1.96, 2.0);
  }

  @Test
  void bounds_ofFallingInformationAreRefused() {
    assertThatThrownBy(
            () ->
                GroupSequential.bounds(
                    new Spending.Pocock(), 0.05, Alternative.TWO_SIDED, 0.5, 0.4))
        .hasMessageContaining("falls from 0.5 to 0.4");
    assertThatThrownBy(
            () -> GroupSequential.bounds(new Spending.Pocock(), 1.5, Alternative.GREATER, 0.5))
        .hasMessageContaining("alpha of 1.5");
  }
}
