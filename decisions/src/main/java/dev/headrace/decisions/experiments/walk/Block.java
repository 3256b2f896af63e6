package dev.headrace.decisions.experiments.walk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Bytes outside the heap that grow at the end; new ones are 0. There are none at first. */
final class Block implements AutoCloseable {
  private static final long LEAST = 1 << 12;

  private final long capacity;
  private @Nullable Arena arena;
  private MemorySegment bytes;

  /**
   * @param capacity bytes that there is room for once there are any; the thread that asks for the
   *     first writes zeros into all of them
   */
  Block(long capacity) {
    this(MemorySegment.NULL, Math.max(LEAST, capacity));
  }

  /** Bytes of somebody else, who lets go of them. */
  Block(MemorySegment bytes) {
    this(bytes, LEAST);
  }

  private Block(MemorySegment bytes, long capacity) {
    this.bytes = bytes;
    this.capacity = capacity;
  }

  MemorySegment bytes() {
    return bytes;
  }

  /** Makes room for so many bytes. */
  void ensure(long size) {
    if (size > bytes.byteSize()) {
      long grown = bytes.byteSize() + bytes.byteSize() / 2;
      Arena own = Arena.ofShared();
      MemorySegment larger = own.allocate(Math.max(Math.max(size, grown), capacity), Long.BYTES);
      MemorySegment.copy(bytes, 0, larger, 0, bytes.byteSize());
      close();
      arena = own;
      bytes = larger;
    }
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }
}
