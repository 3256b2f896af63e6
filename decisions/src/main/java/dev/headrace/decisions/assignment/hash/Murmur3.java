package dev.headrace.decisions.assignment.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash3 for 32 bits ({@code MurmurHash3_x86_32}) of Austin Appleby, who placed it in the
 * public domain: blocks of four bytes, little-endian, whatever the machine.
 */
public final class Murmur3 {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private Murmur3() {}

  /** The hash of all bytes; its 32 bits are an unsigned number. */
  public static int hash32(byte[] bytes, int seed) {
    int hash = seed;
    int length = bytes.length;
    int tail = length & ~3;
    for (int i = 0; i < tail; i += 4) {
      hash = Integer.rotateLeft(hash ^ mixed((int) INT.get(bytes, i)), 13) * 5 + 0xe6546b64;
    }
    int rest = 0;
    for (int i = length - 1; i >= tail; i--) {
      rest = rest << 8 | (bytes[i] & 0xff);
    }
    if (tail < length) {
      hash ^= mixed(rest);
    }
    hash ^= length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int mixed(int block) {
    return Integer.rotateLeft(block * C1, 15) * C2;
  }
}
