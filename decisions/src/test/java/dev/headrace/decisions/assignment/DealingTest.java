package dev.headrace.decisions.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.decisions.assignment.hash.Buckets;
import dev.headrace.decisions.assignment.hash.Hashing;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether units are dealt as if by chance. The bounds are those of chi-square at one in a million,
 * by Wilson and Hilferty's approximation; ids and salts are fixed, so a test passes always or
 * never.
 */
class DealingTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final int UNITS = 200_000;
  private static final double Z = 4.75;

  /** Ids as they are found in the world. */
  enum Ids {
    SEQUENTIAL(i -> Integer.toString(i)),
    PREFIXED(i -> "user-" + i),
    PADDED(i -> "%010d".formatted(i)),
    EMAIL(i -> "first.last" + i + "@example.com"),
    HEX(i -> Long.toHexString(0x5f3759dfL * (i + 1))),
    RANDOM_UUID(
        i -> {
          SplittableRandom random = new SplittableRandom(i);
          return new UUID(random.nextLong(), random.nextLong()).toString();
        }),
    SNOWFLAKE(i -> Long.toString((1_700_000_000_000L + i * 37L) << 22));

    private final IntFunction<String> id;

    Ids(IntFunction<String> id) {
      this.id = id;
    }

    String of(int number) {
      return id.apply(number);
    }
  }

  private static double bound(int degrees) {
    double a = 2.0 / (9 * degrees);
    return degrees * Math.pow(1 - a + Z * Math.sqrt(a), 3);
  }

  private static double chiSquare(long[] counts, double expected) {
    double sum = 0;
    for (long count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource
  void buckets_areUniform(Ids ids) {
    for (String salt : List.of("a", "checkout", "2026-q1")) {
      long[] coarse = new long[1000];
      long[] last = new long[1000];
      Buckets draw = Buckets.of("variant", salt);
      for (int i = 0; i < UNITS; i++) {
        int bucket = draw.bucket(ids.of(i));
        coarse[bucket / 1000]++;
        last[bucket % 1000]++;
      }
      assertThat(chiSquare(coarse, UNITS / 1000.0)).isLessThan(bound(999));
      assertThat(chiSquare(last, UNITS / 1000.0)).isLessThan(bound(999));
    }
  }

  @ParameterizedTest
  @EnumSource
  void experiments_areIndependentOfEachOther(Ids ids) {
    // Salts as alike as people make them; and the purposes of one experiment.
    List<Buckets> draws =
        List.of(
            Buckets.of("variant", "test_1"),
            Buckets.of("variant", "test_2"),
            Buckets.of("variant", "test_10"),
            Buckets.of("ramp", "test_1"),
            Buckets.of("layer", "test_1"),
            Buckets.of("holdout", "test_1"));
    int cells = 10;
    int[][] places = new int[draws.size()][UNITS];
    for (int d = 0; d < draws.size(); d++) {
      for (int i = 0; i < UNITS; i++) {
        places[d][i] = (int) ((long) draws.get(d).bucket(ids.of(i)) * cells / Buckets.COUNT);
      }
    }
    for (int a = 0; a < draws.size(); a++) {
      for (int b = 0; b < a; b++) {
        long[] joint = new long[cells * cells];
        for (int i = 0; i < UNITS; i++) {
          joint[places[a][i] * cells + places[b][i]]++;
        }
        assertThat(chiSquare(joint, (double) UNITS / joint.length))
            .as("draws %d and %d over %s", a, b, ids)
            .isLessThan(bound(joint.length - 1));
      }
    }
  }

  private static Experiment experiment(String assign, Map<String, String> split) {
    Map<String, Percentage> shares = new LinkedHashMap<>();
    split.forEach((arm, share) -> shares.put(arm, Percentage.parse(share)));
    StringBuilder text = new StringBuilder("{");
    split.keySet().forEach(arm -> text.append(arm).append(": 1, "));
    FlagSpec flag =
        Declared.flag(
            "variants: %s}\nrules: [{split: {%s: 100%%}, assign: %s}]"
                .formatted(text, split.keySet().iterator().next(), assign));
    return Experiment.of(
        "e",
        shares,
        flag.rules().getFirst().assign(),
        Declared.all("{layers: {l: {}}}"),
        ZoneOffset.UTC);
  }

  private static Map<String, String> abc() {
    Map<String, String> split = new LinkedHashMap<>();
    split.put("a", "20%");
    split.put("b", "30%");
    split.put("c", "50%");
    return split;
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.01%", "1%", "10%", "50%", "99.5%", "100%"})
  void ramp_takesItsShareInTheProportionsOfTheSplit(String share) {
    Experiment experiment = experiment("{ramp: {share: " + share + "}}", abc());
    Map<String, Integer> counts = new HashMap<>();
    int units = 1_000_000;
    for (int i = 0; i < units; i++) {
      experiment
          .assign("user-" + i, Declared.unit("x"), NOW)
          .ifPresent(arm -> counts.merge(arm, 1, Integer::sum));
    }
    double taking = units * Percentage.parse(share).fraction();
    double[] weights = {0.2, 0.3, 0.5};
    double sum = 0;
    for (int arm = 0; arm < 3; arm++) {
      double expected = taking * weights[arm];
      double count = counts.getOrDefault("" + (char) ('a' + arm), 0);
      sum += (count - expected) * (count - expected) / expected;
    }
    assertThat(sum).isLessThan(bound(3));
  }

  @ParameterizedTest
  @EnumSource
  void ramp_thatGrows_movesNobody(Hashing hashing) {
    List<String> shares = List.of("1%", "5%", "20%", "50%", "80%", "100%");
    Map<String, String> assigned = new HashMap<>();
    int before = 0;
    for (String share : shares) {
      Experiment experiment =
          experiment("{hashing: %s, ramp: {share: %s}}".formatted(hashing.word(), share), abc());
      for (int i = 0; i < 20_000; i++) {
        String unit = "user-" + i;
        Optional<String> arm = experiment.assign(unit, Declared.unit(unit), NOW);
        String earlier = assigned.get(unit);
        if (earlier != null) {
          assertThat(arm).as("%s at %s", unit, share).hasValue(earlier);
        }
        arm.ifPresent(name -> assigned.put(unit, name));
      }
      assertThat(assigned.size()).isGreaterThan(before);
      before = assigned.size();
    }
    assertThat(assigned).hasSize(20_000);
  }

  @Test
  void layers_giveNoUnitTwoExperiments_andWasteNone() {
    Experiment first = experiment("{layer: l, slots: 0%-30%}", abc());
    Experiment second = experiment("{layer: l, slots: 30%-100%}", abc());
    int one = 0;
    for (int i = 0; i < UNITS; i++) {
      String unit = "user-" + i;
      boolean inFirst = first.assign(unit, Declared.unit(unit), NOW).isPresent();
      boolean inSecond = second.assign(unit, Declared.unit(unit), NOW).isPresent();
      assertThat(inFirst ^ inSecond).isTrue();
      one += inFirst ? 1 : 0;
    }
    double expected = 0.3 * UNITS;
    assertThat(Math.abs(one - expected)).isLessThan(Z * Math.sqrt(expected * 0.7));
  }

  @Test
  void oneInAMillion_isAShare() {
    Experiment experiment = experiment("{ramp: {share: 0.0001%}}", abc());
    long taking = 0;
    for (int i = 0; i < 5_000_000; i++) {
      taking += experiment.assign(Integer.toString(i), Declared.unit("x"), NOW).isPresent() ? 1 : 0;
    }
    assertThat(taking).isBetween(0L, 16L); // Poisson of mean 5: above 16 once in 100,000.
  }
}
