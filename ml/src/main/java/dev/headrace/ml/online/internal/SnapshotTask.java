package dev.headrace.ml.online.internal;

import dev.headrace.spi.online.RowBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Writes everything that the logs before a number tell, as one file, and removes those logs. Rows
 * may change meanwhile: the snapshot then holds what the log of its number tells again.
 */
final class SnapshotTask {
  private static final int CHUNK_BYTES = 1 << 20;

  private final StoreFiles files;
  private final long sequence;
  private final List<Build> builds;
  private final List<Build> serving;

  /**
   * @param sequence the log that goes on from here
   * @param builds all there are at this moment
   * @param serving those of them that serve
   */
  SnapshotTask(StoreFiles files, long sequence, List<Build> builds, List<Build> serving) {
    this.files = files;
    this.sequence = sequence;
    this.builds = builds;
    this.serving = serving;
  }

  /**
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted; nothing is
   *     lost then
   */
  void run() throws IOException {
    try (FrameWriter out =
        FrameWriter.create(files.unfinished(sequence), Frames.SNAPSHOT, sequence)) {
      for (Build build : builds) {
        out.add(Frames.begin(build.ordinal(), build.layout()));
        if (build.completeTo().isPresent()) {
          long micros = ChronoUnit.MICROS.between(Instant.EPOCH, build.completeTo().get());
          out.add(Frames.complete(build.ordinal(), micros, build.source()));
        }
        write(build, out);
      }
      serving.forEach(build -> out.add(Frames.serve(build.ordinal())));
      out.flush();
      out.seal();
    }
    Files.move(
        files.unfinished(sequence), files.snapshot(sequence), StandardCopyOption.ATOMIC_MOVE);
    files.syncDirectory();
    files.removeBefore(sequence);
  }

  private static void write(Build build, FrameWriter out) throws IOException {
    Chunks chunks = new Chunks(build, out);
    build.rows().visit(chunks);
    chunks.finish();
  }

  /** Rows of one build on their way into frames of bounded size. */
  private static final class Chunks implements RowTable.Visitor {
    private final Build build;
    private final FrameWriter out;
    private ByteBuffer chunk = ByteBuffer.allocate(2 * CHUNK_BYTES);
    private int rows;

    Chunks(Build build, FrameWriter out) {
      this.build = build;
      this.out = out;
      begin();
    }

    @Override
    public void visit(byte[] key, RowBytes row) throws IOException {
      int length = Frames.bytesOf(key, row.length());
      if (rows > 0 && chunk.position() + length > CHUNK_BYTES) {
        finish();
        begin();
      }
      if (chunk.remaining() < length) {
        chunk = ByteBuffer.allocate(chunk.position() + length).put(chunk.flip());
      }
      Frames.put(chunk, key, row);
      rows++;
    }

    private void begin() {
      chunk.clear().put(Frames.PUT).putInt(build.ordinal()).putInt(0);
      rows = 0;
    }

    void finish() throws IOException {
      if (rows > 0) {
        chunk.putInt(1 + 4, rows);
        byte[] payload = new byte[chunk.position()];
        chunk.get(0, payload);
        out.add(payload);
        out.flush();
      }
    }
  }
}
