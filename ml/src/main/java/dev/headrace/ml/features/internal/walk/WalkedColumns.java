package dev.headrace.ml.features.internal.walk;

import dev.headrace.spi.engine.ComputedColumns;
import dev.headrace.spi.schema.Schema;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of labels, side by side: of themselves, then of each view.
 *
 * @param columns of as many rows each, closed with this
 */
record WalkedColumns(Schema schema, long rows, List<ComputedColumns> columns)
    implements ComputedColumns {

  @Override
  public List<Values> part(long from, int count, Room room) {
    List<Values> part = new ArrayList<>();
    for (ComputedColumns each : columns) {
      part.addAll(each.part(from, count, new Beside(room, part.size())));
    }
    return part;
  }

  /** The room of columns that have others before them. */
  private record Beside(Room room, int before) implements Room {
    @Override
    public MemorySegment words(int column) {
      return room.words(before + column);
    }

    @Override
    public MemorySegment present(int column) {
      return room.present(before + column);
    }
  }

  @Override
  public void close() {
    columns.forEach(ComputedColumns::close);
  }
}
