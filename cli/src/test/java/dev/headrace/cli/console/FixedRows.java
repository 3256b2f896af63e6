package dev.headrace.cli.console;

import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** Rows that are known beforehand. */
final class FixedRows implements Rows {
  private final Schema schema;
  private final List<List<Object>> rows = new ArrayList<>();
  private Iterator<List<Object>> reader;

  private FixedRows(Schema schema) {
    this.schema = schema;
  }

  /** Columns given as name, type, name, type ... */
  static FixedRows of(Object... namesAndTypes) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.add(Field.unassigned((String) namesAndTypes[i], (Type) namesAndTypes[i + 1]));
    }
    return new FixedRows(new Schema(fields));
  }

  FixedRows row(Object... values) {
    rows.add(Arrays.asList(values));
    return this;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public List<Object> next() {
    if (reader == null) {
      reader = rows.iterator();
    }
    return reader.hasNext() ? reader.next() : null;
  }

  @Override
  public void close() {}
}
