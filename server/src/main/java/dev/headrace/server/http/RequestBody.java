package dev.headrace.server.http;

import dev.headrace.spi.error.HeadraceException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Reads what a request carries, up to a size and within a time. */
final class RequestBody {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final long maxBytes;
  private final Arrival arrival;

  RequestBody(long maxBytes, Arrival arrival) {
    this.maxBytes = maxBytes;
    this.arrival = arrival;
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
    try (Arrival.Wait _ = arrival.begin();
        InputStream in = request.content().inputStream()) {
      if (announced > 0 && announced <= BUFFER_BYTES) {
        byte[] small = new byte[(int) announced];
        int count = in.readNBytes(small, 0, small.length);
        return count == small.length ? small : Arrays.copyOf(small, count);
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.min(announced, 1 << 20));
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        body.write(buffer, 0, count);
        if (body.size() > maxBytes) {
          throw tooLarge("more than " + maxBytes + " bytes");
        }
      }
      return body.toByteArray();
    } catch (IOException | UncheckedIOException e) {
      throw tooSlow(e);
    }
  }

  private HeadraceException tooSlow(Exception cause) {
    return new HeadraceException(
        ServerError.SERVER_TOO_SLOW,
        "Cannot take the request: it did not arrive whole within %s.".formatted(arrival.patience()),
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
