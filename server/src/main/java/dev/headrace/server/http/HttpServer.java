package dev.headrace.server.http;

import dev.headrace.spi.error.HeadraceException;
import io.helidon.common.context.Context;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. Each request has a virtual thread of its own; one that is under way when the
 * server is closed is finished first.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  /** What clients of some protocols send instead of a bearer token. */
  private static final HeaderName API_KEY = HeaderNames.create("X-API-Key");

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int MAX_CONNECTIONS = 1_024;

  private final WebServer server;
  private final Arrival arrival;
  private final URI uri;

  private HttpServer(WebServer server, Arrival arrival, URI uri) {
    this.server = server;
    this.arrival = arrival;
    this.uri = uri;
  }

  /**
   * Starts to serve.
   *
   * @throws HeadraceException SERVER_KEY_REQUIRED, SERVER_ADDRESS, SERVER_PORT_IN_USE
   */
  public static HttpServer start(ServeSpec spec, List<Routes> rooms) {
    InetAddress address = address(spec);
    Keys keys = new Keys(spec.keys());
    if (keys.isOpen() && !address.isLoopbackAddress()) {
      throw new HeadraceException(
          ServerError.SERVER_KEY_REQUIRED,
          "Cannot serve on '%s': other machines could reach it, and no key is configured."
              .formatted(spec.host()),
          "Add 'serve: {keys: [\"${env:HEADRACE_KEY}\"]}' to headrace.yaml, or serve on 127.0.0.1.");
    }
    requireFree(spec, address);
    List<Routes> all = new ArrayList<>(rooms);
    all.add(new HealthRoutes());
    Context context = Context.create();
    Arrival arrival = new Arrival(spec.patience());
    context.register(new RequestBody(spec.maxRequest().bytes(), arrival));
    WebServer server =
        WebServer.builder()
            .address(address)
            .port(spec.port())
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .maxTcpConnections(MAX_CONNECTIONS)
            .idleConnectionTimeout(spec.patience())
            .idleConnectionPeriod(spec.patience().dividedBy(3).plusMillis(1))
            .connectionOptions(options -> options.tcpNoDelay(true))
            .addProtocol(Http1Config.builder().addReceiveListener(arrival).build())
            .serverContext(context)
            .routing(routing -> route(routing, all, keys))
            .build();
    server.start();
    if (!server.isRunning()) { // It writes down why, and tells nobody.
      throw cannotListen(spec, new IOException("the server did not start"));
    }
    return new HttpServer(server, arrival, uri(spec.host(), server.port()));
  }

  /** Listens for a moment, because the HTTP library does not say why it cannot. */
  private static void requireFree(ServeSpec spec, InetAddress address) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address, spec.port()));
    } catch (IOException e) {
      throw cannotListen(spec, e);
    }
  }

  private static InetAddress address(ServeSpec spec) {
    try {
      return InetAddress.getByName(spec.host());
    } catch (UnknownHostException e) {
      throw new HeadraceException(
          ServerError.SERVER_ADDRESS,
          "Cannot serve on '%s': there is no such address.".formatted(spec.host()),
          "Use 127.0.0.1 for this machine alone, or 0.0.0.0 for all its addresses.",
          e);
    }
  }

  private static void route(HttpRouting.Builder routing, List<Routes> rooms, Keys keys) {
    routing.addFilter((chain, request, response) -> admit(chain, request, response, rooms, keys));
    routing.error(
        Throwable.class, (request, response, thrown) -> tell(rooms, request, response, thrown));
    for (Routes room : rooms) {
      routing.register(room.path(), room::register);
    }
    routing.any(
        (request, response) -> {
          throw new HeadraceException(
              ServerError.SERVER_ROUTE_MISSING,
              "Cannot answer '%s %s': nothing is served there."
                  .formatted(
                      request.prologue().method().text(), request.prologue().uriPath().path()),
              "See the documentation of 'headrace serve' for what is.");
        });
  }

  private static void admit(
      FilterChain chain,
      RoutingRequest request,
      RoutingResponse response,
      List<Routes> rooms,
      Keys keys) {
    boolean admitted =
        request.path().path().equals(HealthRoutes.PATH)
            || keys.admit(request.headers().first(HeaderNames.AUTHORIZATION).orElse(""))
            || keys.admit(request.headers().first(API_KEY).map(key -> "Bearer " + key).orElse(""));
    if (admitted) {
      chain.proceed();
      return;
    }
    HeadraceException refusal =
        new HeadraceException(
            ServerError.SERVER_UNAUTHORIZED,
            "Cannot answer: the request carries no key that is known here.",
            "Send 'Authorization: Bearer KEY' with one of the keys under 'serve:' in headrace.yaml.");
    Exchange.send(
        room(rooms, request).failure(refusal).with("WWW-Authenticate", "Bearer"),
        request,
        response);
  }

  private static void tell(
      List<Routes> rooms, ServerRequest request, ServerResponse response, Throwable thrown) {
    Reply reply = room(rooms, request).failure(thrown);
    if (reply.status() >= 500) {
      LOG.warn(
          "{} {} failed",
          request.prologue().method().text(),
          request.prologue().uriPath().path(),
          thrown);
    }
    Exchange.send(reply, request, response);
  }

  /** The room whose words a failure is told in. */
  private static Routes room(List<Routes> rooms, ServerRequest request) {
    String path = request.prologue().uriPath().path();
    return rooms.stream()
        .filter(room -> path.equals(room.path()) || path.startsWith(room.path() + "/"))
        .findFirst()
        .orElse(rooms.getLast());
  }

  private static HeadraceException cannotListen(ServeSpec spec, IOException failure) {
    boolean inUse = String.valueOf(failure.getMessage()).contains("in use");
    return new HeadraceException(
        inUse ? ServerError.SERVER_PORT_IN_USE : ServerError.SERVER_ADDRESS,
        "Cannot serve on '%s:%d': %s."
            .formatted(
                spec.host(),
                spec.port(),
                inUse ? "another program listens there" : failure.getMessage()),
        inUse
            ? "Stop it, or choose another port: headrace serve --port " + (spec.port() + 1)
            : "Use an address of this machine and a port that you may listen on.",
        failure);
  }

  /** Where it is reached from this machine. */
  public URI uri() {
    return uri;
  }

  private static URI uri(String listening, int port) {
    String host = listening.equals("0.0.0.0") || listening.equals("::") ? "127.0.0.1" : listening;
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  /** Takes no more requests, finishes those under way, and ends. */
  @Override
  public void close() {
    server.stop();
    arrival.close();
  }
}
