package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Frames.Sender;
import dev.headrace.spark.wire.Work;
import dev.headrace.spark.wire.Work.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.SchemaParser;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.SQLExecution;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** One work from beginning to end. */
final class WorkRun {
  private final SparkContext context;
  private final SparkSession session;
  private final Work work;
  private final @Nullable LakeCatalog catalog;
  private final Sender sender;
  private volatile boolean cancelled;
  private volatile @Nullable Thread thread;

  /**
   * @param session for this work alone until it has run; its temporary views are of no account
   */
  WorkRun(SparkSession session, Work work, @Nullable LakeCatalog catalog, Sender sender) {
    this.catalog = catalog;
    this.context = session.sparkContext();
    this.session = session;
    this.work = work;
    this.sender = sender;
  }

  /** Runs it and tells how it went; throws only when the asker does not listen any more. */
  void run() throws IOException {
    thread = Thread.currentThread();
    SparkSession.setActiveSession(session);
    context.setJobGroup(work.id(), "headrace", true);
    Progress progress = Progress.tell(context, work.id(), sender);
    try {
      session.conf().set("spark.sql.session.timeZone", work.timeZone());
      WholeColumns.expect(session);
      perform();
      Thread.interrupted();
      sender.send(cancelled ? Frames.CANCELLED : Frames.END, new byte[0]);
    } catch (Throwable e) {
      if (context.isStopped() && !cancelled) {
        // The cluster has put it out, and said so in the log. A new process may fare better.
        Runtime.getRuntime().halt(1);
      }
      Thread.interrupted();
      if (cancelled) {
        sender.send(Frames.CANCELLED, new byte[0]);
      } else {
        sender.send(Frames.FAILED, Failures.of(e));
      }
    } finally {
      progress.close();
      thread = null;
      context.clearJobGroup();
      SparkSession.clearActiveSession();
    }
  }

  /** Ends it soon. */
  void cancel() {
    cancelled = true;
    context.cancelJobGroupAndFutureJobs(work.id());
    Thread at = thread;
    if (at != null) {
      at.interrupt(); // It may be planning, which no job group knows of.
    }
  }

  private void perform() throws Exception {
    if (cancelled) {
      throw new InterruptedException("cancelled before it began");
    }
    Directories directories = new Directories(work.directories());
    Relations relations = new Relations(session, work, directories, catalog);
    if (work.columnsOnly()) {
      Dataset<Row> rows = relations.overNothing();
      sender.send(Frames.COLUMNS, Columns.told(rows.schema()));
      return;
    }
    Dataset<Row> rows = relations.result();
    Target target = work.target();
    if (target == null) {
      sender.send(Frames.COLUMNS, Columns.told(rows.schema()));
      stream(rows);
    } else {
      directories.requireInside(target.directory());
      ParquetWrite write =
          new ParquetWrite(
              rows, target, SchemaParser.fromJson(target.schema()), context, work.id());
      sender.send(Frames.WRITTEN, within(write.rows(), write::run));
    }
  }

  /**
   * A few partitions at a time, as many as can be computed at once, so that neither the processors
   * idle nor more than these are held in memory, however many rows there are.
   */
  private void stream(Dataset<Row> rows) throws Exception {
    within(
        rows,
        () -> {
          JavaRDD<InternalRow> internal = rows.queryExecution().toRdd().toJavaRDD();
          JavaRDD<byte[]> encoded = internal.mapPartitions(new RowEncoder(rows.schema()));
          int partitions = encoded.getNumPartitions();
          int atOnce = Math.max(1, context.defaultParallelism());
          for (int next = 0; next < partitions; next += atOnce) {
            int[] some = IntStream.range(next, Math.min(partitions, next + atOnce)).toArray();
            for (List<byte[]> partition : encoded.collectPartitions(some)) {
              for (byte[] frame : partition) {
                sender.send(Frames.ROWS, frame);
              }
            }
          }
          return partitions;
        });
  }

  private interface Step<T> {
    T run() throws Exception;
  }

  private static <T> T within(Dataset<Row> rows, Step<T> step) throws Exception {
    return SQLExecution.withNewExecutionId(
        rows.queryExecution(),
        Option.apply("headrace"),
        () -> {
          try {
            return step.run();
          } catch (Exception e) {
            throw Failures.sneaky(e);
          }
        });
  }

  /** The content of a {@link Frames#PROGRESS} frame. */
  static byte[] progress(double fraction) {
    return ByteBuffer.allocate(Double.BYTES).putDouble(fraction).array();
  }
}
