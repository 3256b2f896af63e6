package dev.headrace.ml.registry;

import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes numbers that were computed in this process beside the rows they belong to. The numbers go
 * through a file that the engine reads, so that columns of any type keep their values.
 */
final class PredictionTable {
  private static final String TABLE = "examples";

  private final Lake lake;
  private final SqlEngine trusted;

  /**
   * @param trusted an engine that may read files of the lake's directories
   */
  PredictionTable(Lake lake, SqlEngine trusted) {
    this.lake = lake;
    this.trusted = trusted;
  }

  /** Parquet files that no snapshot holds yet. */
  record Written(Schema schema, List<WrittenFile> files) {}

  /**
   * Writes the rows that were predicted.
   *
   * @param numbered a SELECT over {@code examples} that numbers its rows
   * @param kept columns that are written along
   * @param added SQL of the columns that are added, over {@code p.fold, p.o0, p.o1, …}
   * @param prefix start of the names of files
   */
  Written write(
      VersionId version,
      String numbered,
      List<String> kept,
      String added,
      Relation from,
      List<Training.Prediction> predictions,
      String prefix,
      Watch watch) {
    Path staging = lake.stagingDirectory(version);
    Path numbers = staging.resolve(prefix + "predictions.csv");
    try {
      writeCsv(numbers, predictions);
      String columns =
          kept.stream()
              .map(name -> "r." + SqlQuotes.identifier(name))
              .collect(Collectors.joining(", "));
      String sql =
          """
          select %s%s%s
          from (%s) r
          join read_csv(%s, header = false, auto_detect = false, delim = ',',
            columns = {'row': 'BIGINT', 'fold': 'INTEGER'%s}) p
            on r.%s = p.row
          order by p.row
          """
              .formatted(
                  columns,
                  kept.isEmpty() ? "" : ", ",
                  added,
                  numbered,
                  SqlQuotes.literal(numbers.toString()),
                  outputs(predictions),
                  ModelColumns.ROW);
      Query query = Query.of(sql, Map.of(TABLE, from));
      Schema schema =
          lake.assignIds(version, Optional.empty(), trusted.describe(query), Evolution.REPLACE);
      return new Written(
          schema,
          trusted.write(
              query, new WriteTarget(staging, prefix + "rows", schema, Optional.empty()), watch));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(numbers);
    }
  }

  private static String outputs(List<Training.Prediction> predictions) {
    int outputs = predictions.isEmpty() ? 1 : predictions.getFirst().outputs().length;
    StringBuilder columns = new StringBuilder();
    for (int k = 0; k < outputs; k++) {
      columns.append(", 'o").append(k).append("': 'DOUBLE'");
    }
    return columns.toString();
  }

  private static void writeCsv(Path file, List<Training.Prediction> predictions)
      throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Training.Prediction one : predictions) {
        out.append(Integer.toString(one.row())).append(',').append(Integer.toString(one.fold()));
        for (double output : one.outputs()) {
          out.append(',').append(Double.toString(output));
        }
        out.append('\n');
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
