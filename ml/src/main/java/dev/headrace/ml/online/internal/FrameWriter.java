package dev.headrace.ml.online.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Writes a log or snapshot. Not thread-safe. */
final class FrameWriter implements AutoCloseable {
  private final FileChannel channel;
  private final List<ByteBuffer> pending = new ArrayList<>();
  private long position;
  private long synced;
  private long frames;

  private FrameWriter(FileChannel channel, long position, long frames) {
    this.channel = channel;
    this.position = position;
    this.synced = position;
    this.frames = frames;
  }

  /** A new file; what stood there is overwritten. */
  static FrameWriter create(Path file, int kind, long sequence) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    FrameWriter writer = new FrameWriter(channel, Frames.HEADER_BYTES, 0);
    boolean complete = false;
    try {
      writeFully(channel, Frames.header(kind, sequence), 0);
      writer.sync();
      complete = true;
      return writer;
    } finally {
      if (!complete) {
        channel.close();
      }
    }
  }

  /**
   * Goes on in a file after its last whole frame, cutting off what follows.
   *
   * @param frames how many it has so far
   */
  static FrameWriter append(Path file, long position, long frames) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    boolean complete = false;
    try {
      if (channel.size() > position) {
        channel.truncate(position);
      }
      // What was read may be with the operating system alone; nothing may be built on that.
      channel.force(true);
      complete = true;
      return new FrameWriter(channel, position, frames);
    } finally {
      if (!complete) {
        channel.close();
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long at)
      throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += channel.write(bytes, to);
    }
  }

  /** Takes a frame; it is written by {@link #flush}. */
  void add(byte[] payload) {
    add(payload, Frames.checksum(payload, 0, payload.length));
  }

  /**
   * The same for who has worked out the checksum.
   *
   * @param payload not to be changed until it is flushed
   */
  void add(byte[] payload, int checksum) {
    pending.add(Frames.head(payload, checksum, synced));
    pending.add(ByteBuffer.wrap(payload));
    frames++;
  }

  /** Hands everything taken to the operating system. */
  void flush() throws IOException {
    ByteBuffer[] all = pending.toArray(ByteBuffer[]::new);
    long total = 0;
    for (ByteBuffer each : all) {
      total += each.remaining();
    }
    channel.position(position);
    long written = 0;
    int first = 0;
    while (written < total) {
      written += channel.write(all, first, all.length - first);
      while (first < all.length && !all[first].hasRemaining()) {
        first++;
      }
    }
    pending.clear();
    position += total;
  }

  /** Makes the disk have everything that was flushed. */
  void sync() throws IOException {
    channel.force(false);
    synced = position;
  }

  boolean isSynced() {
    return synced == position;
  }

  /** Says that the file ends here, and closes it. */
  void seal() throws IOException {
    byte[] end = Frames.end(frames);
    sync();
    add(end);
    flush();
    sync();
    channel.close();
  }

  long position() {
    return position;
  }

  /** Gives up frames that were not written whole, as far as the disk lets. */
  void abandon() {
    try (channel) {
      channel.truncate(position);
    } catch (IOException e) {
      // The next start cuts it off instead.
      pending.clear();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
