package dev.headrace.decisions.experiments.walk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Bytes outside the heap that grow at the end; new ones are 0. */
final class Block implements AutoCloseable {
  private static final long LEAST = 1 << 12;

  private @Nullable Arena arena;
  private MemorySegment bytes;

  Block(long capacity) {
    Arena own = Arena.ofShared();
    arena = own;
    bytes = own.allocate(Math.max(LEAST, capacity), Long.BYTES);
  }

  /** Bytes of somebody else, who lets go of them. */
  Block(MemorySegment bytes) {
    this.arena = null;
    this.bytes = bytes;
  }

  MemorySegment bytes() {
    return bytes;
  }

  /** Makes room for so many bytes. */
  void ensure(long size) {
    if (size > bytes.byteSize()) {
      Block larger = new Block(Math.max(size, bytes.byteSize() + bytes.byteSize() / 2));
      MemorySegment.copy(bytes, 0, larger.bytes, 0, bytes.byteSize());
      close();
      arena = larger.arena;
      bytes = larger.bytes;
    }
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }
}
