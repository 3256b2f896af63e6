package dev.headrace.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalysisCacheTest {
  private static final String SQL =
      "select *, random(), $p from \"A b\".c, range(3), read_csv('x') where t = $p";

  @TempDir Path directory;

  /** Fails as soon as it is asked for anything. */
  private static SqlAnalyzer none() {
    return new SqlAnalyzer(
        () -> {
          throw new AssertionError("the parser was started");
        });
  }

  @Test
  void load_afterSave_knowsTheSameWithoutTheParser() {
    Path file = directory.resolve("cache/analyses");
    SqlAnalysis analysis;
    try (SqlAnalyzer analyzer = SqlAnalyzer.standalone()) {
      AnalysisCache cache = AnalysisCache.load(file);
      analysis = cache.analyze(SQL, SqlAnalyzer.UNKNOWN_ORIGIN, analyzer);
      cache.save();
    }
    AnalysisCache loaded = AnalysisCache.load(file);

    assertThat(loaded.analyze(SQL, SqlAnalyzer.UNKNOWN_ORIGIN, none())).isEqualTo(analysis);
    assertThat(analysis.restricted()).hasSize(1);
    assertThat(analysis.parameters()).hasSize(2);
    assertThat(analysis.volatileCalls()).hasSize(1);
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void save_ofNothingNew_removesWhatAKilledProcessLeft() throws IOException {
    Path file = directory.resolve("analyses");
    try (SqlAnalyzer analyzer = SqlAnalyzer.standalone()) {
      AnalysisCache cache = AnalysisCache.load(file);
      cache.analyze(SQL, SqlAnalyzer.UNKNOWN_ORIGIN, analyzer);
      cache.save();
    }
    byte[] saved = Files.readAllBytes(file);
    Path unfinished = directory.resolve("analyses.tmp");
    Files.write(unfinished, Arrays.copyOf(saved, saved.length / 2));

    AnalysisCache next = AnalysisCache.load(file);
    next.analyze(SQL, SqlAnalyzer.UNKNOWN_ORIGIN, none());
    next.save();

    assertThat(unfinished).doesNotExist();
    assertThat(file).hasBinaryContent(saved);
  }

  @Test
  void load_anyDamage_isAnEmptyCache() throws IOException {
    Path file = directory.resolve("analyses");
    try (SqlAnalyzer analyzer = SqlAnalyzer.standalone()) {
      AnalysisCache cache = AnalysisCache.load(file);
      cache.analyze(SQL, SqlAnalyzer.UNKNOWN_ORIGIN, analyzer);
      cache.save();
    }
    byte[] good = Files.readAllBytes(file);
    List<byte[]> damaged = new ArrayList<>();
    for (int length = 0; length < good.length; length += 7) {
      damaged.add(Arrays.copyOf(good, length));
    }
    for (int at = 0; at < good.length; at += 5) {
      byte[] flipped = good.clone();
      flipped[at] ^= 0x10;
      damaged.add(flipped);
    }
    for (byte[] bytes : damaged) {
      Files.write(file, bytes);
      assertThat(AnalysisCache.load(file).size()).isZero();
    }
    Files.write(file, good);
    assertThat(AnalysisCache.load(file).size()).isEqualTo(1);
  }
}
