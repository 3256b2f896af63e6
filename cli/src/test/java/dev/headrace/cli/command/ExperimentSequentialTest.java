package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.core.stats.distribution.Normal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks before the end: the mixture SPRT and the power family of spending functions. */
class ExperimentSequentialTest {
  @TempDir Path directory;
  private Shell shop;

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    Random random = new Random(11);
    StringBuilder exposures = new StringBuilder("user_id,variant,seen_at\n");
    StringBuilder orders = new StringBuilder("user_id,ordered_at,amount\n");
    for (int user = 0; user < 800; user++) {
      boolean treated = random.nextBoolean();
      String day = "2026-03-%02d".formatted(1 + user % 28);
      exposures.append("%d,%s,%sT08:00:00\n".formatted(user, treated ? "new" : "old", day));
      orders.append(
          "%d,%sT09:00:00,%d.00\n"
              .formatted(user, day, 100 + random.nextInt(60) + (treated ? 5 : 0)));
    }
    PricesShop.write(shop, exposures, orders);
    experiment("{}", "");
    shop.succeed("run");
  }

  private void experiment(String analysis, String more) throws IOException {
    PricesShop.experiment(
        shop,
        """
        variants: {old: 50%%, new: 50%%}
        metrics: {goal: [sales]}
        period: {start: 2026-03-01, end: 2026-03-28}
        analysis: %s
        %s
        """
            .formatted(analysis, more));
  }

  @Test
  void msprt_isRobbinsMixture_tunedForTheEffectThatIsExpected() throws IOException {
    experiment("{sequential: msprt, msprt: {effect: 2%}}", "");
    JsonNode report = PricesShop.analyze(shop);
    assertMixture(report, 0.02);
    assertThat(report.path("method").asText())
        .startsWith("mixture SPRT, any number of looks, tuned for effects of 2 %");
    experiment("{sequential: msprt}", "plan: {effect: 4%}");
    assertMixture(PricesShop.analyze(shop), 0.04);
    assertThat(shop.succeed("experiment", "plan", "prices", "--json"))
        .contains("mixture SPRT", "The power is that of the last look");
    // In euros, the size that is expected is a share of the baseline.
    experiment("{sequential: msprt, effect: absolute}", "");
    JsonNode absolute = PricesShop.analyze(shop);
    assertMixture(absolute, 0.05);
  }

  @Test
  void msprt_mayBeLookedAtBeforeTheEnd() throws IOException {
    experiment("{sequential: msprt, msprt: {effect: 2%}}", "");
    String file = "experiments/prices.yaml";
    String text = Files.readString(directory.resolve(file));
    shop.write(file, text.replace("end: 2026-03-28", "end: 2026-05-01"));
    assertThat(PricesShop.analyze(shop).at("/verdict/decision").asText()).isEqualTo("ship");
  }

  /**
   * p = 1 / Lambda of H. Robbins (1970) of the difference; the interval is where Lambda stays below
   * 1 / alpha.
   *
   * @param expected as a share of the baseline
   */
  private static void assertMixture(JsonNode report, double expected) {
    JsonNode effect = report.at("/metrics/0/effects/0");
    JsonNode base = report.at("/metrics/0/values/0");
    JsonNode arm = report.at("/metrics/0/values/1");
    double a = base.path("value").doubleValue();
    double varA = Math.pow(base.path("standardError").doubleValue(), 2);
    double varB = Math.pow(arm.path("standardError").doubleValue(), 2);
    double tau = expected * a;
    double z = (arm.path("value").doubleValue() - a) / Math.sqrt(varA + varB);
    assertThat(effect.path("pValue").doubleValue())
        .isCloseTo(Math.min(1, 1 / lambda(z, varA + varB, tau)), within(1e-12));
    double end = effect.path("lower").doubleValue();
    boolean relative = report.path("effect").asText().equals("relative");
    double ratio = relative ? 1 + end : 1;
    double gap = arm.path("value").doubleValue() - (relative ? ratio * a : a + end);
    double atTheEnd = gap / Math.sqrt(varB + ratio * ratio * varA);
    assertThat(lambda(atTheEnd, varA + varB, tau)).isCloseTo(20, within(1e-6));
  }

  private static double lambda(double z, double v, double tau) {
    return Math.sqrt(v / (v + tau * tau)) * Math.exp(z * z * tau * tau / (2 * (v + tau * tau)));
  }

  @Test
  void powerFamily_spendsByTheShareOfInformation() throws IOException {
    experiment(
        "{sequential: group, group: {looks: [2026-03-07, 2026-03-14], spending: {power: 3}}}", "");
    String file = "experiments/prices.yaml";
    String text = Files.readString(directory.resolve(file));
    // Of four times the period, exposures reach its first look: a quarter of the information.
    shop.write(
        file,
        text.replace("end: 2026-03-28", "end: 2026-06-20")
            .replace("2026-03-07, 2026-03-14", "2026-03-28, 2026-04-25"));
    JsonNode look = PricesShop.analyze(shop).path("look");
    assertThat(look.path("information").doubleValue()).isEqualTo(0.25);
    assertThat(look.path("criticalZ").doubleValue())
        .isCloseTo(Normal.upperQuantile(0.025 / 64), within(1e-6));
  }

  @Test
  void settingsWithoutUse_areRefused() throws IOException {
    experiment("{msprt: {effect: 2%}}", "");
    assertRefused("'msprt' has a setting, but 'sequential' is not 'msprt'.");
    experiment("{sequential: msprt, msprt: {effect: 0%}}", "");
    assertRefused("A mixture of effects of 0% expects none.");
    experiment("{engine: bayesian, sequential: msprt}", "");
    assertRefused("A posterior is not changed by looks.");
    experiment("{sequential: group, group: {looks: [2026-03-07], spending: {power: 0}}}", "");
    assertRefused("must be a number above 0 and at most 100, not 0.0");
    experiment("{sequential: group, group: {looks: [2026-03-07], spending: pocok}}", "");
    assertRefused("Did you mean 'pocock'?");
  }

  private void assertRefused(String problem) {
    assertThat(shop.run("experiment", "analyze", "prices")).isEqualTo(2);
    assertThat(shop.err()).contains(problem);
  }
}
