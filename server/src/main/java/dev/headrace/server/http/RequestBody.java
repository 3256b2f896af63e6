package dev.headrace.server.http;

import dev.headrace.spi.error.HeadraceException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
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
      return read(in, (int) Math.min(announced, BUFFER_BYTES));
    } catch (IOException | UncheckedIOException e) {
      throw tooSlow(e);
    }
  }

  /** Into an array of the announced size, which most requests fill to the last byte. */
  private byte[] read(InputStream in, int announced) throws IOException {
    byte[] body = new byte[announced > 0 ? announced : BUFFER_BYTES];
    int size = 0;
    int next = 0;
    while (next >= 0) {
      if (size < body.length) {
        int count = in.read(body, size, body.length - size);
        next = count;
        size += Math.max(0, count);
      } else { // Whole, unless there is one more.
        next = in.read();
        if (next >= 0) {
          body = Arrays.copyOf(body, 2 * size);
          body[size++] = (byte) next;
        }
      }
      if (size > maxBytes) {
        throw tooLarge("more than " + maxBytes + " bytes");
      }
    }
    return size == body.length ? body : Arrays.copyOf(body, size);
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
