package dev.headrace.decisions.adworld.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of UTF-8 bytes with the few number formats that the files need. */
final class Text {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int size;

  Text(int capacity) {
    bytes = new byte[capacity];
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  Text put(byte[] source) {
    return put(source, source.length);
  }

  Text put(byte[] source, int length) {
    reserve(length);
    System.arraycopy(source, 0, bytes, size, length);
    size += length;
    return this;
  }

  Text put(char ascii) {
    reserve(1);
    bytes[size++] = (byte) ascii;
    return this;
  }

  /** Sixteen hexadecimal digits. */
  Text hex(long number) {
    return hex(number, 16);
  }

  /** The lowest {@code digits} hexadecimal digits. */
  Text hex(long number, int digits) {
    reserve(digits);
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      bytes[size++] = HEX[(int) (number >>> shift) & 15];
    }
    return this;
  }

  /** A decimal number, not negative. */
  Text number(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return padded(number, digits);
  }

  /** The lowest {@code digits} decimal digits, with leading zeros. */
  Text padded(long number, int digits) {
    reserve(digits);
    long rest = number;
    for (int at = size + digits - 1; at >= size; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
    return this;
  }

  /** {@code number} / 10^{@code places} with all its places. */
  Text decimal(long number, int places, char point) {
    long scale = 1;
    for (int i = 0; i < places; i++) {
      scale *= 10;
    }
    number(number / scale);
    return put(point).padded(number % scale, places);
  }

  /** {@code HH:mm:ss}. */
  Text clock(int millisOfDay) {
    int seconds = millisOfDay / 1000;
    padded(seconds / 3600, 2).put(':').padded(seconds / 60 % 60, 2);
    return put(':').padded(seconds % 60, 2);
  }

  /** A version-4 UUID made of two random numbers. */
  Text uuid(long high, long low) {
    hex(high >>> 32, 8).put('-').hex(high >>> 16, 4).put('-').put('4').hex(high, 3).put('-');
    hex(8 | (low >>> 60 & 3), 1).hex(low >>> 48, 3);
    return put('-').hex(low, 12);
  }

  /** Dotted IPv4. */
  Text ip(int address) {
    number(address >>> 24).put('.').number(address >>> 16 & 255);
    return put('.').number(address >>> 8 & 255).put('.').number(address & 255);
  }
}
