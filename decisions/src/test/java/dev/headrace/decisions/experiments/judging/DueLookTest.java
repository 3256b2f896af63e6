package dev.headrace.decisions.experiments.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Group;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Period;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Spender;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds of looks on named days, and the p-value that goes with them. */
class DueLookTest {
  private static final LocalDate START = LocalDate.parse("2026-03-01");
  private static final Period PERIOD = new Period(START, START.plusDays(27));

  private static Group weekly(Spender spender) {
    return new Group(
        List.of(START.plusDays(6), START.plusDays(13), START.plusDays(20)), spender, null);
  }

  private static DueLook look(Spender spender, int number) {
    return DueLook.of(weekly(spender), PERIOD, number, _ -> 0);
  }

  /**
   * R. O'Brien, T. Fleming by K. Lan, D. DeMets: four even looks at 5 %, as R's gsDesign has them.
   */
  @Test
  void bounds_areThePublishedOnes() {
    double[] bounds = {4.3326, 2.9631, 2.3590, 2.0141};
    for (int number = 1; number <= 4; number++) {
      assertThat(look(new Spender.ObrienFleming(), number).criticalZ(0.05))
          .isCloseTo(bounds[number - 1], within(2e-4));
    }
    double[] pocock = {2.3683, 2.3675, 2.3583, 2.3502};
    for (int number = 1; number <= 4; number++) {
      assertThat(look(new Spender.Pocock(), number).criticalZ(0.05))
          .isCloseTo(pocock[number - 1], within(2e-4));
    }
  }

  /** Two looks early on leave the last one nearly what an even design leaves it before its end. */
  @Test
  void plans_haveTheLooksThatTheAnalysisTakes() {
    Group early =
        new Group(List.of(START.plusDays(1), START.plusDays(4)), new Spender.Pocock(), null);
    List<GroupSequential.Look> planned = DueLook.planned(early, PERIOD, 0.05);

    assertThat(planned.stream().map(GroupSequential.Look::information))
        .containsExactly(2.0 / 28, 5.0 / 28, 1.0);
    for (int number = 1; number <= 3; number++) {
      assertThat(planned.get(number - 1).criticalZ())
          .isEqualTo(DueLook.of(early, PERIOD, number, _ -> 0).criticalZ(0.05));
    }
  }

  /**
   * K. Kim, D. DeMets with exponent 3, four even looks at 5 %: by a recursion over the density on a
   * grid of 8,001 points in numpy 2 ({@code power-family-bounds.py}).
   */
  @Test
  void powerFamily_spendsAlphaTimesInformationToThePower() {
    double[] cubic = {3.35935, 2.76040, 2.35937, 2.02930};
    for (int number = 1; number <= 4; number++) {
      assertThat(look(new Spender.Power(3), number).criticalZ(0.05))
          .isCloseTo(cubic[number - 1], within(5e-5));
      assertThat(look(new Spender.Power(1), number).criticalZ(0.05))
          .isEqualTo(look(new Spender.Linear(), number).criticalZ(0.05));
    }
  }

  @Test
  void pValue_isTheAlphaAtWhichTheLookRejects() {
    for (int number = 1; number <= 4; number++) {
      DueLook look = look(new Spender.Pocock(), number);
      for (double alpha : new double[] {0.001, 0.01, 0.05, 0.2}) {
        assertThat(look.pValue(look.criticalZ(alpha))).isCloseTo(alpha, within(1e-6 * alpha));
        assertThat(look.pValue(-look.criticalZ(alpha))).isCloseTo(alpha, within(1e-6 * alpha));
      }
      assertThat(look.pValue(0)).isEqualTo(1);
      assertThat(look.pValue(40)).isPositive().isLessThan(1e-9);
    }
  }

  @Test
  void beforeTheFirstLook_nothingIsShown() {
    DueLook none = look(new Spender.ObrienFleming(), 0);
    assertThat(none.day()).isEmpty();
    assertThat(none.pValue(6)).isEqualTo(1);
    assertThat(none.criticalZ(0.05)).isGreaterThan(8);
  }

  @Test
  void number_isThatOfTheLastDayReached() {
    Group group = weekly(new Spender.ObrienFleming());
    assertThat(DueLook.number(group, PERIOD, START.plusDays(5))).isEqualTo(0);
    assertThat(DueLook.number(group, PERIOD, START.plusDays(6))).isEqualTo(1);
    assertThat(DueLook.number(group, PERIOD, START.plusDays(19))).isEqualTo(2);
    assertThat(DueLook.number(group, PERIOD, START.plusDays(27))).isEqualTo(4);
    assertThat(DueLook.days(group, PERIOD)).hasSize(4).last().isEqualTo(PERIOD.end());
  }

  @Test
  void information_isThatOfUnits_whereTheyArePlanned() {
    Group group = new Group(weekly(new Spender.Pocock()).looks(), new Spender.Pocock(), 1_000L);
    DueLook look =
        DueLook.of(group, PERIOD, 4, day -> 100L * (day.toEpochDay() - START.toEpochDay()) / 6);
    assertThat(look.information()).containsExactly(0.1, 0.216, 0.333, 0.45);
    assertThat(look.spent()).containsExactly(0.1, 0.216, 0.333, 1.0);
  }

  /** What a look has spent is gone: however far the plan is overrun, all looks err at alpha. */
  @ParameterizedTest
  @CsvSource({"1000", "900", "700", "1500", "3000"})
  void moreUnitsThanPlanned_errAtAlphaAtMost(long planned) {
    Group group = new Group(weekly(new Spender.Pocock()).looks(), new Spender.Pocock(), planned);
    long[] units = {400, 1_000, 1_400, 2_000};
    double[] bounds = new double[4];
    for (int number = 1; number <= 4; number++) {
      bounds[number - 1] =
          DueLook.of(
                  group,
                  PERIOD,
                  number,
                  day -> units[(int) (day.toEpochDay() - START.toEpochDay()) / 7])
              .criticalZ(0.05);
    }
    SplittableRandom random = new SplittableRandom(planned);
    int runs = 40_000;
    int wrong = 0;
    for (int run = 0; run < runs; run++) {
      double score = 0;
      boolean ever = false;
      for (int i = 0; i < 4; i++) {
        score += random.nextGaussian() * Math.sqrt(units[i] - (i == 0 ? 0 : units[i - 1]));
        ever |= Math.abs(score) / Math.sqrt(units[i]) >= bounds[i];
      }
      wrong += ever ? 1 : 0;
    }
    assertThat(Binomial.lower(wrong, runs, 0.05)).isGreaterThan(1e-4);
    assertThat(Binomial.upper(wrong - 1L, runs, 0.05)).isGreaterThan(1e-4);
  }

  @Test
  void lookAfterAllIsSpent_saysAtWhichOneItWas() {
    Group group = new Group(weekly(new Spender.Pocock()).looks(), new Spender.Pocock(), 1_000L);
    assertThat(DueLook.of(group, PERIOD, 2, _ -> 1_001).spentAt()).hasValue(1);
    assertThat(DueLook.of(group, PERIOD, 1, _ -> 1_001).spentAt()).isEmpty();
    assertThat(DueLook.of(group, PERIOD, 4, _ -> 900).spentAt()).isEmpty();
  }

  /** Uneven looks, no effect: p is at most alpha at any look in alpha of the runs. */
  @Test
  void pValues_atAllLooksTogether_errAtAlpha() {
    SplittableRandom random = new SplittableRandom(3);
    int runs = 4_000;
    int wrong = 0;
    double[] bounds = new double[4];
    for (int number = 1; number <= 4; number++) {
      bounds[number - 1] = look(new Spender.Linear(), number).criticalZ(0.05);
    }
    for (int run = 0; run < runs; run++) {
      double score = 0;
      boolean ever = false;
      for (int number = 1; number <= 4; number++) {
        score += random.nextGaussian() / 2;
        ever |= Math.abs(score / Math.sqrt(number / 4.0)) >= bounds[number - 1];
      }
      wrong += ever ? 1 : 0;
    }
    assertThat(Binomial.lower(wrong, runs, 0.05)).isGreaterThan(1e-4);
    assertThat(Binomial.upper(wrong - 1L, runs, 0.05)).isGreaterThan(1e-4);
  }
}
