package dev.headrace.server.http;

import io.helidon.webserver.http.HttpRules;
import java.nio.charset.StandardCharsets;

/** {@code /health}: whether the server answers; for those who watch over it, so without a key. */
final class HealthRoutes implements Routes {
  static final String PATH = "/health";
  private static final byte[] UP = "{\"status\":\"up\"}".getBytes(StandardCharsets.UTF_8);

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public void register(HttpRules rules) {
    rules.get("/", Exchange.handler(_ -> Reply.json(200, UP)));
  }
}
