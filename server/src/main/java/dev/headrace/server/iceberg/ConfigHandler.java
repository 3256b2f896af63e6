package dev.headrace.server.iceberg;

import dev.headrace.data.warehouse.Warehouses;
import dev.headrace.server.http.Reply;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.responses.ConfigResponse;

/** {@code GET /v1/config}: where a client finds the warehouse it wants, and what it may ask. */
final class ConfigHandler implements IcebergRoutes.Handler {
  static final Endpoint ENDPOINT = Endpoint.create("GET", "/v1/config");

  private final Warehouses warehouses;
  private final List<Endpoint> endpoints;

  ConfigHandler(Warehouses warehouses, List<Endpoint> endpoints) {
    this.warehouses = warehouses;
    this.endpoints = endpoints.stream().sorted(Comparator.comparing(Endpoint::toString)).toList();
  }

  @Override
  public Reply handle(Call call) {
    String name = call.query("warehouse").orElse(Warehouses.DEFAULT);
    warehouses.open(name);
    return Json.ok(
        ConfigResponse.builder()
            .withOverride("prefix", RESTUtil.encodeString(name))
            .withEndpoints(endpoints)
            .build());
  }
}
