package dev.headrace.data.ingest;

import static dev.headrace.data.ingest.IngestFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instants in columns without a zone, and times in columns of instants, in a zone that is not UTC.
 */
class TimesTest {
  private static final String[] TEXTS = {
    "2026-06-01T10:00:00+02:00",
    "2026-06-01 10:00:00 Europe/Berlin",
    "2026-06-01T08:00Z",
    "2026-06-01 13:30:00.000+0530",
    "2026-06-01T08:00:00",
    "2026-06-01 08:00",
  };

  @TempDir Path directory;
  private IngestFixture at;

  @BeforeEach
  void open() throws IOException {
    at = new IngestFixture(directory, ZoneId.of("America/New_York"));
  }

  @AfterEach
  void close() {
    at.close();
  }

  private void assertAllAtEight(LoadResult result, int rows) {
    assertThat(at.sql(result, "SELECT DISTINCT x, count(*) FROM raw GROUP BY x"))
        .containsExactly("2026-06-01T08:00|" + rows);
  }

  @Test
  void instantInATimestampColumn_becomesUtc() throws IOException {
    at.write("in/a.csv", "x\n" + String.join("\n", TEXTS) + "\n");
    assertAllAtEight(at.load(spec("in/a.csv").columns(Map.of("x", "timestamp")).build()), 6);

    at.write("in/a.jsonl", "{\"x\":\"" + String.join("\"}\n{\"x\":\"", TEXTS) + "\"}\n");
    assertAllAtEight(at.load(spec("in/a.jsonl").columns(Map.of("x", "timestamp")).build()), 6);

    at.write("in/l.jsonl", "{\"x\":[\"" + String.join("\",\"", TEXTS) + "\"]}\n");
    LoadResult nested = at.load(spec("in/l.jsonl").columns(Map.of("x", "list<timestamp>")).build());
    assertThat(at.sql(nested, "SELECT list_distinct(x)::varchar FROM raw"))
        .containsExactly("['2026-06-01 08:00:00']");
  }

  @Test
  void wordsForTimes_areNone() throws IOException {
    at.write("in/w.csv", "x\n2026-06-01\ninfinity\n-infinity\nepoch\n Infinity \n");
    for (String type :
        new String[] {
          "date", "timestamp", "timestamptz", "date(%Y-%m-%d)", "timestamp(%Y-%m-%d)"
        }) {
      LoadResult result =
          at.load(spec("in/w.csv").columns(Map.of("x", type)).maxRejected("100%").build());

      assertThat(at.sql(result, "SELECT count(x), max(year(x)) FROM raw"))
          .as(type)
          .containsExactly("1|2026");
      assertThat(result.rejected()).as(type).isEqualTo(4);
    }
  }

  @Test
  void laterFileWithOffsets_becomesUtcInTheColumnThatIsThere() throws IOException {
    at.write("in/1.csv", "x\n2026-06-01T08:00:00\n");
    LoadResult first = at.load(spec("in/1.csv").build());
    Relation.Files table = IngestFixture.table(first, null);
    at.write("in/2.csv", "x\n2026-06-01T10:00:00+02:00\n2026-06-01T08:00:00Z\n");

    assertAllAtEight(at.load(spec("in/2.csv").build(), Optional.of(table)), 2);
  }

  @Test
  void instantOfParquetInATimestampColumn_becomesUtc() throws IOException {
    Query query = Query.of("SELECT timestamptz '2026-06-01T10:00:00+02:00' AS x", Map.of());
    WriteTarget target =
        new WriteTarget(
            Files.createDirectories(directory.resolve("in")),
            "a",
            at.withIds(at.engine.describe(query)),
            Optional.empty());
    at.engine.write(query, target, Watch.none());

    assertAllAtEight(at.load(spec("in/a*.parquet").columns(Map.of("x", "timestamp")).build()), 1);
  }
}
