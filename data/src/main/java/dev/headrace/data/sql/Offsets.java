package dev.headrace.data.sql;

import java.nio.charset.StandardCharsets;

/** Translates DuckDB's positions, which count UTF-8 bytes, into offsets of a Java string. */
public final class Offsets {
  private final String text;
  private final boolean ascii;

  private Offsets(String text, boolean ascii) {
    this.text = text;
    this.ascii = ascii;
  }

  /** For positions in {@code text}. */
  public static Offsets ofBytes(String text) {
    return new Offsets(text, text.chars().allMatch(c -> c < 128));
  }

  /** The index of the character at {@code byteOffset}; the length when it lies behind the end. */
  public int charAt(long byteOffset) {
    if (ascii) {
      return (int) Math.min(byteOffset, text.length());
    }
    long bytes = 0;
    int i = 0;
    while (i < text.length() && bytes < byteOffset) {
      int codePoint = text.codePointAt(i);
      bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      i += Character.charCount(codePoint);
    }
    return i;
  }

  /** The number of bytes that the text has in UTF-8. */
  public static int byteLength(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
