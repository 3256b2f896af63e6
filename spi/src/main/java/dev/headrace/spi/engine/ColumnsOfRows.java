package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows turned on their side. */
final class ColumnsOfRows implements Columns {
  private static final int MOST = 1_024;

  private final Rows rows;
  private final List<List<@Nullable Object>> batch = new ArrayList<>(MOST);

  ColumnsOfRows(Rows rows) {
    this.rows = rows;
  }

  @Override
  public Schema schema() {
    return rows.schema();
  }

  @Override
  public int next() {
    batch.clear();
    while (batch.size() < MOST) {
      List<@Nullable Object> row = rows.next();
      if (row == null) {
        break;
      }
      batch.add(row);
    }
    return batch.size();
  }

  @Override
  public void numbers(int column, double[] into, int at) {
    for (int i = 0; i < batch.size(); i++) {
      into[at + i] = Numbers.of(batch.get(i).get(column));
    }
  }

  @Override
  public void longs(int column, long[] into, int at) {
    for (int i = 0; i < batch.size(); i++) {
      if (!(batch.get(i).get(column) instanceof Number whole)) {
        throw new IllegalArgumentException("a null among whole numbers, in column " + column);
      }
      into[at + i] = whole.longValue();
    }
  }

  @Override
  public void longs(int column, long[] into, int at, long absent) {
    for (int i = 0; i < batch.size(); i++) {
      into[at + i] = batch.get(i).get(column) instanceof Number whole ? whole.longValue() : absent;
    }
  }

  @Override
  public void markNulls(int column, long bits, long[] into, int at) {
    for (int i = 0; i < batch.size(); i++) {
      into[at + i] |= batch.get(i).get(column) == null ? bits : 0;
    }
  }

  @Override
  public void texts(int column, @Nullable String[] into, int at) {
    for (int i = 0; i < batch.size(); i++) {
      Object text = batch.get(i).get(column);
      into[at + i] = text == null ? null : text.toString();
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
