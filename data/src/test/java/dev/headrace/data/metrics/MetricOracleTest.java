package dev.headrace.data.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.data.metrics.StarOracle.Answer;
import dev.headrace.data.metrics.StarOracle.Asked;
import dev.headrace.data.metrics.StarOracle.Known;
import dev.headrace.data.metrics.StarWorld.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random questions to random star schemas, against metrics computed row by row. */
class MetricOracleTest {
  private static final List<List<String>> SPLITS =
      List.of(
          List.of(),
          List.of("tier"),
          List.of("region"),
          List.of("day"),
          List.of("week", "tier"),
          List.of("month", "region"),
          List.of("tier", "region"),
          List.of("quarter"),
          List.of("hour"));

  /** Conditions in SQL, and what each is of a row: true, false or unknown. */
  private static final Map<String, Function<Row, @Nullable Boolean>> CONDITIONS =
      Map.of(
          "tier = 'gold'", row -> equal(row.get("tier"), "gold"),
          "tier = 'it''s' or region = 'region1'",
              row -> or(equal(row.get("tier"), "it's"), equal(row.get("region"), "region1")),
          "region is not null", row -> row.get("region") != null,
          "not (tier = 'new') -- ) or true", row -> not(equal(row.get("tier"), "new")),
          "amount > 50", row -> above(row.get("amount"), 50),
          "customers.tier is null and countries.region in ('region0', 'region2')",
              row -> and(row.get("tier") == null, in(row.get("region"), "region0", "region2")),
          "day >= date '2026-04-01'",
              row -> !row.local().toLocalDate().isBefore(LocalDate.parse("2026-04-01")));

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void answers_areThoseOfTheOracle(long seed) throws IOException {
    compare(seed, 60);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void answers_areThoseOfTheOracle_long(long seed) throws IOException {
    compare(seed, 500);
  }

  private void compare(long seed, int questions) throws IOException {
    StarWorld world = new StarWorld(seed);
    Map<String, Known> known = new StarOracle(world).metrics();
    try (MetricProject project =
        new MetricProject(directory.resolve("world" + seed), StarWorld.ZONE)) {
      world.write(project);
      for (Map.Entry<String, Known> metric : known.entrySet()) {
        if (!metric.getValue().yaml().isEmpty()) {
          project.file("metrics/" + metric.getKey() + ".yaml", metric.getValue().yaml());
        }
      }
      project.run();
      Random random = new Random(seed);
      for (int i = 0; i < questions; i++) {
        compare(project, known, random);
      }
    }
  }

  private static void compare(MetricProject project, Map<String, Known> known, Random random) {
    List<String> names = new ArrayList<>(known.keySet());
    Set<String> chosen = new LinkedHashSet<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      chosen.add(names.get(random.nextInt(names.size())));
    }
    List<String> by = SPLITS.get(random.nextInt(SPLITS.size()));
    boolean windows = chosen.stream().anyMatch(name -> name.matches(".*_\\d+[dh]"));
    List<String> conditions =
        CONDITIONS.keySet().stream()
            .filter(condition -> !windows || !condition.startsWith("day"))
            .sorted()
            .toList();
    Optional<String> where =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(conditions.get(random.nextInt(conditions.size())));
    LocalDate first = LocalDate.parse("2026-03-25").plusDays(random.nextInt(10));
    Optional<LocalDate> from = random.nextInt(3) == 0 ? Optional.of(first) : Optional.empty();
    Optional<LocalDate> to =
        random.nextInt(3) == 0 ? Optional.of(first.plusDays(random.nextInt(40))) : Optional.empty();
    MetricQuery question =
        new MetricQuery(List.copyOf(chosen), by, where, from, to, List.of(), OptionalLong.empty());
    Asked asked =
        new Asked(
            by,
            where
                .map(text -> Objects.requireNonNull(CONDITIONS.get(text)))
                .orElse(row -> Boolean.TRUE),
            from.orElse(null),
            to.orElse(null));

    List<List<@Nullable Object>> rows = project.ask(question);

    Map<List<@Nullable Object>, List<@Nullable Object>> answered = new HashMap<>();
    for (List<@Nullable Object> row : rows) {
      List<@Nullable Object> key = new ArrayList<>();
      row.subList(0, by.size()).forEach(value -> key.add(local(value)));
      assertThat(answered.put(key, row.subList(by.size(), row.size())))
          .as("a second row of %s for %s", key, question)
          .isNull();
    }
    List<Answer> expected = new ArrayList<>();
    Set<List<@Nullable Object>> keys = new LinkedHashSet<>();
    for (String name : chosen) {
      Answer answer = Objects.requireNonNull(known.get(name)).meaning().apply(asked);
      expected.add(answer);
      keys.addAll(answer.values().keySet());
    }
    if (by.isEmpty()) {
      keys.add(List.of());
    }
    assertThat(answered.keySet()).as("groups of %s", question).isEqualTo(keys);
    for (List<@Nullable Object> key : keys) {
      List<@Nullable Object> values = Objects.requireNonNull(answered.get(key));
      for (int i = 0; i < expected.size(); i++) {
        Double should = expected.get(i).at(key);
        Object is = values.get(i);
        String place = "%s at %s of %s".formatted(List.copyOf(chosen).get(i), key, question);
        if (should == null || is == null) {
          assertThat(is).as(place).isEqualTo(should);
        } else {
          assertThat(((Number) is).doubleValue())
              .as(place)
              .isCloseTo(should, within(1e-9 * Math.max(1, Math.abs(should))));
        }
      }
    }
  }

  private static @Nullable Object local(@Nullable Object value) {
    return value instanceof Instant instant
        ? LocalDateTime.ofInstant(instant, StarWorld.ZONE)
        : value;
  }

  private static @Nullable Boolean equal(@Nullable Object value, String text) {
    return value == null ? null : value.equals(text);
  }

  private static @Nullable Boolean above(@Nullable Object value, double limit) {
    return value == null ? null : ((Number) value).doubleValue() > limit;
  }

  private static @Nullable Boolean in(@Nullable Object value, String... texts) {
    return value == null ? null : List.of(texts).contains(value);
  }

  private static @Nullable Boolean not(@Nullable Boolean value) {
    return value == null ? null : !value;
  }

  private static @Nullable Boolean and(@Nullable Boolean a, @Nullable Boolean b) {
    if (Boolean.FALSE.equals(a) || Boolean.FALSE.equals(b)) {
      return false;
    }
    return a == null || b == null ? null : true;
  }

  private static @Nullable Boolean or(@Nullable Boolean a, @Nullable Boolean b) {
    if (Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b)) {
      return true;
    }
    return a == null || b == null ? null : false;
  }
}
