package dev.headrace.spark.driver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;

import dev.headrace.spark.wire.Failure.Reason;
import dev.headrace.spark.wire.Work.Target;
import dev.headrace.spark.wire.Written;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.math.BigInt;

/** Rows into Parquet files named {@code prefix-…}; of a failed write none is left behind. */
final class ParquetWrite {
  private static final String DAY = "__headrace_day";
  private static final long TASK_BYTES = 32L << 20;
  private static final long TASKS_END_SOON_MILLIS = 500;
  private static final long TASKS_END_AT_LAST_MILLIS = 600_000;

  private final Dataset<Row> rows;
  private final StructType columns;
  private final Target target;
  private final SparkContext context;
  private final String group;

  ParquetWrite(
      Dataset<Row> yields, Target target, Schema schema, SparkContext context, String group) {
    this.target = target;
    this.context = context;
    this.group = group;
    Dataset<Row> conformed = Conform.to(yields, schema);
    this.columns = conformed.schema();
    String day = target.day();
    this.rows = day == null ? conformed : byDay(conformed, schema, day);
  }

  /** The rows to write, for the plan they are computed by. */
  Dataset<Row> rows() {
    return rows;
  }

  /**
   * Rows of one day come together, so that a day has few files, and days follow each other within a
   * task, so that it has one file open at a time. Days with many rows are shared out.
   */
  private static Dataset<Row> byDay(Dataset<Row> rows, Schema schema, String day) {
    Types.NestedField field = schema.caseInsensitiveFindField(day);
    Column value = rows.col("`" + field.name().replace("`", "``") + "`");
    Column number =
        switch (field.type().typeId()) {
          case DATE -> unix_date(value);
          case TIMESTAMP ->
              ((Types.TimestampType) field.type()).shouldAdjustToUTC()
                  ? floor(
                          unix_micros(value)
                              .cast(DataTypes.createDecimalType(19, 0))
                              .divide(lit(86_400_000_000L)))
                      .cast(DataTypes.IntegerType)
                  : unix_date(value.cast(DataTypes.DateType));
          default ->
              throw new Refusal(Reason.SCHEMA, "'" + day + "' is no time but " + field.type(), day);
        };
    return rows.withColumn(DAY, number).hint("rebalance", col(DAY)).sortWithinPartitions(DAY);
  }

  List<Written> run() throws IOException {
    try {
      JavaRDD<InternalRow> internal = rows.queryExecution().toRdd().toJavaRDD();
      List<Written> files =
          gathered(internal).mapPartitionsWithIndex(new FileTask(target, columns), true).collect();
      sweep(files);
      return files;
    } catch (Throwable e) {
      boolean ended = tasksEnd(TASKS_END_SOON_MILLIS);
      sweep(List.of());
      if (!ended) {
        sweepLater();
      }
      throw e;
    }
  }

  /**
   * Few rows go into one file, however many tasks Spark would compute them in. Where a row may
   * become many, Spark's estimate says nothing, and its tasks stay as they are.
   */
  private JavaRDD<InternalRow> gathered(JavaRDD<InternalRow> partitions) {
    LogicalPlan plan = rows.queryExecution().optimizedPlan();
    int count = partitions.getNumPartitions();
    if (count <= 1 || plan.exists(node -> node instanceof Generate)) {
      return partitions;
    }
    long bytes = plan.stats().sizeInBytes().min(BigInt.apply(Long.MAX_VALUE)).toLong();
    long enough = bytes / TASK_BYTES + 1;
    return enough >= count ? partitions : partitions.coalesce((int) enough);
  }

  /**
   * Whether all tasks end in time. Those that were told to look up only now and then, in the middle
   * of a large join after seconds; until then they may still be writing.
   */
  private boolean tasksEnd(long withinMillis) {
    long end = System.nanoTime() + withinMillis * 1_000_000;
    boolean interrupted = Thread.interrupted();
    boolean ended = Progress.activeTasks(context, group) == 0;
    while (!ended && System.nanoTime() < end) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      ended = Progress.activeTasks(context, group) == 0;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return ended;
  }

  /** A task that looks up late finds its file gone and opens no other; this is for a close race. */
  private void sweepLater() {
    Thread later =
        new Thread(
            () -> {
              tasksEnd(TASKS_END_AT_LAST_MILLIS);
              try {
                sweep(List.of());
              } catch (IOException e) {
                // The directory is gone, and the files with it.
              }
            },
            "headrace-sweep");
    later.setDaemon(true);
    later.start();
  }

  /** Removes what failed and repeated tasks have left. */
  private void sweep(List<Written> finished) throws IOException {
    Set<String> keep = new HashSet<>();
    finished.forEach(file -> keep.add(file.path()));
    List<Path> left = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            Path.of(target.directory()),
            file -> file.getFileName().toString().startsWith(target.prefix() + "-"))) {
      files.forEach(left::add);
    }
    for (Path file : left) {
      if (!keep.contains(file.toString())) {
        Files.deleteIfExists(file);
      }
    }
  }
}
