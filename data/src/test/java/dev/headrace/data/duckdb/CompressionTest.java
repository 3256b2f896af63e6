package dev.headrace.data.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files say of themselves, read by a DuckDB of its own. */
class CompressionTest {
  @TempDir Path directory;

  @Test
  void tablesMostlyOfFractions_areWrittenWithSnappy() throws Exception {
    Type.Primitive whole = Type.Primitive.LONG;
    Type.Primitive fraction = Type.Primitive.DOUBLE;
    assertThat(codecs(Encodings.PLAIN, whole, fraction, Type.Primitive.FLOAT))
        .containsExactly("SNAPPY");
    assertThat(codecs(Encodings.PLAIN, new Type.ListOf(9, fraction))).containsExactly("SNAPPY");
    assertThat(codecs(Encodings.PLAIN, whole, fraction)).containsExactly("ZSTD");
    assertThat(codecs(Encodings.PLAIN, new Type.Decimal(9, 2), Type.Primitive.STRING))
        .containsExactly("ZSTD");
    assertThat(codecs(Encodings.COMPACT, fraction)).containsExactly("ZSTD");
  }

  private Set<String> codecs(Encodings encodings, Type... types) throws Exception {
    List<Field> fields = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (Type type : types) {
      fields.add(new Field(fields.size() + 1, "c" + fields.size(), type));
      columns.add(
          (type instanceof Type.ListOf ? "[random(), random()]" : "range")
              + " as "
              + fields.getLast().name());
    }
    EngineConfig config =
        EngineConfig.defaults(directory.resolve("spill"), List.of(directory))
            .withEncodings(encodings);
    List<WrittenFile> files;
    try (DuckDbEngine engine = DuckDbEngine.open(config)) {
      Query query =
          Query.of("select " + String.join(", ", columns) + " from range(1000)", Map.of());
      files =
          engine.write(
              query,
              new WriteTarget(
                  directory, "f" + encodings + types.length, new Schema(fields), Optional.empty()),
              Watch.none());
    }
    Set<String> codecs = new TreeSet<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "select compression from parquet_metadata('" + files.getFirst().path() + "')")) {
      while (found.next()) {
        codecs.add(found.getString(1));
      }
    }
    return codecs;
  }
}
