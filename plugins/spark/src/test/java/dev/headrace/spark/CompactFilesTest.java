package dev.headrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files with Parquet's later encodings, as DuckDB writes them where a project asks for it. The one
 * here is what {@code copy (select i as id, case when i % 7 = 0 then null else i / 7.0::double end
 * as ratio, i::float / 3::float as share, 'name ' || i * 7919 as name, timestamp '2026-01-01' +
 * to_seconds(i * 37) as seen, cast(i * 3.5 as decimal(12,2)) as price from range(3000) t(i)) to …
 * (parquet_version v2, field_ids …)} gives: delta encodings of whole numbers and texts, and split
 * bytes of floating-point numbers.
 */
class CompactFilesTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              new Field(1, "id", Primitive.LONG),
              new Field(2, "ratio", Primitive.DOUBLE),
              new Field(3, "share", Primitive.FLOAT),
              new Field(4, "name", Primitive.STRING),
              new Field(5, "seen", Primitive.TIMESTAMP),
              new Field(6, "price", new Decimal(12, 2))));

  @TempDir Path directory;

  @Test
  void execute_filesWithLaterEncodings_givesEveryValue() throws Exception {
    Path file = directory.resolve("compact.parquet");
    try (InputStream bytes =
        Objects.requireNonNull(getClass().getResourceAsStream("/compact.parquet"))) {
      Files.copy(bytes, file);
    }
    Relation table = new Relation.Files(SCHEMA, List.of(file.toString()), 3000);
    try (SqlEngine engine =
        SparkEngine.open(SharedDriver.get(), SparkAccess.to(List.of(directory)))) {
      // Twice: the second time the encodings are remembered.
      for (int time = 0; time < 2; time++) {
        try (Rows rows =
            engine.execute(
                Query.of("select * from t order by id", Map.of("t", table)), Watch.none())) {
          for (int i = 0; i < 3000; i++) {
            assertThat(rows.next())
                .isEqualTo(
                    Arrays.asList(
                        (long) i,
                        i % 7 == 0 ? null : (Double) (i / 7.0),
                        i / 3f,
                        "name " + i * 7919,
                        LocalDateTime.parse("2026-01-01T00:00:00").plusSeconds(i * 37L),
                        BigDecimal.valueOf(i * 350L, 2)));
          }
          assertThat(rows.next()).isNull();
        }
      }
    }
  }
}
