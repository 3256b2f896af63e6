package dev.headrace.ml.online.internal;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.OnlineError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a log or snapshot from front to back, and tells how it ends. */
final class FrameReader implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
  private long chunkAt;
  private long position = Frames.HEADER_BYTES;
  private byte[] payload = new byte[CHUNK_BYTES];
  private int length;
  private long synced;
  private long frames;
  private boolean ended;

  private FrameReader(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  static FrameReader open(Path file) throws IOException {
    return new FrameReader(file, FileChannel.open(file, StandardOpenOption.READ));
  }

  /**
   * Whether the file begins as one of this kind and number.
   *
   * @throws HeadraceException ONLINE_STORE_TOO_NEW
   */
  boolean hasHeader(int kind, long sequence) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(Frames.HEADER_BYTES);
    readAt(header, 0);
    header.flip();
    int version = Frames.version(header.array(), header.limit());
    if (version > Frames.VERSION) {
      throw new HeadraceException(
          OnlineError.ONLINE_STORE_TOO_NEW,
          "Cannot open online store: '%s' is of version %d, and this Headrace reads up to %d."
              .formatted(file, version, Frames.VERSION),
          "Use the newer Headrace that wrote it.");
    }
    return Frames.isHeader(header, kind, sequence);
  }

  /** Goes on to the next frame; false where no whole frame follows. */
  boolean next() throws IOException {
    if (ended || !readFrame(position)) {
      return false;
    }
    position += Frames.HEAD_BYTES + length;
    ended = payload[0] == Frames.END;
    if (!ended) {
      frames++;
    }
    return true;
  }

  /** The frame's content; the first {@link #length} bytes, until the next call. */
  byte[] payload() {
    return payload;
  }

  int length() {
    return length;
  }

  /** Where the last whole frame ends. */
  long position() {
    return position;
  }

  long size() {
    return size;
  }

  /** Whether the file was closed in order: it says so itself, and that it has as many frames. */
  boolean isSealed() {
    return ended && position == size && ByteBuffer.wrap(payload).getLong(1) == frames;
  }

  /**
   * Whether what follows {@link #position} was on the disk once: a whole frame further on says so.
   * If not, nobody was ever told that it is, and it is a write that the crash cut short.
   */
  boolean wasDurableBeyond() throws IOException {
    ByteBuffer window = ByteBuffer.allocate(CHUNK_BYTES);
    for (long at = position + 1; at + Frames.HEAD_BYTES <= size; ) {
      window.clear();
      readAt(window, at);
      window.flip();
      int last = window.limit() - Frames.HEAD_BYTES;
      for (int i = 0; i <= last; i++) {
        if (window.getInt(i) == Frames.MARKER && readFrame(at + i) && synced > position) {
          return true;
        }
      }
      at += Math.max(1, last + 1);
    }
    return false;
  }

  private boolean readFrame(long at) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(Frames.HEAD_BYTES);
    if (size - at < Frames.HEAD_BYTES) {
      return false;
    }
    copy(at, head.array(), Frames.HEAD_BYTES);
    int announced = head.getInt(4);
    if (head.getInt(0) != Frames.MARKER
        || head.getInt(Frames.HEAD_BYTES - 4)
            != Frames.checksum(head.array(), 0, Frames.HEAD_BYTES - 4)
        || announced < 1
        || announced > Frames.MAX_PAYLOAD_BYTES
        || size - at - Frames.HEAD_BYTES < announced) {
      return false;
    }
    if (payload.length < announced) {
      payload = new byte[Math.max(announced, 2 * payload.length)];
    }
    copy(at + Frames.HEAD_BYTES, payload, announced);
    if (Frames.checksum(payload, 0, announced) != head.getInt(16)) {
      return false;
    }
    length = announced;
    synced = head.getLong(8);
    return true;
  }

  private void copy(long from, byte[] into, int count) throws IOException {
    int done = 0;
    while (done < count) {
      long at = from + done;
      if (at < chunkAt || at >= chunkAt + chunk.limit()) {
        chunk.clear();
        readAt(chunk, at);
        chunk.flip();
        chunkAt = at;
      }
      int offset = (int) (at - chunkAt);
      int part = Math.min(count - done, chunk.limit() - offset);
      if (part == 0) {
        throw new IOException("the file became shorter while it was read: " + file);
      }
      chunk.get(offset, into, done, part);
      done += part;
    }
  }

  private void readAt(ByteBuffer buffer, long at) throws IOException {
    long from = at;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, from);
      if (count < 0) {
        return;
      }
      from += count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
