package dev.headrace.data.ingest;

import dev.headrace.spi.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * The content of a file in 64 hexadecimal digits: SHA-256 of its bytes as stored.
 *
 * <p>On processors with SHA instructions the JDK hashes more than 1 GB/s on one core, so that a
 * weaker hash would win nothing.
 */
public final class ContentHash {
  private static final int BUFFER_BYTES = 1 << 20;

  private ContentHash() {}

  /** Reads the whole file. */
  public static String of(Path file) throws IOException {
    MessageDigest digest = Sha256.begin();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return Sha256.hex(digest);
  }
}
