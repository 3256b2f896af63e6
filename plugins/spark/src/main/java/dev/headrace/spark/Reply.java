package dev.headrace.spark;

import dev.headrace.spark.wire.Failure;
import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Frames.Frame;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The driver's answer to one request, frame by frame as it is computed. Close it. */
final class Reply implements AutoCloseable {
  private final Request request;
  private final DriverClient client;
  private final Watch watch;
  private final Watch.Registration registration;
  private final InputStream frames;
  private boolean ended;

  private Reply(
      Request request,
      DriverClient client,
      Watch watch,
      Watch.Registration registration,
      InputStream frames) {
    this.request = request;
    this.client = client;
    this.watch = watch;
    this.registration = registration;
    this.frames = frames;
  }

  /** Sends the request; what it needs to be cancelled is in place before. */
  static Reply to(Request request, DriverClient client, Watch watch) {
    Watch.Registration registration = watch.onCancel(() -> client.cancelSoon(request.work().id()));
    try {
      InputStream frames = client.work(request.work());
      return new Reply(request, client, watch, registration, frames);
    } catch (IOException e) {
      registration.close();
      throw DriverFailures.lost(request, watch, client, e);
    } catch (RuntimeException e) {
      registration.close();
      throw e;
    }
  }

  /** The columns, which come before anything else. */
  Schema columns() {
    Frame frame = next();
    if (frame == null || frame.type() != Frames.COLUMNS) {
      throw new IllegalStateException("the driver told no columns");
    }
    try {
      return SchemaJson.read(frame.content());
    } catch (IOException e) {
      throw new IllegalStateException("the driver's columns cannot be read", e);
    }
  }

  /**
   * The next frame of content; null at the end.
   *
   * @throws CancellationException if the work was cancelled
   */
  @Nullable Frame next() {
    if (ended) {
      return null;
    }
    try {
      while (true) {
        Frame frame = Frames.receive(frames);
        switch (frame.type()) {
          case Frames.PROGRESS -> watch.progress(ByteBuffer.wrap(frame.content()).getDouble());
          case Frames.END -> {
            ended = true;
            return null;
          }
          case Frames.CANCELLED -> {
            ended = true;
            throw new CancellationException("the query was cancelled");
          }
          case Frames.FAILED -> {
            ended = true;
            throw DriverFailures.of(frame.json(Failure.class), request);
          }
          default -> {
            return frame;
          }
        }
      }
    } catch (IOException e) {
      ended = true;
      throw DriverFailures.lost(request, watch, client, e);
    }
  }

  /** Ends the work if it has not ended by itself. */
  @Override
  public void close() {
    registration.close();
    if (!ended) {
      ended = true;
      client.cancelSoon(request.work().id());
    }
    try {
      frames.close();
    } catch (IOException e) {
      // Nothing more is wanted of it.
    }
  }
}
