package dev.headrace.decisions.experiments.walk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link UnitTable} in a file of this machine's own: a description, then the table's sections as
 * they lie in memory. Read without being copied.
 */
public final class UnitFile {
  /** Ends the names of such files. */
  public static final String SUFFIX = ".units";

  private static final int FORM = 0x48525531;
  private static final int LENGTHS = 2 * Integer.BYTES + Long.BYTES;
  private static final int PIECE = 1 << 28;

  private UnitFile() {}

  /**
   * What a table consists of.
   *
   * @param widths bytes of the totals of each column
   * @param sections keys, variants, levels, totals
   */
  record Parts(
      int rows,
      List<Integer> widths,
      Names variants,
      List<Names> levels,
      List<MemorySegment> sections) {}

  /** Writes a table to a file that is not there yet; it is on the disk when this returns. */
  public static void write(UnitTable table, Path file) {
    Parts parts = table.parts();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] description = describe(parts);
      long bytes =
          LENGTHS
              + description.length
              + parts.sections().stream().mapToLong(MemorySegment::byteSize).sum();
      write(
          channel,
          ByteBuffer.allocate(LENGTHS)
              .putInt(FORM)
              .putInt(description.length)
              .putLong(bytes)
              .flip());
      write(channel, ByteBuffer.wrap(description));
      for (MemorySegment section : parts.sections()) {
        for (long at = 0; at < section.byteSize(); at += PIECE) {
          long length = Math.min(PIECE, section.byteSize() - at);
          write(channel, section.asSlice(at, length).asByteBuffer());
        }
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a file is there, and all of it. */
  public static boolean isWhole(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer lengths = ByteBuffer.allocate(LENGTHS);
      while (lengths.hasRemaining() && channel.read(lengths) >= 0) {
        // Until there are enough, or no more.
      }
      return !lengths.hasRemaining()
          && lengths.getInt(0) == FORM
          && lengths.getLong(2 * Integer.BYTES) == channel.size();
    } catch (IOException e) {
      return false;
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static byte[] describe(Parts parts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(parts.rows());
    out.writeInt(parts.widths().size());
    for (int width : parts.widths()) {
      out.writeByte(width);
    }
    write(out, parts.variants());
    out.writeInt(parts.levels().size());
    for (Names names : parts.levels()) {
      write(out, names);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Names names) throws IOException {
    out.writeInt(names.size());
    for (String text : names.all()) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(utf8.length);
      out.write(utf8);
    }
  }

  /** A table that reads from a file while it is open. */
  public static UnitTable open(Path file) {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment all = map(channel, arena);
      ByteBuffer lengths = all.asSlice(0, LENGTHS).asByteBuffer();
      if (lengths.getInt() != FORM) {
        throw new IOException(file + " is no table of units");
      }
      int described = lengths.getInt();
      DataInputStream in =
          new DataInputStream(
              new ByteArrayInputStream(all.asSlice(LENGTHS, described).toArray(JAVA_BYTE)));
      int rows = in.readInt();
      List<Integer> widths = new ArrayList<>();
      for (int c = in.readInt(); c > 0; c--) {
        widths.add((int) in.readByte());
      }
      Names variants = names(in);
      List<Names> levels = new ArrayList<>();
      for (int l = in.readInt(); l > 0; l--) {
        levels.add(names(in));
      }
      List<MemorySegment> sections = new ArrayList<>();
      long at = (long) LENGTHS + described;
      for (long bytes : UnitTable.sectionBytes(rows, levels.size(), widths)) {
        sections.add(all.asSlice(at, bytes));
        at += bytes;
      }
      return new UnitTable(new Parts(rows, widths, variants, levels, sections), arena);
    } catch (IOException e) {
      arena.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** A mapped file as memory like any other: code for two kinds of memory is compiled twice. */
  @SuppressWarnings("restricted")
  private static MemorySegment map(FileChannel channel, Arena arena) throws IOException {
    MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    return MemorySegment.ofAddress(mapped.address())
        .reinterpret(mapped.byteSize(), arena, null)
        .asReadOnly();
  }

  private static Names names(DataInputStream in) throws IOException {
    Names names = new Names();
    for (int i = in.readInt(); i > 0; i--) {
      names.number(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
    }
    return names;
  }
}
