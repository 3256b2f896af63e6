package dev.headrace.ml.online.internal;

import dev.headrace.spi.online.LayoutCodec;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.RowBytes;
import dev.headrace.spi.online.ViewLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The form of logs and snapshots, big end first.
 *
 * <pre>
 * file   = header frame*
 * header = "HRONLINE"  version:int  kind:int (1 log, 2 snapshot)  sequence:long  checksum:int
 * frame  = marker:int  length:int  synced:long  payload-checksum:int  head-checksum:int  payload
 * synced = how many bytes of the file the disk was known to have when the frame was written
 * payload= BEGIN    ordinal:int  layout
 *        | PUT      ordinal:int  count:int  (key-length:int key row-length:int row)*
 *        | COMPLETE ordinal:int  micros:long  source:text
 *        | SERVE    ordinal:int
 *        | DROP     ordinal:int
 *        | END      frames before it:long      the file ends here, and was meant to
 * </pre>
 *
 * Checksums are CRC-32C of everything before them in their header or head, and of the payload.
 */
final class Frames {
  static final int VERSION = 1;
  static final int HEADER_BYTES = 8 + 4 + 4 + 8 + 4;
  static final int HEAD_BYTES = 4 + 4 + 8 + 4 + 4;
  static final int MARKER = 0x48_52_46_31; // HRF1
  static final int MAX_PAYLOAD_BYTES = 1 << 28;

  static final int LOG = 1;
  static final int SNAPSHOT = 2;

  static final byte BEGIN = 1;
  static final byte PUT = 2;
  static final byte COMPLETE = 3;
  static final byte SERVE = 4;
  static final byte DROP = 5;
  static final byte END = 6;

  private static final byte[] MAGIC = "HRONLINE".getBytes(StandardCharsets.US_ASCII);

  private Frames() {}

  /** Rows and their ordinal, in one array; its length is known to be small enough. */
  static byte[] put(int ordinal, List<OnlineRow> rows) {
    int length = 1 + 4 + 4;
    for (OnlineRow row : rows) {
      length += bytesOf(row);
    }
    ByteBuffer payload = ByteBuffer.allocate(length).put(PUT).putInt(ordinal).putInt(rows.size());
    for (OnlineRow row : rows) {
      put(payload, row.key().bytes(), RowBytes.of(row.bytes()));
    }
    return payload.array();
  }

  /** What a row takes within a frame. */
  static int bytesOf(OnlineRow row) {
    return bytesOf(row.key().bytes(), row.bytes().length);
  }

  static int bytesOf(byte[] key, int rowLength) {
    return 4 + key.length + 4 + rowLength;
  }

  static void put(ByteBuffer payload, byte[] key, RowBytes row) {
    payload.putInt(key.length).put(key);
    payload.putInt(row.length()).put(row.array(), row.offset(), row.length());
  }

  static byte[] begin(int ordinal, ViewLayout layout) {
    byte[] bytes = LayoutCodec.encode(layout);
    return ByteBuffer.allocate(1 + 4 + bytes.length).put(BEGIN).putInt(ordinal).put(bytes).array();
  }

  static byte[] complete(int ordinal, long micros, String source) {
    byte[] text = source.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + 4 + 8 + text.length)
        .put(COMPLETE)
        .putInt(ordinal)
        .putLong(micros)
        .put(text)
        .array();
  }

  /** The text that a payload ends with. */
  static String text(ByteBuffer payload) {
    return StandardCharsets.UTF_8.decode(payload).toString();
  }

  static byte[] serve(int ordinal) {
    return ByteBuffer.allocate(1 + 4).put(SERVE).putInt(ordinal).array();
  }

  static byte[] drop(int ordinal) {
    return ByteBuffer.allocate(1 + 4).put(DROP).putInt(ordinal).array();
  }

  static byte[] end(long frames) {
    return ByteBuffer.allocate(1 + 8).put(END).putLong(frames).array();
  }

  static ByteBuffer header(int kind, long sequence) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.put(MAGIC).putInt(VERSION).putInt(kind).putLong(sequence);
    return header.putInt(checksum(header.array(), 0, HEADER_BYTES - 4)).flip();
  }

  /** The version a file's header tells, which all versions tell alike; 0 when it is no header. */
  static int version(byte[] bytes, int length) {
    ByteBuffer header = ByteBuffer.wrap(bytes, 0, length);
    boolean whole =
        header.remaining() == HEADER_BYTES
            && ByteBuffer.wrap(MAGIC).equals(header.slice(0, MAGIC.length))
            && header.getInt(HEADER_BYTES - 4) == checksum(bytes, 0, HEADER_BYTES - 4);
    return whole ? header.getInt(MAGIC.length) : 0;
  }

  /** Whether a file of {@link #VERSION} begins with the header it should. */
  static boolean isHeader(ByteBuffer header, int kind, long sequence) {
    return header.equals(header(kind, sequence));
  }

  /** What comes before a payload. */
  static ByteBuffer head(byte[] payload, int payloadChecksum, long synced) {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    head.putInt(MARKER).putInt(payload.length).putLong(synced).putInt(payloadChecksum);
    return head.putInt(checksum(head.array(), 0, HEAD_BYTES - 4)).flip();
  }

  static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
