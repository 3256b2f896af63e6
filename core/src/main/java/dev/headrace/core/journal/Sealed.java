package dev.headrace.core.journal;

import java.util.zip.CRC32C;

/**
 * The checksum of a line: a document's last member, {@code "_crc":"9ae0daaf"}, is the CRC-32C (RFC
 * 3720, B.4) of all bytes of the line before it, that is from the opening brace to the comma.
 */
final class Sealed {
  private static final byte[] KEY = {'"', '_', 'c', 'r', 'c', '"', ':', '"'};
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /** Key, eight digits, quote, brace. */
  private static final int TRAILER = KEY.length + 8 + 2;

  private Sealed() {}

  /** Whether it can be a line: an object without control characters, thus without line breaks. */
  static boolean isLine(byte[] document) {
    if (document.length < 2 || document[0] != '{' || document[document.length - 1] != '}') {
      return false;
    }
    return !hasControls(document, 0, document.length);
  }

  private static boolean hasControls(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] >= 0 && bytes[i] < 0x20) {
        return true;
      }
    }
    return false;
  }

  /** The line with its checksum and a line feed. */
  static byte[] line(byte[] document) {
    boolean empty = document.length == 2;
    int head = empty ? 1 : document.length; // "{" or "{…,"
    byte[] line = new byte[head + TRAILER + 1];
    System.arraycopy(document, 0, line, 0, document.length - 1);
    if (!empty) {
      line[head - 1] = ',';
    }
    System.arraycopy(KEY, 0, line, head, KEY.length);
    long crc = crc(line, 0, head);
    for (int i = 0; i < 8; i++) {
      line[head + KEY.length + i] = DIGITS[(int) (crc >>> (28 - 4 * i)) & 15];
    }
    line[head + TRAILER - 2] = '"';
    line[head + TRAILER - 1] = '}';
    line[head + TRAILER] = '\n';
    return line;
  }

  /** Whether the bytes from {@code from} to before {@code to} are a line as it was written. */
  static boolean isIntact(byte[] bytes, int from, int to) {
    int head = to - from - TRAILER;
    if (head < 1 || bytes[from] != '{' || bytes[to - 1] != '}' || bytes[to - 2] != '"') {
      return false;
    }
    for (int i = 0; i < KEY.length; i++) {
      if (bytes[from + head + i] != KEY[i]) {
        return false;
      }
    }
    long told = 0;
    for (int i = 0; i < 8; i++) {
      int digit = Character.digit(bytes[from + head + KEY.length + i], 16);
      if (digit < 0) {
        return false;
      }
      told = told << 4 | digit;
    }
    return told == crc(bytes, from, head) && !hasControls(bytes, from, to);
  }

  private static long crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return crc.getValue();
  }
}
