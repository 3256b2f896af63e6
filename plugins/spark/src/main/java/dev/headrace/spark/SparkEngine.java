package dev.headrace.spark;

import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Frames.Frame;
import dev.headrace.spark.wire.Work.Target;
import dev.headrace.spark.wire.Written;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.engine.WrittenFile.ColumnMetrics;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;

/**
 * SQL run by Spark.
 *
 * <p>Several engines may share one {@link SparkDriver}; each sees its own directories. Closing an
 * engine leaves the driver as it is: who opened it closes it.
 */
public final class SparkEngine implements SqlEngine {
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final SparkDriver driver;
  private final SparkAccess access;
  private volatile boolean closed;

  private SparkEngine(SparkDriver driver, SparkAccess access) {
    this.driver = driver;
    this.access = access;
  }

  /** An engine; the driver starts with the first query. */
  public static SparkEngine open(SparkDriver driver, SparkAccess access) {
    return new SparkEngine(driver, access);
  }

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public Schema describe(Query query) {
    Request request = Request.columns(query, access);
    try (Reply reply = send(request, Watch.none())) {
      return reply.columns();
    }
  }

  @Override
  public Rows execute(Query query, Watch watch) {
    Reply reply = send(Request.rows(query, access), watch);
    try {
      return new SparkRows(reply, reply.columns());
    } catch (RuntimeException e) {
      reply.close();
      throw e;
    }
  }

  @Override
  public List<WrittenFile> write(Query query, WriteTarget target, Watch watch) {
    if (!PREFIX.matcher(target.filePrefix()).matches()) {
      throw new IllegalArgumentException("filePrefix '" + target.filePrefix() + "'");
    }
    Path directory = target.directory().toAbsolutePath().normalize();
    Target to =
        new Target(
            directory.toString(),
            target.filePrefix(),
            SchemaJson.write(target.schema()),
            target.splitByDayOf().orElse(null),
            access.targetFileBytes());
    try (Reply reply = send(Request.write(query, to, access), watch)) {
      List<WrittenFile> files = List.of();
      for (Frame frame = reply.next(); frame != null; frame = reply.next()) {
        if (frame.type() == Frames.WRITTEN) {
          files = Arrays.stream(frame.json(Written[].class)).map(SparkEngine::told).toList();
        }
      }
      if (watch.isCancelled()) {
        throw new CancellationException("the write was cancelled");
      }
      return files;
    } catch (IOException e) {
      throw swept(new IllegalStateException("the driver's answer cannot be read", e), to);
    } catch (RuntimeException e) {
      throw swept(e, to);
    }
  }

  private Reply send(Request request, Watch watch) {
    if (closed) {
      throw new HeadraceException(
          SparkErrorCode.SPARK_CLOSED, "Cannot use the engine 'spark': it is closed.", "");
    }
    if (watch.isCancelled()) {
      throw new CancellationException("cancelled before it began");
    }
    return Reply.to(request, driver.client(), watch);
  }

  private static WrittenFile told(Written file) {
    Map<Integer, ColumnMetrics> columns = new HashMap<>();
    file.columns()
        .forEach(
            (id, column) ->
                columns.put(
                    id,
                    new ColumnMetrics(
                        column.sizeBytes(),
                        column.values(),
                        column.nulls(),
                        column.lower(),
                        column.upper())));
    return new WrittenFile(
        file.path(),
        file.rows(),
        file.sizeBytes(),
        columns,
        Optional.ofNullable(file.epochDay()).map(LocalDate::ofEpochDay));
  }

  /** The driver removes what it has written; one that was killed cannot. */
  private static RuntimeException swept(RuntimeException failure, Target target) {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(
            Path.of(target.directory()),
            file -> file.getFileName().toString().startsWith(target.prefix() + "-"))) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Nothing can be asked of it any more. */
  @Override
  public void close() {
    closed = true;
  }
}
