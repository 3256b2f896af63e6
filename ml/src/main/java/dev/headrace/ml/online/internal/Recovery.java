package dev.headrace.ml.online.internal;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.OnlineError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * What a store's files tell: the newest snapshot, then the logs after it, in order. A log that a
 * crash cut short is cut there; whatever else is not as it was written is refused.
 */
final class Recovery {
  private final Builds builds;
  private long bytes;
  private long lastLog;
  private @Nullable FrameWriter open;

  private Recovery(Builds builds) {
    this.builds = builds;
  }

  /**
   * Brings {@code builds}, which is empty, to where the files are.
   *
   * @throws HeadraceException ONLINE_STORE_DAMAGED, ONLINE_STORE_TOO_NEW
   */
  static Recovery run(StoreFiles files, Builds builds) throws IOException {
    Recovery recovery = new Recovery(builds);
    files.removeUnfinished();
    NavigableMap<Long, Path> snapshots = files.snapshots();
    long from = snapshots.isEmpty() ? 1 : snapshots.lastKey();
    if (!snapshots.isEmpty()) {
      recovery.snapshot(snapshots.lastEntry());
      files.removeBefore(from); // A crash may have come between a snapshot and this.
    }
    NavigableMap<Long, Path> logs = files.logs().tailMap(from, true);
    recovery.lastLog = from - 1;
    for (Map.Entry<Long, Path> log : logs.entrySet()) {
      if (log.getKey() != recovery.lastLog + 1) {
        throw missing(files.log(recovery.lastLog + 1));
      }
      recovery.log(log.getKey(), log.getValue(), log.getKey().equals(logs.lastKey()));
      recovery.lastLog = log.getKey();
    }
    if (!snapshots.isEmpty() && logs.isEmpty()) {
      throw missing(files.log(from));
    }
    return recovery;
  }

  /** Size of the logs that were read. */
  long logBytes() {
    return bytes;
  }

  /** Number of the newest log; 0 when there is none. */
  long lastLog() {
    return lastLog;
  }

  /** The newest log, to be gone on with; null when it was closed in order, or there is none. */
  @Nullable FrameWriter open() {
    return open;
  }

  private void snapshot(Map.Entry<Long, Path> snapshot) throws IOException {
    try (FrameReader reader = FrameReader.open(snapshot.getValue())) {
      if (!reader.hasHeader(Frames.SNAPSHOT, snapshot.getKey())) {
        throw damaged(snapshot.getValue(), 0);
      }
      replay(reader, snapshot.getValue());
      if (!reader.isSealed()) {
        throw damaged(snapshot.getValue(), reader.position());
      }
    }
  }

  private long replay(FrameReader reader, Path file) throws IOException {
    long frames = 0;
    while (reader.next()) {
      if (!builds.replay(reader.payload(), reader.length())) {
        throw new HeadraceException(
            OnlineError.ONLINE_STORE_TOO_NEW,
            "Cannot open online store: '%s' tells before byte %d what this Headrace does not know."
                .formatted(file, reader.position()),
            "Use the newer Headrace that wrote it.");
      }
      frames++;
    }
    return frames;
  }

  private void log(long sequence, Path file, boolean last) throws IOException {
    if (last && Files.size(file) < Frames.HEADER_BYTES) {
      open = FrameWriter.create(file, Frames.LOG, sequence); // The crash came that early.
      return;
    }
    try (FrameReader reader = FrameReader.open(file)) {
      if (!reader.hasHeader(Frames.LOG, sequence)) {
        throw damaged(file, 0);
      }
      long frames = replay(reader, file);
      bytes += reader.position();
      if (reader.isSealed()) {
        return;
      }
      if (!last || reader.wasDurableBeyond()) {
        throw damaged(file, reader.position());
      }
      open = FrameWriter.append(file, reader.position(), frames);
    }
  }

  private static HeadraceException missing(Path file) {
    return new HeadraceException(
        OnlineError.ONLINE_STORE_DAMAGED,
        "Cannot open online store: its file '%s' is gone.".formatted(file),
        AGAIN);
  }

  private static HeadraceException damaged(Path file, long position) {
    return new HeadraceException(
        OnlineError.ONLINE_STORE_DAMAGED,
        "Cannot open online store: '%s' is damaged at byte %d, where it was on the disk before."
            .formatted(file, position),
        AGAIN);
  }

  private static final String AGAIN =
      "Bring the file back from a backup, or remove the store's directory and build it again from"
          + " the lake: headrace features build";
}
