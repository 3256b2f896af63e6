package dev.headrace.cli.serve;

import dev.headrace.cli.Shell;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.data.lake.internal.LocalFileIO;
import dev.headrace.server.http.HttpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.rest.RESTCatalog;

/** A small project that is built, and served as {@code headrace serve} serves it. */
public final class ServedProject implements AutoCloseable {
  private final Path directory;
  private final Shell shell;
  private final Headrace headrace;
  private final HttpServer server;

  private ServedProject(Path directory, Shell shell) {
    this.directory = directory;
    this.shell = shell;
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
    this.headrace = Headrace.open(directory, ambient, false);
    this.server = headrace.serve(null, 0);
  }

  /** Two raw tables, a table, a view and a table that reads both. */
  public static Shell write(Path directory) throws IOException {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\n");
    shell.write(
        "data/raw_orders.csv",
        """
        order_id,customer,total,ordered_at
        1,ada,10.5,2026-01-01T10:00:00Z
        2,bob,20.0,2026-01-02T11:00:00Z
        3,ada,7.25,2026-01-02T12:00:00Z
        """);
    shell.write("data/raw_customers.csv", "customer,country\nada,NP\nbob,TR\n");
    shell.write(
        "sources/raw_orders.yaml", "files: data/raw_orders.csv\nload: replace\ntime: ordered_at\n");
    shell.write("sources/raw_customers.yaml", "files: data/raw_customers.csv\nload: replace\n");
    shell.write(
        "tables/orders.sql", "select order_id, customer, total, ordered_at from raw_orders");
    shell.write("tables/customers.sql", "select customer, country from raw_customers");
    shell.write(
        "tables/by_country.sql",
        """
        select country, sum(total) as total
        from orders join customers using (customer)
        group by country
        """);
    shell.write(
        "tables/big_orders.sql",
        "/*---\nmaterialize: view\n---*/\nselect order_id, total from orders where total > 10");
    return shell;
  }

  /** Builds it and serves it. */
  static ServedProject start(Path directory) throws IOException {
    Shell shell = write(directory);
    shell.succeed("run");
    return new ServedProject(directory, shell);
  }

  Shell shell() {
    return shell;
  }

  Headrace headrace() {
    return headrace;
  }

  HttpServer server() {
    return server;
  }

  RESTCatalog client() {
    return client("prod");
  }

  RESTCatalog client(String warehouse) {
    return client(server.uri().toString(), warehouse);
  }

  public static RESTCatalog client(String url, String warehouse) {
    Map<String, String> properties = new HashMap<>();
    properties.put(CatalogProperties.URI, url + "/iceberg");
    properties.put(CatalogProperties.WAREHOUSE_LOCATION, warehouse);
    properties.put(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName());
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("headrace", properties);
    return catalog;
  }

  @Override
  public void close() {
    server.close();
    headrace.close();
  }
}
