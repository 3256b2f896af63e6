package dev.headrace.ml.features.internal.walk;

import dev.headrace.spi.engine.ComputedColumns;
import dev.headrace.spi.schema.Schema;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The newest values of labels, gathered part by part when they are asked for. */
final class NewestValues implements ComputedColumns {
  /** Labels whose values are gathered together: their rows stay in the cache meanwhile. */
  private static final int BLOCK = 1 << 10;

  private final Schema schema;
  private final NewestRows newest;
  private final List<SeenRows> rows;

  /**
   * @param newest closed with this
   * @param rows with the values in their order; closed with this
   */
  NewestValues(Schema schema, NewestRows newest, List<SeenRows> rows) {
    this.schema = schema;
    this.newest = newest;
    this.rows = rows;
    int values = rows.stream().mapToInt(SeenRows::width).sum();
    if (values != schema.fields().size() - 1) {
      throw new IllegalArgumentException(values + " values for " + schema);
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public long rows() {
    return newest.labels();
  }

  @Override
  public List<Values> part(long from, int count, Room room) {
    List<MemorySegment> gathered = new ArrayList<>();
    List<MemorySegment> present = new ArrayList<>();
    for (int c = 1; c < schema.fields().size(); c++) {
      gathered.add(room.words(c));
      present.add(room.present(c));
    }
    // Blocks are written by all processors: the engine waits for one part at a time.
    int blocks = (count + BLOCK - 1) / BLOCK;
    IntStream.range(0, blocks)
        .parallel()
        .forEach(
            block -> {
              int begin = block * BLOCK;
              int done = 0;
              for (SeenRows some : rows) {
                int until = done + some.width();
                some.gather(
                    from + begin,
                    begin,
                    Math.min(BLOCK, count - begin),
                    gathered.subList(done, until),
                    present.subList(done, until));
                done = until;
              }
            });
    List<Values> part = new ArrayList<>();
    part.add(
        new Values(
            newest.seen().asSlice(from * Long.BYTES, (long) count * Long.BYTES), Optional.empty()));
    for (int c = 0; c < gathered.size(); c++) {
      part.add(new Values(gathered.get(c), Optional.of(present.get(c))));
    }
    return part;
  }

  @Override
  public void close() {
    try (newest) {
      rows.forEach(SeenRows::close);
    }
  }
}
