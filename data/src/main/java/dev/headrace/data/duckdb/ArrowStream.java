package dev.headrace.data.duckdb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.spi.engine.HeldColumns;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Held columns as a stream of the Arrow C data interface, which DuckDB reads where they lie:
 * nothing is copied. The structs are those of <a
 * href="https://arrow.apache.org/docs/format/CDataInterface.html">the C data interface</a> and <a
 * href="https://arrow.apache.org/docs/format/CStreamInterface.html">the C stream interface</a>,
 * both of them stable; offsets are for 64-bit machines, the only ones there is a driver for.
 *
 * <p>A stream is read once, from front to back. DuckDB's threads call back into Java for the schema
 * and for each part; nothing may be thrown at them. Close it after the last query that could read
 * it has ended, and before its columns.
 */
final class ArrowStream implements AutoCloseable {
  /** Rows of a part: what DuckDB takes for one piece of parallel work. */
  private static final long PART_ROWS = 122_880;

  private static final int STREAM_BYTES = 40;
  private static final int SCHEMA_BYTES = 72;
  private static final int ARRAY_BYTES = 80;
  private static final int STREAM_RELEASE = 24;
  private static final int SCHEMA_RELEASE = 56;
  private static final int ARRAY_RELEASE = 64;
  private static final int STREAM_PRIVATE = 32;

  /** What C calls errors: of input and output, the only one we can tell. */
  private static final int EIO = 5;

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
      return MemorySegment.NULL;
    }

    static void streamDone(MemorySegment stream) {
      stream.reinterpret(STREAM_BYTES).set(ADDRESS, STREAM_RELEASE, MemorySegment.NULL);
    }

    static void schemaDone(MemorySegment schema) {
      schema.reinterpret(SCHEMA_BYTES).set(ADDRESS, SCHEMA_RELEASE, MemorySegment.NULL);
    }

    static void arrayDone(MemorySegment array) {
      array.reinterpret(ARRAY_BYTES).set(ADDRESS, ARRAY_RELEASE, MemorySegment.NULL);
    }
  }

  private final Arena arena = Arena.ofShared();
  private final HeldColumns columns;
  private final long number = Callbacks.NUMBERS.incrementAndGet();
  private final MemorySegment stream;
  private long served;

  ArrowStream(HeldColumns columns) {
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
      long rows = Math.min(PART_ROWS, columns.rows() - served);
      if (rows == 0) {
        return 0;
      }
      int count = columns.schema().fields().size();
      MemorySegment children = arena.allocate(ADDRESS, count);
      for (int i = 0; i < count; i++) {
        MemorySegment buffers =
            arena.allocate(ADDRESS, 2); // Of nulls, which there are none, and values.
        buffers.setAtIndex(
            ADDRESS, 1, columns.values(i).asSlice(served * Long.BYTES, rows * Long.BYTES));
        MemorySegment child = arena.allocate(ARRAY_BYTES, 8);
        writeArray(child, rows, 2, buffers, 0, MemorySegment.NULL);
        children.setAtIndex(ADDRESS, i, child);
      }
      writeArray(out, rows, 1, arena.allocate(ADDRESS, 1), count, children);
      served += rows;
      return 0;
    } catch (Throwable e) { // What is thrown into C ends the process.
      return EIO;
    }
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
