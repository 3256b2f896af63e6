package dev.headrace.server.iceberg;

import dev.headrace.data.warehouse.Warehouses;
import dev.headrace.server.http.Exchange;
import dev.headrace.server.http.Reply;
import dev.headrace.server.http.Routes;
import io.helidon.webserver.http.HttpRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.rest.Endpoint;

/**
 * Serves the warehouses as the Iceberg REST specification says.
 *
 * <p>A request is matched against the specification's own list of endpoints, by its path as it was
 * sent: a slash within a name stays within the name, and {@code ..} is a name like any other.
 */
public final class IcebergRoutes implements Routes {
  private static final String PATH = "/iceberg";

  private final List<Served> served = new ArrayList<>();

  private record Served(Endpoint endpoint, List<String> segments, Handler handler) {}

  /** Answers one kind of request. */
  @FunctionalInterface
  interface Handler {
    Reply handle(Call call);
  }

  public IcebergRoutes(Warehouses warehouses) {
    Map<Endpoint, Handler> handlers = new HashMap<>();
    handlers.putAll(new TableHandlers().all());
    handlers.putAll(new ViewHandlers().all());
    handlers.putAll(new NamespaceHandlers().all());
    handlers.put(
        ConfigHandler.ENDPOINT, new ConfigHandler(warehouses, List.copyOf(handlers.keySet())));
    this.warehouses = warehouses;
    handlers.forEach(
        (endpoint, handler) ->
            served.add(new Served(endpoint, segments("/" + endpoint.path()), handler)));
  }

  private final Warehouses warehouses;

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public void register(HttpRules rules) {
    rules.any(Exchange.handler(this::answer));
  }

  @Override
  public Reply failure(Throwable thrown) {
    return Failures.reply(thrown);
  }

  private Reply answer(Exchange exchange) {
    List<String> path = segments(exchange.rawPath().substring(PATH.length()));
    boolean known = false;
    for (Served candidate : served) {
      Map<String, String> variables = match(candidate.segments(), path);
      if (variables == null) {
        continue;
      }
      known = true;
      if (candidate.endpoint().httpMethod().equals(exchange.method())) {
        return candidate.handler().handle(new Call(exchange, variables, warehouses));
      }
    }
    throw Failures.noRoute(exchange, known);
  }

  private static List<String> segments(String path) {
    return Arrays.asList(path.replaceFirst("^/+", "").split("/", -1));
  }

  /** The variables of a template, still encoded; null when the path is another. */
  private static @org.jspecify.annotations.Nullable Map<String, String> match(
      List<String> template, List<String> path) {
    if (template.size() != path.size()) {
      return null;
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String expected = template.get(i);
      if (expected.startsWith("{")) {
        variables.put(expected.substring(1, expected.length() - 1), path.get(i));
      } else if (!expected.equals(path.get(i))) {
        return null;
      }
    }
    return variables;
  }
}
