package dev.headrace.server.iceberg;

import dev.headrace.data.warehouse.TableChange;
import dev.headrace.data.warehouse.Warehouse;
import dev.headrace.server.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.LoadTableResponse;

/** What the specification says of tables, and of several tables at once. */
final class TableHandlers {
  private static final String ETAG = "ETag";

  Map<Endpoint, IcebergRoutes.Handler> all() {
    return Map.ofEntries(
        Map.entry(Endpoint.V1_LIST_TABLES, TableHandlers::list),
        Map.entry(Endpoint.V1_CREATE_TABLE, TableHandlers::create),
        Map.entry(Endpoint.V1_LOAD_TABLE, TableHandlers::load),
        Map.entry(Endpoint.V1_TABLE_EXISTS, TableHandlers::exists),
        Map.entry(Endpoint.V1_UPDATE_TABLE, TableHandlers::update),
        Map.entry(Endpoint.V1_RENAME_TABLE, TableHandlers::rename),
        Map.entry(Endpoint.V1_DELETE_TABLE, TableHandlers::drop),
        Map.entry(Endpoint.V1_REGISTER_TABLE, TableHandlers::register),
        Map.entry(Endpoint.V1_REPORT_METRICS, TableHandlers::report),
        Map.entry(Endpoint.V1_COMMIT_TRANSACTION, TableHandlers::commit));
  }

  private static Reply list(Call call) {
    return Json.ok(
        call.page()
            .map(
                page ->
                    CatalogHandlers.listTables(
                        call.warehouse(), call.namespace(), page.token(), page.size()))
            .orElseGet(() -> CatalogHandlers.listTables(call.warehouse(), call.namespace())));
  }

  private static Reply create(Call call) {
    CreateTableRequest request = call.body(CreateTableRequest.class);
    if (request.stageCreate()) {
      return Json.ok(CatalogHandlers.stageTableCreate(call.warehouse(), call.namespace(), request));
    }
    return tagged(
        CatalogHandlers.createTable(call.warehouse(), call.namespace(), request), SnapshotMode.ALL);
  }

  private static Reply load(Call call) {
    SnapshotMode mode = mode(call);
    LoadTableResponse response = CatalogHandlers.loadTable(call.warehouse(), call.table(), mode);
    String tag = tag(response, mode);
    return call.exchange().header("If-None-Match").filter(tag::equals).isPresent()
        ? Reply.empty(304).with(ETAG, tag)
        : Json.ok(response).with(ETAG, tag);
  }

  private static SnapshotMode mode(Call call) {
    String wanted = call.query("snapshots").orElse("all");
    return switch (wanted.toLowerCase(Locale.ROOT)) {
      case "all" -> SnapshotMode.ALL;
      case "refs" -> SnapshotMode.REFS;
      default ->
          throw new BadRequestException(
              "Cannot load: snapshots is '%s', but must be all or refs.", wanted);
    };
  }

  private static Reply tagged(LoadTableResponse response, SnapshotMode mode) {
    return Json.ok(response).with(ETAG, tag(response, mode));
  }

  /** Names exactly this document: metadata under one location never changes. */
  private static String tag(LoadTableResponse response, SnapshotMode mode) {
    String content = response.metadataLocation() + " " + mode;
    return "\"" + UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)) + "\"";
  }

  private static Reply exists(Call call) {
    CatalogHandlers.tableExists(call.warehouse(), call.table());
    return Reply.empty(204);
  }

  private static Reply update(Call call) {
    UpdateTableRequest request = call.body(UpdateTableRequest.class);
    Warehouse warehouse = call.warehouse();
    warehouse.commit(
        List.of(new TableChange(call.table(), request.requirements(), request.updates())));
    return tagged(
        CatalogHandlers.loadTable(warehouse, call.table(), SnapshotMode.ALL), SnapshotMode.ALL);
  }

  private static Reply commit(Call call) {
    CommitTransactionRequest request = call.body(CommitTransactionRequest.class);
    call.warehouse()
        .commit(
            request.tableChanges().stream()
                .map(
                    change ->
                        new TableChange(
                            change.identifier(), change.requirements(), change.updates()))
                .toList());
    return Reply.empty(204);
  }

  private static Reply rename(Call call) {
    CatalogHandlers.renameTable(call.warehouse(), call.body(RenameTableRequest.class));
    return Reply.empty(204);
  }

  private static Reply drop(Call call) {
    if (call.query("purgeRequested").filter(Boolean::parseBoolean).isPresent()) {
      CatalogHandlers.purgeTable(call.warehouse(), call.table());
    } else {
      CatalogHandlers.dropTable(call.warehouse(), call.table());
    }
    return Reply.empty(204);
  }

  private static Reply register(Call call) {
    return tagged(
        CatalogHandlers.registerTable(
            call.warehouse(), call.namespace(), call.body(RegisterTableRequest.class)),
        SnapshotMode.ALL);
  }

  /** Reports are read, so that a wrong one is refused, and not kept: nobody asks for them yet. */
  private static Reply report(Call call) {
    call.body(ReportMetricsRequest.class);
    return Reply.empty(204);
  }
}
