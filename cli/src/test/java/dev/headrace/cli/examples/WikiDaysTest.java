package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits that arrive in pieces give the tables of all edits at once. */
class WikiDaysTest {
  private static final Path SHARED =
      Path.of(System.getProperty("headrace.root")).resolveSibling("shared").resolve("data");

  @TempDir Path directory;

  /** In order, and with half of a day coming weeks after it, far beyond the lookback. */
  @ParameterizedTest
  @ValueSource(strings = {"before morning afternoon after", "morning after afternoon before"})
  void pieces_giveTheRowsOfAllAtOnce(String order) throws IOException {
    ExampleProject whole = ExampleProject.copy("wiki", directory.resolve("whole"));
    whole.run();

    Path arriving = Files.createDirectories(directory.resolve("data/wikiticker"));
    ExampleProject pieces =
        ExampleProject.copy("wiki", directory.resolve("pieces"), directory.resolve("data"));
    // The days before, the day itself in two halves, and the days after: 40 days, with gaps.
    Map<String, List<String>> feed = piecesOfFeed();
    for (String piece : order.split(" ")) {
      write(arriving.resolve(piece + ".json.gz"), feed.get(piece));
      JsonNode report = pieces.run();
      assertThat(ExampleProject.statuses(report)).containsOnly("built");
    }

    Map<String, List<JsonNode>> expected = tables(whole);
    assertThat(tables(pieces)).isEqualTo(expected);
    pieces.run("--full-refresh");
    assertThat(tables(pieces)).isEqualTo(expected);
  }

  private static Map<String, List<JsonNode>> tables(ExampleProject project) throws IOException {
    return Map.of(
        "stg_edits", project.rows("select * from stg_edits order by edited_at"),
        "edits_by_hour", project.rows("select * from edits_by_hour order by hour"),
        "edits_by_channel", project.rows("select * from edits_by_channel order by channel"),
        "top_pages", project.rows("select * from top_pages order by rank"));
  }

  private static Map<String, List<String>> piecesOfFeed() throws IOException {
    Map<String, List<String>> pieces = new TreeMap<>();
    Path feed = data().resolve("wikiticker/wikiticker-2015-09-12-sampled.json.gz");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(feed)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String hour = line.substring("{\"time\":\"".length()).substring(0, 13);
        String piece =
            hour.compareTo("2015-09-12T00") < 0
                ? "before"
                : hour.compareTo("2015-09-12T12") < 0
                    ? "morning"
                    : hour.compareTo("2015-09-13T00") < 0 ? "afternoon" : "after";
        pieces.computeIfAbsent(piece, name -> new ArrayList<>()).add(line);
      }
    }
    assertThat(pieces).hasSize(4);
    return pieces;
  }

  private static Path data() {
    String given = System.getenv("HEADRACE_DATA");
    return given == null ? SHARED : Path.of(given);
  }

  private static void write(Path file, List<String> lines) throws IOException {
    try (Writer out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
      for (String line : lines) {
        out.write(line);
        out.write('\n');
      }
    }
  }
}
