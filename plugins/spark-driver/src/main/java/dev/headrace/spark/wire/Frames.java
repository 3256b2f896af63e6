package dev.headrace.spark.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The answer to a {@link Work}: frames of one type byte, a length of four bytes and the content.
 *
 * <p>{@link #COLUMNS} comes once, then {@link #ROWS} or {@link #WRITTEN}, with {@link #PROGRESS} in
 * between. The last is {@link #END}, {@link #FAILED} or {@link #CANCELLED}; a stream that ends
 * without one of them was cut off.
 *
 * <p>Rows are binary, because JSON has no NaN, no binary and twice the size, and Arrow would put 10
 * MB and an opened JDK module on Headrace's class path for a stream that a terminal reads. A ROWS
 * frame holds rows to its end. A value is a byte 0 for null, or 1 and then, by its type,
 * big-endian: boolean as a byte; int and date (days) as 4 bytes; long, time, timestamps
 * (microseconds) as 8; float and double as IEEE bits; strings and binary as 4 bytes of length and
 * (UTF-8) bytes; a decimal as the length and bytes of its unscaled value; a struct as its fields;
 * lists as a count of 4 bytes and elements; maps as a count, then key and value of each entry. Keys
 * and elements are values too, with their byte.
 */
public final class Frames {
  /** The result's columns as a schema in Iceberg's JSON; ids mean nothing. */
  public static final char COLUMNS = 'C';

  public static final char ROWS = 'R';

  /** The finished fraction as a double. */
  public static final char PROGRESS = 'P';

  /** A list of {@link Written} in JSON. */
  public static final char WRITTEN = 'W';

  public static final char END = 'E';

  /** A {@link Failure} in JSON. */
  public static final char FAILED = 'F';

  public static final char CANCELLED = 'X';

  /** Reads and writes the records of this package. */
  public static final ObjectMapper JSON = new ObjectMapper();

  private Frames() {}

  /** Sends frames from several threads, each as a whole. */
  public static final class Sender implements AutoCloseable {
    private final DataOutputStream out;

    public Sender(OutputStream out) {
      this.out = new DataOutputStream(out);
    }

    /** Sends a frame and waits until it is out of this process. */
    public synchronized void send(char type, byte[] content) throws IOException {
      out.writeByte(type);
      out.writeInt(content.length);
      out.write(content);
      out.flush();
    }

    public void send(char type, Object json) throws IOException {
      send(type, JSON.writeValueAsBytes(json));
    }

    @Override
    public synchronized void close() throws IOException {
      out.close();
    }
  }

  /** A frame as it came. */
  public static final class Frame {
    private final char type;
    private final byte[] content;

    private Frame(char type, byte[] content) {
      this.type = type;
      this.content = content;
    }

    public char type() {
      return type;
    }

    /** The bytes themselves; nobody else holds them. */
    public byte[] content() {
      return content;
    }

    public <T> T json(Class<T> type) throws IOException {
      return JSON.readValue(content, type);
    }
  }

  /** Takes the next frame off {@code in}, waiting for it. */
  public static Frame receive(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    char type = (char) data.readUnsignedByte();
    int length = data.readInt();
    byte[] content = data.readNBytes(length);
    if (content.length < length) {
      throw new EOFException("a frame was cut off");
    }
    return new Frame(type, content);
  }
}
