package dev.headrace.server.http;

import dev.headrace.spi.error.HeadraceException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Reads what a request carries, up to a size and within a time. */
final class RequestBody {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final long maxBytes;
  private final Duration patience;

  RequestBody(long maxBytes, Duration patience) {
    this.maxBytes = maxBytes;
    this.patience = patience;
  }

  /**
   * All of it.
   *
   * @throws HeadraceException SERVER_TOO_LARGE, SERVER_TOO_SLOW
   */
  byte[] read(ServerRequest request) {
    long announced = request.headers().contentLength().orElse(0);
    if (announced > maxBytes) {
      throw tooLarge(announced + " bytes");
    }
    if (announced == 0 && !request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
      return new byte[0];
    }
    long deadline = System.nanoTime() + patience.toNanos();
    ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.min(announced, 1 << 20));
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = request.content().inputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        body.write(buffer, 0, count);
        if (body.size() > maxBytes) {
          throw tooLarge("more than " + maxBytes + " bytes");
        }
        if (System.nanoTime() > deadline) {
          throw tooSlow(null);
        }
      }
      return body.toByteArray();
    } catch (IOException | UncheckedIOException e) {
      throw tooSlow(e);
    }
  }

  private HeadraceException tooSlow(@org.jspecify.annotations.Nullable Exception cause) {
    return new HeadraceException(
        ServerError.SERVER_TOO_SLOW,
        "Cannot take the request: it did not arrive within %s.".formatted(patience),
        "Send it again; 'serve: patience:' in headrace.yaml gives it more time.",
        cause);
  }

  private HeadraceException tooLarge(String size) {
    return new HeadraceException(
        ServerError.SERVER_TOO_LARGE,
        "Cannot take the request: it has %s, and %d are allowed.".formatted(size, maxBytes),
        "Send less at once, or raise 'serve: max-request:' in headrace.yaml.");
  }
}
