package dev.headrace.ml.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The semantics, one sentence of docs/features.md each, and what is refused. */
class FeatureStoreTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private static final String EVENTS =
      """
      select * from (values
        (1, timestamp '2026-03-01 10:00:00', timestamp '2026-03-01 10:00:00', 5, 'a', 1.5::double),
        (1, timestamp '2026-03-01 11:00:00', timestamp '2026-03-01 15:00:00', 7, 'b', 2.5::double),
        (1, timestamp '2026-03-01 12:00:00', timestamp '2026-03-01 12:00:00', 9, null, null)
      ) t(user_id, event_at, arrived_at, amount, page, score)
      """;

  @TempDir Path directory;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(directory);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Query join(String view, String labels, String... features) throws Exception {
    FeatureStore store =
        bench.store(
            Map.of("features/v.yaml", "entity: user\nfrom: events\ntime: event_at\n" + view));
    return store.join(
        new Labels("labels", new Relation.View(Query.of(labels, Map.of())), "t"),
        store.select(List.of(features)),
        Map.of("v", new Relation.View(Query.of(EVENTS, Map.of()))),
        NOW,
        Watch.none());
  }

  /** The value of a feature for user 1 at a time of 1 March 2026. */
  private @Nullable Object at(String time, String feature, String more) throws Exception {
    Query query =
        join(
            more + "features:\n  f: " + feature + "\n",
            "select 1 as user_id, timestamp '2026-03-01 " + time + "' as t",
            "v.f");
    return bench.rows(query).getFirst().getLast();
  }

  @Test
  void row_atTheMomentItself_isVisible() throws Exception {
    assertThat(at("11:00:00", "{count: '*'}", "")).isEqualTo(2L);
    assertThat(at("10:59:59.999999", "{count: '*'}", "")).isEqualTo(1L);
  }

  @Test
  void window_isOpenAtItsBeginning() throws Exception {
    assertThat(at("11:00:00", "{sum: amount, window: 1h}", "")).isEqualTo(7L);
    assertThat(at("10:59:59.999999", "{sum: amount, window: 1h}", "")).isEqualTo(5L);
  }

  @Test
  void row_thatHasNotArrived_isNotVisible() throws Exception {
    assertThat(at("12:00:00", "{sum: amount}", "arrival: arrived_at\n")).isEqualTo(14L);
    assertThat(at("15:00:00", "{sum: amount}", "arrival: arrived_at\n")).isEqualTo(21L);
  }

  @Test
  void lifetime_includesItsLastMoment() throws Exception {
    assertThat(at("14:00:00", "{count: '*'}", "ttl: 2h\n")).isEqualTo(3L);
    assertThat(at("14:00:00.000001", "{count: '*'}", "ttl: 2h\n")).isNull();
  }

  @Test
  void entity_neverSeen_hasNoFeatures_notZero() throws Exception {
    assertThat(at("09:00:00", "{count: '*'}", "")).isNull();
    assertThat(at("23:00:00", "{count: '*', window: 1h}", "")).isEqualTo(0L);
  }

  @Test
  void last_takesTheRowAsItIs() throws Exception {
    assertThat(at("13:00:00", "{last: page}", "")).isNull();
    assertThat(at("13:00:00", "{last: page, where: page is not null}", "")).isEqualTo("b");
    assertThat(at("13:00:00", "{mean: score}", "")).isEqualTo(2.0);
  }

  @Test
  void derived_seesFeaturesColumnsAndTheMoment() throws Exception {
    String view =
        """
        features:
          n: {count: "*"}
          big: {count: "*", where: "amount > 6"}
          share: {ratio: [big, n]}
          none: {ratio: [n, zero]}
          zero: {count: "*", where: "amount > 100"}
          hours: {sql: "date_diff('hour', event_at, $at) + n"}
          text: {sql: "'$at' || coalesce(page, '-')"}
        """;
    Query query =
        join(
            view,
            "select 1 as user_id, timestamp '2026-03-01 14:30:00' as t",
            "v.share",
            "v.none",
            "v.hours",
            "v.text");
    List<@Nullable Object> row = bench.rows(query).getFirst();
    assertThat(row.subList(2, 6)).isEqualTo(Arrays.asList(2 / 3.0, null, 5L, "$at-"));
  }

  private HeadraceException refused(
      ErrorCode code, String view, String labels, String... features) {
    HeadraceException refused =
        catchThrowableOfType(HeadraceException.class, () -> join(view, labels, features));
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    return refused;
  }

  private static final String LABEL = "select 1 as user_id, timestamp '2026-03-01 10:00:00' as t";
  private static final String COUNT = "features: {n: {count: '*'}}\n";

  @Test
  void names_unknown_areSuggested() {
    assertThat(refused(FeatureError.FEATURES_UNKNOWN_VIEW, COUNT, LABEL, "w.n").hint())
        .isEqualTo("Did you mean 'v'?");
    assertThat(refused(FeatureError.FEATURES_UNKNOWN_FEATURE, COUNT, LABEL, "v.m").hint())
        .isEqualTo("Did you mean 'n'?");
    refused(FeatureError.FEATURES_SELECTION, COUNT, LABEL, "v");
    assertThat(
            refused(
                FeatureError.FEATURES_UNKNOWN_COLUMN,
                "features: {n: {sum: amont}}\n",
                LABEL,
                "v.n"))
        .hasMessageContaining("'events' has no column 'amont'")
        .satisfies(e -> assertThat(e.hint()).isEqualTo("Did you mean 'amount'?"))
        .satisfies(e -> assertThat(e.location()).isPresent());
  }

  @Test
  void aggregation_thatDoesNotFitTheType_isRefused() {
    assertThat(refused(FeatureError.FEATURES_TYPE, "features: {n: {sum: page}}\n", LABEL, "v.n"))
        .hasMessage("Cannot compute view 'v': feature 'n' takes a number, but 'page' is string.");
    refused(
        FeatureError.FEATURES_TYPE,
        "features: {n: {count: '*', where: amount + 1}}\n",
        LABEL,
        "v.n");
    assertThat(
            refused(
                FeatureError.FEATURES_EXPRESSION,
                "features: {n: {sum: amount + nothing}}\n",
                LABEL,
                "v.n"))
        .hasMessageContaining("Cannot compute feature 'v.n'");
  }

  @Test
  void labels_thatCannotBeJoined_areRefused() {
    assertThat(
            refused(
                FeatureError.FEATURES_LABELS,
                COUNT,
                "select 'x' as user_id, timestamp '2026-03-01 10:00:00' as t",
                "v.n"))
        .hasMessageContaining("its key column 'user_id' is string, but view 'v' has int there");
    refused(FeatureError.FEATURES_LABELS, COUNT, "select 1 as user, now() as t", "v.n");
    refused(FeatureError.FEATURES_LABELS, COUNT, "select 1 as user_id, 5 as t", "v.n");
    refused(FeatureError.FEATURES_LABELS_EMPTY, COUNT, LABEL + " where false", "v.n");
    assertThat(
            refused(
                FeatureError.FEATURES_LABELS_FUTURE,
                COUNT,
                "select 1 as user_id, timestamp '2026-06-01 00:00:00.000001' as t",
                "v.n"))
        .hasMessage(
            "Cannot join features to 'labels': 1 of its rows lie in the future, up to 2026-06-01"
                + " 00:00:00.000001.");
  }

  @Test
  void fractions_scaleToWholeNumbers_onlyWithoutLoss() {
    assertThat(dev.headrace.ml.features.internal.FactsProbe.bits(1_000_000, 1e3, 0.01))
        .isEqualTo(59);
    assertThat(dev.headrace.ml.features.internal.FactsProbe.bits(1_000_000, 1e30, 1e-30))
        .isEqualTo(-1);
    assertThat(dev.headrace.ml.features.internal.FactsProbe.bits(10, Double.NaN, 1.0))
        .isEqualTo(-1);
  }
}
