package dev.headrace.data.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decision;
import dev.headrace.data.tables.RandomProject.Load;
import dev.headrace.data.tables.RandomProject.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever combination of sources, ways to keep tables and changes a user comes to: every table
 * holds what one statement over all files gives.
 *
 * <p>{@code -Dheadrace.projects=1000} looks at more of them.
 */
class RandomProjectsTest {
  private static final int RUNS = 8;

  @TempDir Path directory;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("headrace.projects", 12));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void tables_areWhatOneStatementGives(long seed) throws IOException {
    Path place = Files.createDirectories(directory.resolve("project"));
    try (Desk desk = new Desk(place)) {
      RandomProject project = new RandomProject(seed, place);
      for (int run = 0; run < RUNS; run++) {
        project.isRun(false);
        desk.run();
        assertSame(project, desk);
        project.change();
        project.change();
      }
      project.isRun(true);
      desk.run(new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty()));
      assertSame(project, desk);
    }
  }

  private static void assertSame(RandomProject project, Desk desk) {
    for (String source : project.sources()) {
      List<String> rows = desk.sql("select ts, id, k, v from " + source, source);
      Map<Long, List<String>> files =
          project.rowsOf(source).stream()
              .collect(
                  Collectors.groupingBy(
                      Row::id, TreeMap::new, Collectors.mapping(Row::shown, Collectors.toList())));
      if (project.load(source) == Load.KEYED) {
        assertThat(desk.sql("select distinct id from " + source + " order by 1", source))
            .as("keys of %s in %s", source, project)
            .isEqualTo(files.keySet().stream().map(id -> "[" + id + "]").toList());
        assertThat(rows).as(source).hasSize(files.size());
        assertThat(files.values().stream().flatMap(List::stream).toList())
            .as("rows of %s in %s", source, project)
            .containsAll(rows);
      } else {
        assertThat(rows)
            .as("rows of %s in %s", source, project)
            .containsExactlyInAnyOrderElementsOf(
                files.values().stream().flatMap(List::stream).toList());
      }
    }
    for (String table : project.tables()) {
      assertThat(desk.sql("select ts, id, k, v from " + table + " order by all", table))
          .as("%s in %s", table, project)
          .isEqualTo(desk.sql(project.truth(table), project.sources().toArray(String[]::new)));
    }
    assertThat(desk.plan(BuildOptions.STALE).steps())
        .as("left to do in %s", project)
        .allMatch(step -> step.decision() instanceof Decision.Skip);
  }
}
