package dev.headrace.ml.online.internal;

import dev.headrace.spi.online.RowBytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A large array of keys with their rows, filled from front to back. One thread writes; any reads
 * what a {@link Slots} refers to, which never changes once it is there. A row that is replaced
 * leaves a hole.
 *
 * <pre>
 * entry = key-length:int  row-length:int  key  row  to the next multiple of 8
 * </pre>
 */
final class Slab {
  /** Entries begin at multiples of it. */
  static final int UNIT = 8;

  /** With its header the array then takes a power of two: whole regions of a collector. */
  static final int HEADER_BYTES = 16;

  private static final int HEAD_BYTES = 2 * Integer.BYTES;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int number;
  private int end;
  private int holeBytes;

  /**
   * @param number that references to it have
   * @param sizeBytes a multiple of {@link #UNIT}
   */
  Slab(int number, int sizeBytes) {
    this.number = number;
    this.bytes = new byte[sizeBytes];
  }

  /** What a key with its row takes. */
  static int sizeOf(int keyBytes, int rowBytes) {
    return HEAD_BYTES + keyBytes + rowBytes + UNIT - 1 & -UNIT;
  }

  byte[] bytes() {
    return bytes;
  }

  int number() {
    return number;
  }

  void renumber(int other) {
    number = other;
  }

  /** Where the last entry ends. */
  int end() {
    return end;
  }

  boolean hasRoom(int size) {
    return bytes.length - end >= size;
  }

  /** Adds an entry behind the others; tells where it begins. */
  int append(byte[] key, RowBytes row) {
    int at = end;
    INT.set(bytes, end, key.length);
    INT.set(bytes, end + Integer.BYTES, row.length());
    System.arraycopy(key, 0, bytes, end + HEAD_BYTES, key.length);
    int rowAt = end + HEAD_BYTES + key.length;
    System.arraycopy(row.array(), row.offset(), bytes, rowAt, row.length());
    end += sizeOf(key.length, row.length());
    return at;
  }

  /** Makes a hole of the entry at {@code at}; tells its size. */
  int release(int at) {
    int size = sizeAt(at);
    holeBytes += size;
    return size;
  }

  int sizeAt(int at) {
    return sizeOf(keyLength(bytes, at), (int) INT.get(bytes, at + Integer.BYTES));
  }

  int holeBytes() {
    return holeBytes;
  }

  private static int keyLength(byte[] slab, int at) {
    return (int) INT.get(slab, at);
  }

  /** Whether the entry at {@code at} is that of a key. */
  static boolean isOf(byte[] slab, int at, byte[] key) {
    int from = at + HEAD_BYTES;
    return keyLength(slab, at) == key.length
        && Arrays.equals(slab, from, from + key.length, key, 0, key.length);
  }

  static byte[] key(byte[] slab, int at) {
    int from = at + HEAD_BYTES;
    return Arrays.copyOfRange(slab, from, from + keyLength(slab, at));
  }

  static RowBytes row(byte[] slab, int at) {
    int length = (int) INT.get(slab, at + Integer.BYTES);
    return new RowBytes(slab, at + HEAD_BYTES + keyLength(slab, at), length);
  }
}
