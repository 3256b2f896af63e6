package dev.headrace.data.ingest.internal;

import dev.headrace.data.ingest.Format;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.data.ingest.SourceFile;
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.error.HeadraceException;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * A raw text file as UTF-8 without a byte order mark: decompressed, decoded, and hashed on the way,
 * so that the bytes hashed are the bytes loaded.
 */
final class TextInput implements Closeable {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int BOM_BYTES = 4;
  private final SourceFile file;
  private final MessageDigest digest = Sha256.begin();
  private final Counted raw;
  private final InputStream text;

  TextInput(SourceFile file, String encoding) throws IOException {
    this.file = file;
    this.raw = new Counted(Files.newInputStream(file.location()), digest);
    boolean opened = false;
    try {
      this.text = decoded(decompressed(), charset(encoding));
      opened = true;
    } finally {
      if (!opened) {
        raw.close();
      }
    }
  }

  InputStream text() {
    return text;
  }

  /** How much of the file has been read, as it is stored. */
  long bytesRead() {
    return raw.bytes;
  }

  /**
   * The hash of the whole file, read to its end.
   *
   * @throws HeadraceException INGEST_FILE_MOVED if the file is no longer as it was found
   */
  String finish() throws IOException {
    byte[] rest = new byte[BUFFER_BYTES];
    while (raw.read(rest) >= 0) {
      // Whatever stands behind the compressed content belongs to the file too.
    }
    requireUnmoved(file);
    return Sha256.hex(digest);
  }

  static void requireUnmoved(SourceFile file) throws IOException {
    boolean same =
        Files.exists(file.location())
            && Files.size(file.location()) == file.sizeBytes()
            && Files.getLastModifiedTime(file.location()).toInstant().equals(file.modified());
    if (!same) {
      throw new HeadraceException(
          IngestError.INGEST_FILE_MOVED,
          "Cannot load file '" + file.path() + "': it changed while it was being read.",
          "Move finished files into place, so that nothing half-written is found; then run again.");
    }
  }

  private InputStream decompressed() throws IOException {
    String name = file.path().toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz") || name.endsWith(".gzip")) {
      BufferedInputStream buffered = new BufferedInputStream(raw, BUFFER_BYTES);
      buffered.mark(1);
      if (buffered.read() < 0) {
        return InputStream.nullInputStream();
      }
      buffered.reset();
      // The JDK's own takes a second member that is cut or damaged for the end of the file.
      return GzipCompressorInputStream.builder()
          .setInputStream(buffered)
          .setDecompressConcatenated(true)
          .get();
    }
    if (name.endsWith(".zst") || name.endsWith(".zstd")) {
      return new ZstdInputStream(new BufferedInputStream(raw, BUFFER_BYTES));
    }
    return raw;
  }

  /** Compressed content under another name would be read as rows of rubbish. */
  private void requireText(byte[] head) {
    String compression =
        startsWith(head, 0x1F, 0x8B) ? "gzip" : startsWith(head, 0x28, 0xB5, 0x2F) ? "zstd" : "";
    if (!compression.isEmpty()) {
      String name = file.path();
      throw new HeadraceException(
          IngestError.INGEST_FORMAT,
          "Cannot load file '%s': its content is compressed with %s%s."
              .formatted(name, compression, Format.isCompressed(name) ? " once more" : ""),
          Format.isCompressed(name)
              ? "Compress it once."
              : "Name it '%s.%s'.".formatted(name, compression.equals("gzip") ? "gz" : "zst"));
    }
  }

  private static boolean startsWith(byte[] head, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= head.length || (head[i] & 0xFF) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private InputStream decoded(InputStream in, Charset charset) throws IOException {
    PushbackInputStream whole = new PushbackInputStream(in, BOM_BYTES);
    byte[] head = whole.readNBytes(BOM_BYTES);
    requireText(head);
    boolean utf16 =
        head.length >= 2
            && ((head[0] == (byte) 0xFF && head[1] == (byte) 0xFE)
                || (head[0] == (byte) 0xFE && head[1] == (byte) 0xFF));
    if (utf16 && charset.equals(StandardCharsets.UTF_8)) {
      throw new HeadraceException(
          IngestError.INGEST_ENCODING,
          "Cannot load file '" + file.path() + "': it is UTF-16, not utf-8.",
          "Say 'encoding: utf-16'.");
    }
    boolean mark =
        head.length >= 3
            && head[0] == (byte) 0xEF
            && head[1] == (byte) 0xBB
            && head[2] == (byte) 0xBF;
    int skip = mark && charset.equals(StandardCharsets.UTF_8) ? 3 : 0;
    whole.unread(head, skip, head.length - skip);
    return charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII)
        ? whole
        : new Transcoded(new InputStreamReader(whole, charset.newDecoder()));
  }

  private Charset charset(String encoding) {
    try {
      return Charset.forName(encoding);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new HeadraceException(
          IngestError.INGEST_ENCODING,
          "Cannot load file '" + file.path() + "': there is no encoding '" + encoding + "'.",
          "Use a name such as utf-8, utf-16, iso-8859-1 or windows-1252.",
          e);
    }
  }

  @Override
  public void close() throws IOException {
    text.close();
    raw.close();
  }

  /** Hashes and counts. */
  private static final class Counted extends DigestInputStream {
    private long bytes;

    Counted(InputStream in, MessageDigest digest) {
      super(in, digest);
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      bytes += one < 0 ? 0 : 1;
      return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      bytes += Math.max(0, read);
      return read;
    }
  }

  /** Text of any encoding as UTF-8; malformed input fails. */
  private static final class Transcoded extends InputStream {
    private final Reader reader;
    private final CharsetEncoder encoder =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(1 << 16).flip();
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 18).flip();
    private boolean first = true;

    Transcoded(Reader reader) {
      this.reader = reader;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      while (!bytes.hasRemaining()) {
        chars.compact();
        int read = reader.read(chars);
        chars.flip();
        if (first && chars.hasRemaining()) {
          first = false;
          if (chars.get(chars.position()) == '\uFEFF') {
            chars.get();
          }
        }
        if (read < 0 && !chars.hasRemaining()) {
          return -1;
        }
        bytes.clear();
        var result = encoder.encode(chars, bytes, read < 0);
        bytes.flip();
        if (result.isError()) {
          throw new CharacterCodingException();
        }
      }
      int count = Math.min(length, bytes.remaining());
      bytes.get(into, offset, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
