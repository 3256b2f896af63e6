package dev.headrace.data.ingest;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.List;

/** The table {@code <source>__rejected}: every record that was not loaded, and why. */
public final class RejectedRows {
  private RejectedRows() {}

  /** Its columns, with ids: they never change. */
  public static Schema schema() {
    return new Schema(
        List.of(
            new Field(1, "file", Primitive.STRING),
            new Field(2, "line", Primitive.LONG),
            new Field(3, "raw", Primitive.STRING),
            new Field(4, "reason", Primitive.STRING),
            new Field(5, "column", Primitive.STRING),
            new Field(6, "loaded_at", Primitive.TIMESTAMPTZ)));
  }

  /** The table's name. */
  public static String table(String source) {
    return source + "__rejected";
  }
}
