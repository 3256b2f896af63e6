package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Work.Target;
import dev.headrace.spark.wire.Written;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.spark.data.SparkParquetWriters;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one partition with Iceberg's own writer, which puts a field id to every field,
 * elements of lists too, and knows the metrics of what it wrote.
 */
final class FileTask implements Function2<Integer, Iterator<InternalRow>, Iterator<Written>> {
  private static final int LOOK_EVERY_ROWS = 1_000;

  private final String directory;
  private final String prefix;
  private final String schemaJson;
  private final boolean byDay;
  private final long fileBytes;
  private final StructType columns;

  FileTask(Target target, StructType columns) {
    this.directory = target.directory();
    this.prefix = target.prefix();
    this.schemaJson = target.schema();
    this.byDay = target.day() != null;
    this.fileBytes = target.fileBytes();
    this.columns = columns;
  }

  @Override
  public Iterator<Written> call(Integer partition, Iterator<InternalRow> rows) throws IOException {
    List<Written> files = new ArrayList<>();
    if (!rows.hasNext()) {
      return files.iterator();
    }
    TaskContext context = TaskContext.get();
    Schema schema = SchemaParser.fromJson(schemaJson);
    int dayAt = columns.fields().length;
    // Two attempts at one partition must not write one file.
    String start =
        String.format(Locale.ROOT, "%s-%05d-%d-", prefix, partition, context.taskAttemptId());
    @Nullable OpenFile open = null;
    try {
      long count = 0;
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        Integer day = byDay && !row.isNullAt(dayAt) ? (Integer) row.getInt(dayAt) : null;
        if (open != null
            && (!Objects.equals(open.day, day)
                || (++count % LOOK_EVERY_ROWS == 0 && open.appender.length() > fileBytes))) {
          files.add(open.finish());
          open = null;
        }
        if (open == null) {
          context.killTaskIfInterrupted();
          open = new OpenFile(schema, start + files.size() + ".parquet", day);
        }
        open.appender.add(row);
      }
      if (open != null) {
        OpenFile last = open;
        open = null;
        files.add(last.finish());
      }
      return files.iterator();
    } finally {
      if (open != null) {
        open.close();
      }
    }
  }

  private final class OpenFile implements Closeable {
    private final Schema schema;
    private final Path path;
    private final @Nullable Integer day;
    private final FileAppender<InternalRow> appender;

    OpenFile(Schema schema, String name, @Nullable Integer day) throws IOException {
      this.schema = schema;
      this.path = Path.of(directory, name);
      this.day = day;
      this.appender =
          Parquet.write(Files.localOutput(path.toFile()))
              .schema(schema)
              .named("table")
              .createWriterFunc(type -> SparkParquetWriters.buildWriter(schema, type, columns))
              .set("write.parquet.compression-codec", "zstd")
              .overwrite()
              .build();
    }

    Written finish() throws IOException {
      appender.close();
      return Metrics.written(path, java.nio.file.Files.size(path), schema, appender.metrics(), day);
    }

    @Override
    public void close() throws IOException {
      appender.close();
    }
  }
}
