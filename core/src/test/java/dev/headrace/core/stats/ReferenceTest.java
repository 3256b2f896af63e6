package dev.headrace.core.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.core.stats.distribution.Beta;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.distribution.FisherF;
import dev.headrace.core.stats.distribution.GammaDistribution;
import dev.headrace.core.stats.distribution.Hypergeometric;
import dev.headrace.core.stats.distribution.NoncentralChiSquared;
import dev.headrace.core.stats.distribution.NoncentralT;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.distribution.Poisson;
import dev.headrace.core.stats.distribution.StudentT;
import dev.headrace.core.stats.hypothesis.CountTest;
import dev.headrace.core.stats.hypothesis.GroupTest;
import dev.headrace.core.stats.hypothesis.KolmogorovSmirnov;
import dev.headrace.core.stats.hypothesis.RankTest;
import dev.headrace.core.stats.hypothesis.Sample;
import dev.headrace.core.stats.hypothesis.ShareTest;
import dev.headrace.core.stats.hypothesis.TTest;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.interval.Share;
import dev.headrace.core.stats.interval.TwoShares;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.core.stats.power.Power;
import dev.headrace.core.stats.power.SampleSize;
import dev.headrace.core.stats.sequential.UniformBoundary;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Against scipy, statsmodels and mpmath: reference.py made the values, reference.json names the
 * versions.
 */
class ReferenceTest {
  @TestFactory
  Stream<DynamicTest> everyFunction_agreesWithItsPeer() throws IOException {
    try (InputStream json =
        Objects.requireNonNull(ReferenceTest.class.getResourceAsStream("reference.json"))) {
      JsonNode cases = new ObjectMapper().readTree(json).get("cases");
      assertThat(cases.size()).isGreaterThan(300);
      return StreamSupport.stream(cases.spliterator(), false)
          .map(each -> DynamicTest.dynamicTest(title(each), () -> check(each)));
    }
  }

  private static String title(JsonNode each) {
    String text = each.get("name").asText() + each.get("args");
    return text.length() > 80 ? text.substring(0, 80) : text;
  }

  private static void check(JsonNode each) {
    double[] ours = ours(each.get("name").asText(), new Args(each.get("args")));
    JsonNode reference = each.get("value");
    assertThat(ours.length).isGreaterThanOrEqualTo(reference.size());
    for (int i = 0; i < reference.size(); i++) {
      double expected =
          reference.get(i).isTextual()
              ? infinity(reference.get(i).asText())
              : reference.get(i).asDouble();
      if (Double.isInfinite(expected)) {
        assertThat(ours[i]).isEqualTo(expected);
      } else {
        assertThat(ours[i])
            .isCloseTo(
                expected,
                within(Math.max(1e-300, each.get("rel").asDouble() * Math.abs(expected))));
      }
    }
  }

  private static double infinity(String text) {
    return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  private record Args(JsonNode array) {
    double at(int i) {
      return array.get(i).asDouble();
    }

    long whole(int i) {
      return array.get(i).asLong();
    }

    String text(int i) {
      return array.get(i).asText();
    }

    Alternative side(int i) {
      return Alternative.valueOf(text(i));
    }

    double[] list(int i) {
      return StreamSupport.stream(array.get(i).spliterator(), false)
          .mapToDouble(JsonNode::asDouble)
          .toArray();
    }

    double[][] listsFrom(int i) {
      List<double[]> lists = new ArrayList<>();
      for (int at = i; at < array.size(); at++) {
        lists.add(list(at));
      }
      return lists.toArray(double[][]::new);
    }

    List<Sample> samplesFrom(int i) {
      return Stream.of(listsFrom(i)).map(Sample::of).toList();
    }
  }

  private static double[] ours(String name, Args a) {
    return name.contains(".") ? one(name, a) : test(name, a);
  }

  private static double[] one(String name, Args a) {
    double value =
        switch (name) {
          case "t.upper" -> StudentT.upper(a.at(0), a.at(1));
          case "t.upperQuantile" -> StudentT.upperQuantile(a.at(0), a.at(1));
          case "normal.upper" -> Normal.upper(a.at(0));
          case "normal.upperQuantile" -> Normal.upperQuantile(a.at(0));
          case "beta.lower" -> Beta.lower(a.at(0), a.at(1), a.at(2));
          case "beta.upper" -> Beta.upper(a.at(0), a.at(1), a.at(2));
          case "beta.quantile" -> Beta.quantile(a.at(0), a.at(1), a.at(2));
          case "gamma.lower" -> GammaDistribution.lower(a.at(0), a.at(1));
          case "gamma.upper" -> GammaDistribution.upper(a.at(0), a.at(1));
          case "gamma.upperQuantile" -> GammaDistribution.upperQuantile(a.at(0), a.at(1));
          case "f.upper" -> FisherF.upper(a.at(0), a.at(1), a.at(2));
          case "f.upperQuantile" -> FisherF.upperQuantile(a.at(0), a.at(1), a.at(2));
          case "binomial.probability" -> Binomial.probability(a.whole(0), a.whole(1), a.at(2));
          case "binomial.lower" -> Binomial.lower(a.whole(0), a.whole(1), a.at(2));
          case "binomial.upper" -> Binomial.upper(a.whole(0), a.whole(1), a.at(2));
          case "hypergeometric.probability" ->
              Hypergeometric.probability(a.whole(0), a.whole(1), a.whole(2), a.whole(3));
          case "poisson.upper" -> Poisson.upper(a.whole(0), a.at(1));
          case "noncentralT.upper" -> NoncentralT.upper(a.at(0), a.at(1), a.at(2));
          case "noncentralChi2.upper" -> NoncentralChiSquared.upper(a.at(0), a.at(1), a.at(2));
          case "noncentralF.upper" ->
              NoncentralChiSquared.upperF(a.at(0), a.at(1), a.at(2), a.at(3));
          case "power.twoSampleT" ->
              Power.twoSampleT(a.at(0), a.at(1), a.at(2), a.at(3), a.side(4));
          case "power.oneSampleT" -> Power.oneSampleT(a.at(0), a.at(1), a.at(2), a.side(3));
          case "power.anova" -> Power.anova(a.at(0), a.at(1), (int) a.whole(2), a.at(3));
          case "power.chiSquared" -> Power.chiSquared(a.at(0), a.at(1), a.at(2), a.at(3));
          case "power.proportions" ->
              Power.proportions(a.at(0), a.at(1), a.at(2), a.at(3), a.at(4), a.side(5));
          case "size.twoSampleT" ->
              SampleSize.twoSampleT(a.at(0), a.at(1), a.at(2), a.at(3), a.side(4));
          default -> mixture(name, a).logMixture(a.at(0), a.at(1));
        };
    return new double[] {value};
  }

  private static UniformBoundary mixture(String name, Args a) {
    double v = a.at(2);
    double alpha = a.at(3);
    return switch (name) {
      case "mixture.normal" -> UniformBoundary.normal(v, alpha);
      case "mixture.oneSidedNormal" -> UniformBoundary.oneSidedNormal(v, alpha);
      case "mixture.gammaExponential" -> UniformBoundary.gammaExponential(v, alpha, a.at(4));
      case "mixture.gammaPoisson" -> UniformBoundary.gammaPoisson(v, alpha, a.at(4));
      case "mixture.betaBinomial" -> UniformBoundary.betaBinomial(v, alpha, a.at(4), a.at(5));
      case "mixture.oneSidedBetaBinomial" ->
          UniformBoundary.oneSidedBetaBinomial(v, alpha, a.at(4), a.at(5));
      default -> throw new IllegalArgumentException("nothing of ours is called " + name);
    };
  }

  private static double[] test(String name, Args a) {
    return switch (name) {
      case "welch" ->
          difference(TTest.welch(sample(a, 0), sample(a, 1), 0.05, a.side(2)).orThrow());
      case "pooled" ->
          difference(TTest.pooled(sample(a, 0), sample(a, 1), 0.05, a.side(2)).orThrow());
      case "paired" -> difference(TTest.paired(a.list(0), a.list(1), 0.05, a.side(2)).orThrow());
      case "oneSample" ->
          difference(TTest.oneSample(sample(a, 0), a.at(1), 0.05, a.side(2)).orThrow());
      case "mannWhitney" ->
          result(
              RankTest.mannWhitney(
                  a.list(0), a.list(1), RankTest.PValue.valueOf(a.text(2)), a.side(3)));
      case "fisher" ->
          new double[] {
            CountTest.fisher(a.whole(0), a.whole(1), a.whole(2), a.whole(3), a.side(4))
                .orThrow()
                .pValue()
          };
      case "binomialTest" ->
          new double[] {ShareTest.binomial(a.whole(0), a.whole(1), a.at(2), a.side(3)).pValue()};
      case "twoShares" ->
          result(
              ShareTest.twoShares(
                  a.whole(0),
                  a.whole(1),
                  a.whole(2),
                  a.whole(3),
                  ShareTest.Variance.valueOf(a.text(4)),
                  a.side(5)));
      case "ks2" ->
          result(
              KolmogorovSmirnov.twoSamples(
                  a.list(0), a.list(1), KolmogorovSmirnov.PValue.valueOf(a.text(2))));
      case "ks1" ->
          result(
              KolmogorovSmirnov.oneSample(
                  a.list(0), Normal::lower, KolmogorovSmirnov.PValue.valueOf(a.text(1))));
      case "anova" -> result(GroupTest.anova(a.samplesFrom(0)));
      case "welchAnova" -> result(GroupTest.welchAnova(a.samplesFrom(0)));
      case "kruskal" -> result(GroupTest.kruskalWallis(a.listsFrom(0)));
      case "levene" ->
          result(GroupTest.levene(GroupTest.Center.valueOf(a.text(0)), a.listsFrom(1)));
      case "independence" ->
          result(CountTest.independence(table(a), CountTest.Continuity.valueOf(a.text(1))));
      case "goodnessOfFit" ->
          result(
              CountTest.goodnessOfFit(
                  Stream.of(a.list(0))
                      .flatMapToDouble(java.util.Arrays::stream)
                      .mapToLong(n -> (long) n)
                      .toArray(),
                  a.list(1)));
      case "share" -> ends(Share.valueOf(a.text(0)).of(a.at(1), a.at(2), a.at(3)));
      case "twoSharesInterval" -> ends(interval(a));
      case "correct" -> Correction.valueOf(a.text(0)).adjust(a.list(1));
      case "stitching" ->
          new double[] {
            UniformBoundary.polyStitching(a.at(0), a.at(1), a.at(2), a.at(3), a.at(4), a.at(5))
          };
      default -> throw new IllegalArgumentException("nothing of ours is called " + name);
    };
  }

  private static Sample sample(Args a, int i) {
    return Sample.of(a.list(i));
  }

  private static long[][] table(Args a) {
    return StreamSupport.stream(a.array().get(0).spliterator(), false)
        .map(
            row ->
                StreamSupport.stream(row.spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .toArray())
        .toArray(long[][]::new);
  }

  private static double[] difference(TTest.Difference d) {
    return new double[] {
      d.test().statistic(),
      d.test().pValue(),
      d.test().degreesOfFreedom(),
      d.interval().lower(),
      d.interval().upper()
    };
  }

  private static double[] result(Answer<TestResult> answer) {
    TestResult result = answer.orThrow();
    return new double[] {result.statistic(), result.pValue(), result.degreesOfFreedom()};
  }

  private static Interval interval(Args a) {
    TwoShares shares = new TwoShares(a.at(1), a.at(2), a.at(3), a.at(4));
    return switch (a.text(0)) {
      case "newcombe" -> shares.newcombe(0.05);
      case "agrestiCaffo" -> shares.agrestiCaffo(0.05);
      case "koopman" -> shares.koopman(0.05);
      case "katz" -> shares.katz(0.05);
      case "oddsRatio" -> shares.oddsRatio(0.05);
      case "miettinenNurminen" -> shares.miettinenNurminen(0.05);
      case "mee" -> shares.mee(0.05);
      default -> throw new IllegalArgumentException("no interval is called " + a.text(0));
    };
  }

  private static double[] ends(Interval interval) {
    return new double[] {interval.lower(), interval.upper()};
  }
}
