package dev.headrace.cli.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.nio.file.Path;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Drift between two builds against the population stability index as NumPy computes it: {@code
 * np.percentile} for the bounds of the tenths of the build before, {@code np.searchsorted(bounds,
 * value, side='left')} for the class, its own class for null, half an entity added to each class,
 * then {@code sum((p - q) * np.log(p / q))}.
 */
class DriftTest {
  private static final int USERS = 300;
  private static final double NUMPY_NUMBER = 0.6368012416308418;
  private static final double NUMPY_WORD = 4.633057160911568;

  @TempDir Path directory;

  private static String rows(int day, IntFunction<String> number, IntFunction<String> word) {
    StringBuilder csv = new StringBuilder("user_id,event_at,x,w\n");
    for (int i = 0; i < USERS; i++) {
      csv.append(i)
          .append(",2026-03-0%dT00:00:00,".formatted(day))
          .append(number.apply(i))
          .append(',')
          .append(word.apply(i))
          .append('\n');
    }
    return csv.toString();
  }

  @Test
  void drift_betweenTwoBuilds_isThePopulationStabilityIndex() throws Exception {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: drift\n");
    shell.write(
        "sources/events.yaml",
        "files: data/*.csv\ntime: event_at\ncolumns: {event_at: timestamp, user_id: bigint, x: double}\n");
    shell.write(
        "features/v.yaml",
        "entity: user\nfrom: events\ntime: event_at\nfeatures: {x: {last: x}, w: {last: w}}\n");
    shell.write(
        "data/1.csv",
        rows(1, i -> i % 11 == 0 ? "" : Double.toString(i * i * 37 % 101), i -> "w" + i * i % 17));
    shell.succeed("run", "-p", directory.toString());
    shell.write(
        "data/2.csv",
        rows(
            2,
            i -> i % 7 == 0 ? "" : Double.toString(i * i * 37 % 101 * 1.25 + 5),
            i -> "w" + (i * i + i) % 19));
    shell.succeed("run", "-p", directory.toString());
    JsonNode features =
        shell.json("features", "stats", "v", "--json", "-p", directory.toString()).path("features");
    assertThat(features.at("/0/feature").asText()).isEqualTo("x");
    assertThat(features.at("/0/drift").asDouble()).isCloseTo(NUMPY_NUMBER, within(1e-12));
    assertThat(features.at("/1/drift").asDouble()).isCloseTo(NUMPY_WORD, within(1e-12));
    assertThat(features.at("/0/nullShare").asDouble()).isCloseTo(43 / 300.0, within(1e-15));
  }
}
