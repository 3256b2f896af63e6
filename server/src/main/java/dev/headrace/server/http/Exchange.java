package dev.headrace.server.http;

import dev.headrace.spi.error.HeadraceException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import java.util.function.Function;

/**
 * One request and its answer, without the HTTP library's ways; what handlers are written against.
 */
public final class Exchange {

  private final ServerRequest request;

  private Exchange(ServerRequest request) {
    this.request = request;
  }

  /** A handler that answers with what {@code work} returns. */
  public static Handler handler(Function<Exchange, Reply> work) {
    return (request, response) -> send(work.apply(new Exchange(request)), request, response);
  }

  /** {@code GET}, {@code POST} and so on. */
  public String method() {
    return request.prologue().method().text();
  }

  /** The whole path as it was sent, still encoded. */
  public String rawPath() {
    return request.prologue().uriPath().rawPathNoParams();
  }

  /**
   * Refuses other methods.
   *
   * @throws HeadraceException SERVER_METHOD
   */
  public void requireMethod(String method) {
    if (!method().equals(method)) {
      throw new HeadraceException(
          ServerError.SERVER_METHOD,
          "Cannot answer '%s %s': only %s is.".formatted(method(), rawPath(), method),
          "");
    }
  }

  /** Says that there is nothing at the path. */
  public HeadraceException missing(String hint) {
    return new HeadraceException(
        ServerError.SERVER_ROUTE_MISSING,
        "Cannot answer '%s %s': nothing is served there.".formatted(method(), rawPath()),
        hint);
  }

  /** A parameter of the query, decoded; empty when it is absent or has no text. */
  public Optional<String> query(String name) {
    return request.query().contains(name)
        ? Optional.of(request.query().get(name)).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  /** A header. */
  public Optional<String> header(String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  /** What the request carries, read whole, within the server's limits. */
  public byte[] body() {
    return request
        .context()
        .get(RequestBody.class)
        .orElseThrow(() -> new IllegalStateException("not served by HttpServer"))
        .read(request);
  }

  static void send(Reply reply, ServerRequest request, ServerResponse response) {
    response.status(Status.create(reply.status()));
    reply.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    if (reply.status() == 413 || reply.status() == 408) {
      // What is left of the request is not waited for.
      response.header(HeaderNames.CONNECTION, "close");
    }
    boolean noBody = reply.body().length == 0 || request.prologue().method().text().equals("HEAD");
    if (noBody) {
      response.send();
    } else {
      response.header(HeaderNames.CONTENT_TYPE, reply.contentType());
      response.send(reply.body());
    }
  }
}
