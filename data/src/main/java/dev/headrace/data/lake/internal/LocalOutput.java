package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.Durability;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A metadata file to write: written beside its place and moved there when it is closed. */
record LocalOutput(String location, Durability durability) implements OutputFile {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** End of the names of unfinished files; what a killed process leaves is swept. */
  static final String UNFINISHED = ".tmp";

  @Override
  public PositionOutputStream create() {
    if (Files.exists(LocalFileIO.path(location))) {
      throw new AlreadyExistsException("File already exists: %s", location);
    }
    return createOrOverwrite();
  }

  @Override
  public PositionOutputStream createOrOverwrite() {
    Path target = LocalFileIO.path(location);
    Path unfinished =
        target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + UNFINISHED);
    try {
      return new Stream(open(unfinished), unfinished, target, durability);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputFile toInputFile() {
    return new LocalInput(location);
  }

  private static OutputStream open(Path file) throws IOException {
    try {
      return newFile(file);
    } catch (NoSuchFileException e) {
      Files.createDirectories(file.getParent());
      return newFile(file);
    }
  }

  private static OutputStream newFile(Path file) throws IOException {
    return new BufferedOutputStream(
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        BUFFER_BYTES);
  }

  private static final class Stream extends PositionOutputStream {
    private final OutputStream out;
    private final Path unfinished;
    private final Path target;
    private final Durability durability;
    private long position;
    private boolean failed;
    private boolean closed;

    Stream(OutputStream out, Path unfinished, Path target, Durability durability) {
      this.out = out;
      this.unfinished = unfinished;
      this.target = target;
      this.durability = durability;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      failed = true;
      out.write(value);
      position++;
      failed = false;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      failed = true;
      out.write(bytes, offset, length);
      position += length;
      failed = false;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    /** Shows the file, unless a write failed: then nothing is left. */
    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      boolean complete = false;
      try {
        out.close();
        if (!failed) {
          if (durability == Durability.POWER) {
            LocalFileIO.forceContent(unfinished);
          }
          Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
          if (durability == Durability.POWER) {
            LocalFileIO.forceName(target);
          }
          complete = true;
        }
      } finally {
        if (!complete) {
          Files.deleteIfExists(unfinished);
        }
      }
    }
  }
}
