package dev.headrace.cli.compose;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Secret;
import dev.headrace.server.http.HttpServer;
import dev.headrace.server.http.ServeSpec;
import dev.headrace.server.iceberg.IcebergRoutes;
import dev.headrace.spi.engine.SqlEngine;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Serves the lake's versions on loopback, for an engine that works for this process, from the first
 * time that one asks.
 */
final class LoopbackCatalog implements UnaryOperator<String> {
  /** Requests of an engine only ask. */
  private static final ByteSize MAX_REQUEST = new ByteSize(1 << 20);

  private final Headrace headrace;
  private final Supplier<? extends SqlEngine> engine;
  private final Consumer<Runnable> closing;
  private @Nullable String address;

  /**
   * @param closing takes what is to be done when the project is closed, last come first served
   */
  LoopbackCatalog(
      Headrace headrace, Supplier<? extends SqlEngine> engine, Consumer<Runnable> closing) {
    this.headrace = headrace;
    this.engine = engine;
    this.closing = closing;
  }

  /**
   * @param token what the engine carries, the same each time
   * @return where the catalog is
   */
  @Override
  public synchronized String apply(String token) {
    String known = address;
    if (known == null) {
      ServeSpec spec =
          new ServeSpec(
              0, "127.0.0.1", List.of(new Secret(token)), MAX_REQUEST, Duration.ofSeconds(30));
      HttpServer server =
          HttpServer.start(spec, List.of(new IcebergRoutes(Serving.warehouses(headrace, engine))));
      closing.accept(server::close);
      known = server.uri() + "/iceberg";
      address = known;
    }
    return known;
  }
}
