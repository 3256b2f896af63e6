package dev.headrace.data.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * A metadata file to read. It is read whole: Iceberg reads in small steps, and metadata files stay
 * below some megabytes. Data files are read by engines, never through here.
 */
record LocalInput(String location) implements InputFile {
  private Path path() {
    return LocalFileIO.path(location);
  }

  @Override
  public long getLength() {
    try {
      return Files.size(path());
    } catch (NoSuchFileException e) {
      throw new NotFoundException(e, "File does not exist: %s", location);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean exists() {
    return Files.exists(path());
  }

  @Override
  public SeekableInputStream newStream() {
    try {
      return new Bytes(Files.readAllBytes(path()));
    } catch (NoSuchFileException e) {
      throw new NotFoundException(e, "Failed to open input stream for file: %s", location);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Bytes extends SeekableInputStream {
    private final byte[] content;
    private int position;

    Bytes(byte[] content) {
      this.content = content;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void seek(long newPosition) {
      position = (int) Objects.checkIndex(newPosition, content.length + 1L);
    }

    @Override
    public int read() {
      return position < content.length ? content[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      if (position == content.length) {
        return -1;
      }
      int count = Math.min(length, content.length - position);
      System.arraycopy(content, position, target, offset, count);
      position += count;
      return count;
    }

    @Override
    public int available() {
      return content.length - position;
    }
  }
}
