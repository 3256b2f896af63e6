package dev.headrace.data.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilerTest {
  @TempDir Path directory;
  private TestTables tables;

  @BeforeEach
  void open() {
    tables = new TestTables(directory);
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void profile_numbers_equalTheLoop() {
    Random random = new Random(5);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      values.add(Math.round(random.nextGaussian() * 1000) / 8.0);
    }
    String rows = values.stream().map(v -> "('" + v + "')").collect(Collectors.joining(","));
    Relation.Files table =
        tables.table(
            "t",
            "select cast(v as double) as x from (values "
                + rows
                + ", ('NaN'), ('Infinity'), (null), (null)) t(v)");

    TableProfile profile = profile(table);
    ColumnProfile x = profile.columns().getFirst();

    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double mean = Arrays.stream(sorted).average().orElseThrow();
    double variance =
        Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).sum() / (sorted.length - 1);
    assertThat(profile.rows()).isEqualTo(3004);
    assertThat(x.nulls()).isEqualTo(2);
    assertThat(x.notFinite()).isEqualTo(2);
    assertThat(x.range()).contains(new ColumnProfile.Range(sorted[0], sorted[sorted.length - 1]));
    assertThat(x.mean().orElseThrow()).isCloseTo(mean, within(1e-9));
    assertThat(x.standardDeviation().orElseThrow()).isCloseTo(Math.sqrt(variance), within(1e-9));
    long distinct = values.stream().distinct().count();
    assertThat((double) x.approximateDistinct().orElseThrow())
        .isCloseTo(distinct, within(0.15 * distinct));
    for (int i = 0; i < ColumnProfile.QUANTILES.size(); i++) {
      double quantile = (double) x.quantiles().get(i);
      double rank = Arrays.stream(sorted).filter(v -> v <= quantile).count() / 3000.0;
      assertThat(rank).isCloseTo(ColumnProfile.QUANTILES.get(i), within(0.01));
    }
    long[] bins = new long[20];
    double width = (sorted[sorted.length - 1] - sorted[0]) / 20;
    for (double v : sorted) {
      bins[Math.min(19, (int) Math.floor((v - sorted[0]) / width))]++;
    }
    assertThat(x.histogram().orElseThrow().rows())
        .containsExactly(Arrays.stream(bins).boxed().toArray(Long[]::new));
  }

  @Test
  void profile_textTimesAndParts_giveWhatEachHas() {
    Relation.Files table =
        tables.table(
            "t",
            """
            select
              case when i % 10 = 0 then null when i % 2 = 0 then 'even' else 'ödd' end as word,
              cast(i as decimal(12,2)) / 4 as amount,
              timestamp '2026-01-01' + i * interval 1 hour as "at",
              date '2026-01-01' + cast(i as int) as "day",
              [i] as parts, i % 3 = 0 as flag, 7 as same, 'x' || i as id
            from range(100) t(i)""");
    Map<String, ColumnProfile> columns = new HashMap<>();
    TableProfile profile = profile(table);
    profile.columns().forEach(column -> columns.put(column.name(), column));

    assertThat(profile.queries()).isEqualTo(2);
    ColumnProfile word = columns.get("word");
    assertThat(word.nulls()).isEqualTo(10);
    assertThat(word.top())
        .containsExactly(
            new ColumnProfile.ValueCount("ödd", 50), new ColumnProfile.ValueCount("even", 40));
    assertThat(word.length()).contains(new ColumnProfile.Length(3, 4));
    assertThat(word.mean().orElseThrow()).isCloseTo(310 / 90.0, within(1e-9));
    assertThat(columns.get("at").range())
        .contains(
            new ColumnProfile.Range(
                LocalDateTime.parse("2026-01-01T00:00"), LocalDateTime.parse("2026-01-05T03:00")));
    assertThat(columns.get("at").quantiles()).hasSize(5);
    assertThat(columns.get("at").histogram().orElseThrow().rows()).containsOnly(5L);
    assertThat(columns.get("day").range())
        .contains(
            new ColumnProfile.Range(LocalDate.parse("2026-01-01"), LocalDate.parse("2026-04-10")));
    assertThat(columns.get("parts").nulls()).isZero();
    assertThat(columns.get("parts").approximateDistinct()).isEmpty();
    assertThat(columns.get("flag").top())
        .containsExactly(
            new ColumnProfile.ValueCount("false", 66), new ColumnProfile.ValueCount("true", 34));
    assertThat(columns.get("same").histogram().orElseThrow().rows()).startsWith(100L, 0L);
    assertThat(columns.get("same").standardDeviation().orElseThrow()).isZero();
    assertThat(columns.get("id").top()).isEmpty();
    assertThat(new BigDecimal(columns.get("amount").range().orElseThrow().greatest().toString()))
        .isEqualByComparingTo("24.75");
  }

  @Test
  void profile_emptyTable_knowsNothingButItsColumns() {
    Relation.Files one =
        tables.table("t", "select 1 as a, 'x' as b, [1] as c, date '2026-01-01' d");
    TableProfile profile = profile(new Relation.Files(one.schema(), List.of(), 0));
    assertThat(profile.rows()).isZero();
    assertThat(profile.columns()).hasSize(4);
    assertThat(profile.columns()).allMatch(column -> column.range().isEmpty());
    assertThat(ProfileText.unicode(80).render("t", profile)).startsWith("t: 0 rows, 4 columns\n");
  }

  @Test
  void profile_fiveHundredColumns_areAllDescribed() {
    String columns =
        IntStream.range(0, 500)
            .mapToObj(i -> "i + " + i + " as c" + i)
            .collect(Collectors.joining(","));
    Relation.Files table = tables.table("wide", "select " + columns + " from range(50) t(i)");
    TableProfile profile = profile(table);
    assertThat(profile.columns()).hasSize(500);
    assertThat(profile.queries()).isEqualTo(20);
    assertThat(profile.columns().get(499).range()).contains(new ColumnProfile.Range(499L, 548L));
  }

  @Test
  void render_widths_cutsLinesAndKeepsToAscii() {
    Relation.Files table =
        tables.table(
            "t",
            """
            select i as n, case when i < 70 then 'Straße\u0007' else 'b' end as s,
              cast(case when i = 0 then 1000 else i end as double) as skewed
            from range(100) t(i)""");
    TableProfile profile = profile(table);
    String ascii = ProfileText.ascii(60).render("orders", profile);
    assertThat(ascii.lines()).allMatch(line -> line.length() <= 60);
    assertThat(ascii.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'));
    assertThat(ascii).contains("Stra?e?");
    String unicode = ProfileText.unicode(100).render("orders", profile);
    assertThat(unicode).contains("████████████████████").contains("Straße· 70.0%, b 30.0%");
  }

  private TableProfile profile(Relation.Files table) {
    return new Profiler(tables.engine).profile(table, table.schema(), Watch.none());
  }
}
