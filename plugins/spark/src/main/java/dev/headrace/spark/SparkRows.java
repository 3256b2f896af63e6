package dev.headrace.spark;

import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Frames.Frame;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.schema.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as they come from the driver. */
final class SparkRows implements Rows {
  private final Reply reply;
  private final Schema schema;
  private final RowReader reader;

  SparkRows(Reply reply, Schema schema) {
    this.reply = reply;
    this.schema = schema;
    this.reader = new RowReader(schema);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable List<@Nullable Object> next() {
    while (true) {
      List<@Nullable Object> row = reader.next();
      if (row != null) {
        return row;
      }
      Frame frame = reply.next();
      if (frame == null) {
        return null;
      }
      if (frame.type() == Frames.ROWS) {
        reader.frame(frame.content());
      }
    }
  }

  @Override
  public void close() {
    reply.close();
  }
}
