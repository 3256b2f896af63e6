package dev.headrace.server.iceberg;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Secret;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.lake.internal.LocalFileIO;
import dev.headrace.data.warehouse.Warehouses;
import dev.headrace.server.http.HttpServer;
import dev.headrace.server.http.ServeSpec;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.rest.RESTCatalog;

/** A lake without a project, served by a server of its own. */
final class ServedLake implements AutoCloseable {
  private final Path state;
  private final Ledger ledger;
  private final Lake lake;
  private final HttpServer server;

  private ServedLake(Path state, List<Secret> keys) {
    this.state = state;
    this.ledger = Ledger.open(state.resolve("ledger.db"), Clock.systemUTC());
    this.lake = Lake.open(LakeConfig.in(state.resolve("lake")));
    this.server =
        HttpServer.start(
            spec(keys),
            List.of(
                new IcebergRoutes(
                    new Warehouses(
                        ledger,
                        lake,
                        state,
                        _ -> {
                          throw new AssertionError("no view of the project is here");
                        }))));
  }

  static ServeSpec spec(List<Secret> keys) {
    return new ServeSpec(0, "127.0.0.1", keys, new ByteSize(1 << 20), Duration.ofSeconds(2));
  }

  static ServedLake start(Path state, Secret... keys) {
    return new ServedLake(state, List.of(keys));
  }

  URI uri() {
    return server.uri();
  }

  Ledger ledger() {
    return ledger;
  }

  /** Where tables of other programs in {@code prod} have to lie. */
  Path outside() {
    return state.resolve("lake-outside/prod");
  }

  /** A client as any Java program would make it. */
  RESTCatalog client(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>();
    properties.put(CatalogProperties.URI, server.uri() + "/iceberg");
    properties.put(CatalogProperties.WAREHOUSE_LOCATION, "prod");
    properties.put(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName());
    properties.putAll(more);
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("headrace", properties);
    return catalog;
  }

  @Override
  public void close() {
    server.close();
    lake.close();
    ledger.close();
  }
}
