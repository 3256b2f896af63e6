package dev.headrace.spi.online;

import java.util.Arrays;

/**
 * One row as its store keeps it: a part of an array, which may hold other rows too. Nobody changes
 * the part once it is handed out.
 *
 * @param offset where the row begins
 * @param length its bytes, as {@link RowCodec} writes them
 */
@SuppressWarnings("ArrayRecordComponent") // Read where it lies, never compared.
public record RowBytes(byte[] array, int offset, int length) {
  /** A row that has an array of its own. */
  public static RowBytes of(byte[] row) {
    return new RowBytes(row, 0, row.length);
  }

  /** The same in an array of its own, for who keeps it: otherwise all of the array stays. */
  public RowBytes apart() {
    return length == array.length
        ? this
        : RowBytes.of(Arrays.copyOfRange(array, offset, offset + length));
  }
}
