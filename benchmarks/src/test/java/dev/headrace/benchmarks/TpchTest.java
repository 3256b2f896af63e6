package dev.headrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answers through lake tables are those that the generator's authors publish. */
class TpchTest {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  @TempDir Path directory;

  @Test
  void queries_atScaleHundredth_giveThePublishedAnswers() throws Exception {
    EngineConfig config = EngineConfig.defaults(directory.resolve("spill"), List.of(directory));
    try (Lake lake = Lake.open(LakeConfig.in(directory.resolve("lake")));
        DuckDbEngine engine = DuckDbEngine.open(config)) {
      TpchLake tpch = TpchLake.generate(lake, engine, directory, 0.01);
      List<String> queries = TpchQueries.all();
      for (int number = 1; number <= queries.size(); number++) {
        List<String> answer = TpchBenchmark.ours(engine, tpch, queries.get(number - 1));
        List<String> published = TpchQueries.answerAtScaleHundredth(number);
        assertThat(answer).as("rows of query %d", number).hasSameSizeAs(published);
        for (int row = 0; row < answer.size(); row++) {
          assertRow(
              "query %d, row %d".formatted(number, row + 1), answer.get(row), published.get(row));
        }
      }
    }
  }

  /** Averages are published with two decimals, sums with up to six. */
  private static void assertRow(String place, String answer, String published) {
    String[] ours = answer.split("\\|", -1);
    String[] theirs = published.split("\\|", -1);
    assertThat(ours).as(place).hasSameSizeAs(theirs);
    for (int i = 0; i < ours.length; i++) {
      if (NUMBER.matcher(ours[i]).matches() && NUMBER.matcher(theirs[i]).matches()) {
        assertThat(Double.parseDouble(ours[i]))
            .as(place)
            .isCloseTo(Double.parseDouble(theirs[i]), within(0.0051));
      } else {
        assertThat(ours[i].strip()).as(place).isEqualTo(theirs[i].strip());
      }
    }
  }
}
