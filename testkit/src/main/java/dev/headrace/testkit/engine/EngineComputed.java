package dev.headrace.testkit.engine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.ComputedColumns;
import dev.headrace.spi.engine.HeldColumns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/**
 * Relations that this process computes: read in their order, asked for once per query, let go at
 * its end. An engine without room for them refuses.
 */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
interface EngineComputed extends EngineBench {
  Schema COMPUTED =
      new Schema(
          List.of(
              Field.unassigned("n", Primitive.LONG),
              Field.unassigned("half of \"it\"", Primitive.DOUBLE)));

  /** Counts from 0, and keeps what it has made. */
  final class Counting {
    final List<HeldColumns> made = new ArrayList<>();
    private final long rows;

    Counting(long rows) {
      this.rows = rows;
    }

    Relation.Computed relation() {
      return new Relation.Computed(
          COMPUTED,
          _ -> {
            HeldColumns columns = new HeldColumns(COMPUTED, rows);
            for (long i = 0; i < rows; i++) {
              columns.values(0).setAtIndex(JAVA_LONG, i, i);
              columns.values(1).setAtIndex(JAVA_DOUBLE, i, i / 2.0);
            }
            made.add(columns);
            return columns;
          });
    }

    Query query(String sql) {
      return Query.of(sql, Map.of("counted", relation()));
    }

    void assertLetGo(int times) {
      assertThat(made).hasSize(times);
      assertThat(made).noneMatch(columns -> columns.values(0).scope().isAlive());
    }
  }

  /** Where there is no room, the refusal is what is tested. */
  private boolean isRefused() {
    if (engine().roomForComputed() > 0) {
      return false;
    }
    Counting counting = new Counting(3);
    assertThatThrownBy(() -> all(counting.query("select n from counted")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(counting.made).isEmpty();
    return true;
  }

  @Test
  default void computed_rows_areReadInTheirOrderAndLetGo() {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(300_001);
    long[] numbers = new long[1 << 16];
    double[] halves = new double[1 << 16];
    long expected = 0;
    try (Columns columns =
        engine().columns(counting.query("select * from counted"), Watch.none())) {
      assertThat(columns.schema()).isEqualTo(COMPUTED);
      for (int rows = columns.next(); rows > 0; rows = columns.next()) {
        columns.longs(0, numbers, 0);
        columns.numbers(1, halves, 0);
        for (int i = 0; i < rows; i++, expected++) {
          assertThat(numbers[i]).isEqualTo(expected);
          assertThat(halves[i]).isEqualTo(expected / 2.0);
        }
      }
    }
    assertThat(expected).isEqualTo(300_001);
    counting.assertLetGo(1);
  }

  @Test
  default void computed_besideATable_isJoinedByPosition() {
    if (isRefused()) {
      return;
    }
    Schema schema = new Schema(List.of(new Field(1, "m", Primitive.LONG)));
    Relation table = table(schema, "select range as m from range(300001) as r(range)");
    Query query =
        Query.of(
            "select count(*), count(*) filter (where m = n) from"
                + " (select * from t positional join counted) x",
            Map.of("t", table, "counted", new Counting(300_001).relation()));
    assertThat(all(query)).containsExactly(List.of(300_001L, 300_001L));
  }

  @Test
  default void computed_writtenAsAFile_holdsItsRows() {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(250_000);
    Schema schema =
        new Schema(
            List.of(new Field(1, "n", Primitive.LONG), new Field(2, "half", Primitive.DOUBLE)));
    Query query = counting.query("select n, \"half of \"\"it\"\"\" as half from counted");
    List<String> files =
        engine().write(query, target(schema, null), Watch.none()).stream()
            .map(WrittenFile::path)
            .toList();
    counting.assertLetGo(1);
    Relation written = new Relation.Files(schema, files, 250_000);
    Query read = Query.of("select n, half from t order by n", Map.of("t", written));
    try (Rows rows = engine().execute(read, Watch.none())) {
      for (long i = 0; i < 250_000; i++) {
        assertThat(rows.next()).containsExactly(i, i / 2.0);
      }
      assertThat(rows.next()).isNull();
    }
  }

  @Test
  default void computed_ofNoRow_hasNone() {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(0);
    assertThat(all(counting.query("select * from counted"))).isEmpty();
    counting.assertLetGo(1);
  }

  @Test
  default void computed_described_isNotComputed() {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(5);
    assertThat(engine().describe(counting.query("select * from counted"))).isEqualTo(COMPUTED);
    assertThat(counting.made).isEmpty();
  }

  @Test
  default void computed_withinAView_isComputedAnewByEachQuery() {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(10);
    Relation view = new Relation.View(counting.query("select n + 1 as m from counted"));
    for (int i = 1; i <= 2; i++) {
      assertThat(rows("select max(m) from v", Map.of("v", view))).containsExactly(List.of(10L));
      counting.assertLetGo(i);
    }
  }

  @Test
  default void computed_namedTwice_isReadWholeTwiceOrRefused() {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(300_000);
    String twice =
        "select count(*), (select sum(n) from counted where n > 7), max(\"half of \"\"it\"\"\") from counted";
    try {
      assertThat(all(counting.query("select cast(s as bigint), c from (" + twice + ") x(c, s, m)")))
          .containsExactly(List.of(44_999_850_000L - 28, 300_000L));
    } catch (HeadraceException refused) {
      assertThat(refused).hasMessageContaining("released");
    }
    counting.assertLetGo(1);
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  default void computed_thatFails_failsTheQueryWithItsReason() {
    if (isRefused()) {
      return;
    }
    Relation failing =
        new Relation.Computed(
            COMPUTED,
            _ -> {
              throw new CancellationException("stopped while computing");
            });
    Query query = Query.of("select n from c", Map.of("c", failing));
    Schema schema = new Schema(List.of(new Field(1, "n", Primitive.LONG)));
    assertThatThrownBy(() -> all(query)).hasMessage("stopped while computing");
    assertThatThrownBy(() -> engine().columns(query, Watch.none()))
        .hasMessage("stopped while computing");
    assertThatThrownBy(() -> engine().write(query, target(schema, null), Watch.none()))
        .hasMessage("stopped while computing");
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  /** Halves of even numbers, odd ones null, computed while they are read. */
  final class Halving implements ComputedColumns {
    private final long rows;
    private final long failingFrom;
    private final Set<Long> rooms = new HashSet<>();
    private boolean closed;

    Halving(long rows, long failingFrom) {
      this.rows = rows;
      this.failingFrom = failingFrom;
    }

    @Override
    public Schema schema() {
      return COMPUTED;
    }

    @Override
    public long rows() {
      return rows;
    }

    @Override
    public List<Values> part(long from, int count, Room room) {
      if (from >= failingFrom) {
        throw new IllegalStateException("nothing from row " + from + " on");
      }
      MemorySegment numbers = room.words(0);
      MemorySegment halves = room.words(1);
      rooms.add(numbers.address());
      MemorySegment present = room.present(1);
      for (int i = 0; i < count; i++) {
        numbers.setAtIndex(JAVA_LONG, i, from + i);
        halves.setAtIndex(JAVA_DOUBLE, i, (from + i) / 2.0);
      }
      for (int i = 0; i < (count + 7) / 8; i++) {
        present.set(JAVA_BYTE, i, (byte) (from % 2 == 0 ? 0b0101_0101 : 0b1010_1010));
      }
      return List.of(
          new Values(numbers, Optional.empty()), new Values(halves, Optional.of(present)));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  default void computed_partByPart_isReadWithItsNullsInMemoryThatIsUsedAgain() {
    if (isRefused()) {
      return;
    }
    Halving halving = new Halving(4_000_001, Long.MAX_VALUE);
    Map<String, Relation> named = Map.of("c", new Relation.Computed(COMPUTED, _ -> halving));
    assertThat(
            rows(
                "select count(*), cast(sum(n) as bigint), count(half), count(*) filter (where n % 2 ="
                    + " 0 and half = n / 2.0) from (select n, \"half of \"\"it\"\"\" as half from c) x",
                named))
        .containsExactly(List.of(4_000_001L, 8_000_002_000_000L, 2_000_001L, 2_000_001L));
    assertThat(halving.closed).isTrue();
    int parts = 4_000_001 / ComputedColumns.PART_ROWS;
    assertThat(halving.rooms)
        .hasSizeLessThanOrEqualTo(Math.min(parts, Runtime.getRuntime().availableProcessors() + 2));
  }

  @Test
  default void computed_thatFailsInTheMiddle_failsTheQueryWithItsReason() {
    if (isRefused()) {
      return;
    }
    Schema schema = new Schema(List.of(new Field(1, "n", Primitive.LONG)));
    List<Halving> made = new ArrayList<>();
    Relation failing =
        new Relation.Computed(
            COMPUTED,
            _ -> {
              made.add(new Halving(1_000_000, 300_000));
              return made.getLast();
            });
    Query query = Query.of("select n from c", Map.of("c", failing));
    assertThatThrownBy(() -> all(query)).hasMessageContaining("nothing from row");
    assertThatThrownBy(
            () -> {
              try (Columns columns = engine().columns(query, Watch.none())) {
                while (columns.next() > 0) {}
              }
            })
        .hasMessageContaining("nothing from row");
    assertThatThrownBy(() -> engine().write(query, target(schema, null), Watch.none()))
        .hasMessageContaining("nothing from row");
    assertThat(made).hasSize(3).allMatch(halving -> halving.closed);
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  default void computed_underAQueryThatFailsHalfWay_isLetGoAndTheReasonTold() {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(300_000);
    String failing =
        "select cast(case when n = 299999 then 'nonsense' else '1' end as int) as x from counted";
    assertThatThrownBy(
            () -> {
              try (Columns columns = engine().columns(counting.query(failing), Watch.none())) {
                while (columns.next() > 0) {}
              }
            })
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("nonsense");
    counting.assertLetGo(1);
    assertThatThrownBy(() -> all(counting.query(failing))).hasMessageContaining("nonsense");
    counting.assertLetGo(2);
  }

  @Test
  default void computed_underAResultThatIsClosedEarly_isLetGo() {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(3_000_000);
    try (Columns columns =
        engine().columns(counting.query("select * from counted"), Watch.none())) {
      assertThat(columns.next()).isPositive();
    }
    try (Rows rows = engine().execute(counting.query("select n from counted"), Watch.none())) {
      assertThat(rows.next()).containsExactly(0L);
    }
    counting.assertLetGo(2);
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  default void computed_underAQueryThatIsCancelled_isLetGo() throws Exception {
    if (isRefused()) {
      return;
    }
    Counting counting = new Counting(200_000);
    String slow = "select count(*) from counted, range(1000000) as r(x) where n + x = -1";
    assertCancels(watch -> engine().execute(counting.query(slow), watch).next());
    counting.assertLetGo(1);
  }
}
