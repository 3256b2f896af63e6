package dev.headrace.data.ingest.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Checks that bytes are text. */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private Utf8() {}

  /** Null if the bytes are UTF-8 without NUL; otherwise what is wrong. */
  static @Nullable String wrong(byte[] b, int from, int to) {
    int i = from;
    for (int last = to - 8; i <= last; i += 8) {
      long x = (long) LONGS.get(b, i);
      if (((x | (x - ONES)) & HIGHS) != 0) {
        return check(b, i, from, to);
      }
    }
    return check(b, i, from, to);
  }

  /** The table of well-formed byte sequences of the Unicode standard (table 3-7). */
  private static @Nullable String check(byte[] b, int i, int from, int to) {
    while (i < to) {
      int c = b[i] & 0xFF;
      if (c == 0) {
        return "a NUL byte (byte " + (i - from + 1) + ")";
      }
      if (c < 0x80) {
        i++;
        continue;
      }
      int length =
          c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE0 && c <= 0xEF ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
      boolean sound = length > 0 && i + length <= to;
      for (int k = 1; sound && k < length; k++) {
        sound = (b[i + k] & 0xC0) == 0x80;
      }
      if (sound && length > 2) {
        int second = b[i + 1] & 0xFF;
        sound =
            switch (c) {
              case 0xE0 -> second >= 0xA0;
              case 0xED -> second <= 0x9F;
              case 0xF0 -> second >= 0x90;
              case 0xF4 -> second <= 0x8F;
              default -> true;
            };
      }
      if (!sound) {
        return "not UTF-8 (byte " + (i - from + 1) + ")";
      }
      i += length;
    }
    return null;
  }
}
