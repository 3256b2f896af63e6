package dev.headrace.spark.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.spark.sql.classic.SparkSession;

/**
 * Whether Spark reads files by whole columns, which is several times as fast as row by row.
 *
 * <p>Its reader of columns does not know the encoding that splits floating-point numbers into
 * streams of bytes, and fails on it; its reader of rows does. Which encodings a file has stands in
 * its footer. Files never change under their name, so what is known stays true.
 */
final class WholeColumns {
  private static final String SETTING = "spark.sql.parquet.enableVectorizedReader";
  private static final int REMEMBERED_FILES = 100_000;

  private static final Map<String, Boolean> READABLE =
      Collections.synchronizedMap(
          new LinkedHashMap<>(256, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED_FILES;
            }
          });

  private WholeColumns() {}

  /** Before the files of a work are known: as the user has set it for all. */
  static void expect(SparkSession session) {
    session.conf().set(SETTING, session.sparkContext().getConf().get(SETTING, "true"));
  }

  /** Lets the session read row by row from now on if a file needs it. */
  static void check(SparkSession session, Schema schema, List<String> paths) {
    boolean floating =
        TypeUtil.find(
                schema,
                type -> type.typeId() == Type.TypeID.DOUBLE || type.typeId() == Type.TypeID.FLOAT)
            != null;
    if (floating && !paths.stream().allMatch(WholeColumns::isReadable)) {
      session.conf().set(SETTING, "false");
    }
  }

  private static boolean isReadable(String path) {
    return READABLE.computeIfAbsent(path, WholeColumns::readsFooter);
  }

  private static boolean readsFooter(String path) {
    try (ParquetFileReader file = ParquetFileReader.open(new LocalInputFile(Path.of(path)))) {
      return file.getFooter().getBlocks().stream()
          .flatMap(block -> block.getColumns().stream())
          .noneMatch(column -> column.getEncodings().contains(Encoding.BYTE_STREAM_SPLIT));
    } catch (IOException | RuntimeException e) {
      return true; // Not readable at all: reading it says so, and why.
    }
  }
}
