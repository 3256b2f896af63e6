package dev.headrace.data.duckdb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.spi.engine.ComputedColumns;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Computed columns as a stream of the Arrow C data interface, which DuckDB reads where they lie:
 * nothing is copied. Parts that are computed while the stream is read lie in memory that is used
 * again as soon as DuckDB lets go of them: so much of it is taken as parts are read at once. The
 * structs are those of <a href="https://arrow.apache.org/docs/format/CDataInterface.html">the C
 * data interface</a> and <a href="https://arrow.apache.org/docs/format/CStreamInterface.html">the C
 * stream interface</a>, both of them stable; offsets are for 64-bit machines, the only ones there
 * is a driver for.
 *
 * <p>A stream is read once, from front to back. DuckDB's threads call back into Java for the schema
 * and for each part; nothing may be thrown at them. Close it after the last query that could read
 * it has ended, and before its columns.
 */
final class ArrowStream implements AutoCloseable {
  private static final int STREAM_BYTES = 40;
  private static final int SCHEMA_BYTES = 72;
  private static final int ARRAY_BYTES = 80;
  private static final int STREAM_RELEASE = 24;
  private static final int SCHEMA_RELEASE = 56;
  private static final int ARRAY_RELEASE = 64;
  private static final int STREAM_PRIVATE = 32;
  private static final int ARRAY_PRIVATE = 72;

  /** Bits of the number of a part beneath that of its stream; numbers of streams begin with 1. */
  private static final int PART_BITS = 20;

  /** What C calls errors: of input and output, the only one we can tell. */
  private static final int EIO = 5;

  /** How many nulls there are, where nobody has counted. */
  private static final long UNKNOWN = -1;

  private static final FunctionDescriptor FILL = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
  private static final FunctionDescriptor TELL = FunctionDescriptor.of(ADDRESS, ADDRESS);
  private static final FunctionDescriptor RELEASE = FunctionDescriptor.ofVoid(ADDRESS);

  /** The functions that DuckDB calls; they find the stream by its number. */
  @SuppressWarnings({
    "restricted",
    "UnusedMethod",
    "UnusedVariable"
  }) // Found by name; addresses have no sizes.
  private static final class Callbacks {
    private static final MemorySegment SCHEMA = stub("schema", FILL);
    private static final MemorySegment NEXT = stub("next", FILL);
    private static final MemorySegment LAST_ERROR = stub("lastError", TELL);
    private static final MemorySegment STREAM_DONE = stub("streamDone", RELEASE);
    private static final MemorySegment SCHEMA_DONE = stub("schemaDone", RELEASE);
    private static final MemorySegment ARRAY_DONE = stub("arrayDone", RELEASE);
    private static final Map<Long, ArrowStream> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();

    private static MemorySegment stub(String method, FunctionDescriptor type) {
      try {
        return Linker.nativeLinker()
            .upcallStub(
                MethodHandles.lookup().findStatic(Callbacks.class, method, type.toMethodType()),
                type,
                Arena.global());
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    static int schema(MemorySegment stream, MemorySegment out) {
      ArrowStream open = of(stream);
      return open == null ? EIO : open.writeSchema(out.reinterpret(SCHEMA_BYTES));
    }

    static int next(MemorySegment stream, MemorySegment out) {
      ArrowStream open = of(stream);
      return open == null ? EIO : open.writeNext(out.reinterpret(ARRAY_BYTES));
    }

    private static @Nullable ArrowStream of(MemorySegment stream) {
      return OPEN.get(stream.reinterpret(STREAM_BYTES).get(JAVA_LONG, STREAM_PRIVATE));
    }

    static MemorySegment lastError(MemorySegment stream) {
      ArrowStream open = of(stream);
      return open == null ? MemorySegment.NULL : open.error;
    }

    static void streamDone(MemorySegment stream) {
      stream.reinterpret(STREAM_BYTES).set(ADDRESS, STREAM_RELEASE, MemorySegment.NULL);
    }

    static void schemaDone(MemorySegment schema) {
      schema.reinterpret(SCHEMA_BYTES).set(ADDRESS, SCHEMA_RELEASE, MemorySegment.NULL);
    }

    static void arrayDone(MemorySegment array) {
      MemorySegment done = array.reinterpret(ARRAY_BYTES);
      done.set(ADDRESS, ARRAY_RELEASE, MemorySegment.NULL);
      long part = done.get(JAVA_LONG, ARRAY_PRIVATE);
      ArrowStream open = OPEN.get(part >>> PART_BITS);
      if (open != null) {
        open.idle.push((int) part & ((1 << PART_BITS) - 1));
      }
    }
  }

  /** Memory of a part that is read, and of the structs that describe it. */
  private final class Part implements ComputedColumns.Room {
    private final MemorySegment children;
    private final List<MemorySegment> structs = new ArrayList<>();
    private final List<MemorySegment> buffers = new ArrayList<>();
    private final @Nullable MemorySegment[] words;
    private final @Nullable MemorySegment[] present;

    Part(int count) {
      words = new MemorySegment[count];
      present = new MemorySegment[count];
      children = arena.allocate(ADDRESS, count);
      for (int i = 0; i < count; i++) {
        buffers.add(arena.allocate(ADDRESS, 2));
        structs.add(arena.allocate(ARRAY_BYTES, 8));
        children.setAtIndex(ADDRESS, i, structs.getLast());
      }
    }

    @Override
    public MemorySegment words(int column) {
      MemorySegment known = words[column];
      if (known == null) {
        known = arena.allocate((long) ComputedColumns.PART_ROWS * Long.BYTES, 64);
        words[column] = known;
      }
      return known;
    }

    @Override
    public MemorySegment present(int column) {
      MemorySegment known = present[column];
      if (known == null) {
        known = arena.allocate(ComputedColumns.PART_ROWS / Byte.SIZE, 64);
        present[column] = known;
      }
      return known;
    }

    /** Describes the values of all columns. */
    void write(List<ComputedColumns.Values> values, long rows) {
      for (int i = 0; i < values.size(); i++) {
        MemorySegment bits = values.get(i).present().orElse(MemorySegment.NULL);
        buffers.get(i).setAtIndex(ADDRESS, 0, bits);
        buffers.get(i).setAtIndex(ADDRESS, 1, values.get(i).words());
        writeArray(structs.get(i), rows, 2, buffers.get(i), 0, MemorySegment.NULL);
        structs.get(i).set(JAVA_LONG, 8, bits.equals(MemorySegment.NULL) ? 0 : UNKNOWN);
      }
    }
  }

  private final Arena arena = Arena.ofShared();
  private final ComputedColumns columns;
  private final long number = Callbacks.NUMBERS.incrementAndGet();
  private final MemorySegment stream;
  private final MemorySegment noBuffer = arena.allocate(ADDRESS, 1);
  private final List<Part> parts = new ArrayList<>();
  private final Deque<Integer> idle = new ConcurrentLinkedDeque<>();
  private MemorySegment error = MemorySegment.NULL;
  private @Nullable Throwable failure;
  private long served;

  ArrowStream(ComputedColumns columns) {
    this.columns = columns;
    stream = arena.allocate(STREAM_BYTES, 8);
    stream.set(ADDRESS, 0, Callbacks.SCHEMA);
    stream.set(ADDRESS, 8, Callbacks.NEXT);
    stream.set(ADDRESS, 16, Callbacks.LAST_ERROR);
    stream.set(ADDRESS, STREAM_RELEASE, Callbacks.STREAM_DONE);
    stream.set(JAVA_LONG, STREAM_PRIVATE, number);
    Callbacks.OPEN.put(number, this);
  }

  /** Where the struct lies. */
  long address() {
    return stream.address();
  }

  /** What the columns have thrown. */
  synchronized @Nullable Throwable failure() {
    return failure;
  }

  private synchronized int writeSchema(MemorySegment out) {
    try {
      List<Field> fields = columns.schema().fields();
      MemorySegment children = arena.allocate(ADDRESS, fields.size());
      for (int i = 0; i < fields.size(); i++) {
        MemorySegment child = arena.allocate(SCHEMA_BYTES, 8);
        String format = fields.get(i).type() == Type.Primitive.DOUBLE ? "g" : "l";
        writeSchema(child, format, fields.get(i).name(), 0, MemorySegment.NULL);
        children.setAtIndex(ADDRESS, i, child);
      }
      writeSchema(out, "+s", "", fields.size(), children);
      return 0;
    } catch (Throwable e) { // What is thrown into C ends the process.
      return EIO;
    }
  }

  private void writeSchema(
      MemorySegment out, String format, String name, long count, MemorySegment children) {
    out.fill((byte) 0);
    out.set(ADDRESS, 0, arena.allocateFrom(format));
    out.set(ADDRESS, 8, arena.allocateFrom(name));
    out.set(JAVA_LONG, 32, count);
    out.set(ADDRESS, 40, children);
    out.set(ADDRESS, SCHEMA_RELEASE, Callbacks.SCHEMA_DONE);
  }

  /** The next rows; after the last an array that is released, which stands for the end. */
  private synchronized int writeNext(MemorySegment out) {
    try {
      out.fill((byte) 0);
      int rows = (int) Math.min(ComputedColumns.PART_ROWS, columns.rows() - served);
      if (rows == 0) {
        return 0;
      }
      int number = idlePart();
      Part part = parts.get(number);
      List<ComputedColumns.Values> values = columns.part(served, rows, part);
      part.write(values, rows);
      writeArray(out, rows, 1, noBuffer, values.size(), part.children);
      out.set(JAVA_LONG, ARRAY_PRIVATE, (this.number << PART_BITS) | number);
      served += rows;
      return 0;
    } catch (Throwable e) { // What is thrown into C ends the process.
      failure = e;
      error = arena.allocateFrom(String.valueOf(e.getMessage()));
      return EIO;
    }
  }

  private int idlePart() {
    Integer free = idle.poll();
    if (free != null) {
      return free;
    }
    if (parts.size() >= 1 << PART_BITS) {
      throw new IllegalStateException("too many parts are read at once");
    }
    parts.add(new Part(columns.schema().fields().size()));
    return parts.size() - 1;
  }

  private static void writeArray(
      MemorySegment out,
      long rows,
      long bufferCount,
      MemorySegment buffers,
      long childCount,
      MemorySegment children) {
    out.set(JAVA_LONG, 0, rows);
    out.set(JAVA_LONG, 24, bufferCount);
    out.set(JAVA_LONG, 32, childCount);
    out.set(ADDRESS, 40, buffers);
    out.set(ADDRESS, 48, children);
    out.set(ADDRESS, ARRAY_RELEASE, Callbacks.ARRAY_DONE);
  }

  @Override
  public void close() {
    Callbacks.OPEN.remove(number);
    arena.close();
  }
}
