package dev.headrace.server.iceberg;

import dev.headrace.server.http.Reply;
import java.util.Map;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RegisterViewRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** What the specification says of views. */
final class ViewHandlers {
  Map<Endpoint, IcebergRoutes.Handler> all() {
    return Map.of(
        Endpoint.V1_LIST_VIEWS, ViewHandlers::list,
        Endpoint.V1_CREATE_VIEW, ViewHandlers::create,
        Endpoint.V1_LOAD_VIEW, ViewHandlers::load,
        Endpoint.V1_VIEW_EXISTS, ViewHandlers::exists,
        Endpoint.V1_UPDATE_VIEW, ViewHandlers::replace,
        Endpoint.V1_REGISTER_VIEW, ViewHandlers::register,
        Endpoint.V1_RENAME_VIEW, ViewHandlers::rename,
        Endpoint.V1_DELETE_VIEW, ViewHandlers::drop);
  }

  private static Reply list(Call call) {
    return Json.ok(
        call.page()
            .map(
                page ->
                    CatalogHandlers.listViews(
                        call.warehouse(), call.namespace(), page.token(), page.size()))
            .orElseGet(() -> CatalogHandlers.listViews(call.warehouse(), call.namespace())));
  }

  private static Reply create(Call call) {
    return Json.ok(
        CatalogHandlers.createView(
            call.warehouse(), call.namespace(), call.body(CreateViewRequest.class)));
  }

  private static Reply load(Call call) {
    return Json.ok(CatalogHandlers.loadView(call.warehouse(), call.view()));
  }

  private static Reply exists(Call call) {
    CatalogHandlers.viewExists(call.warehouse(), call.view());
    return Reply.empty(204);
  }

  private static Reply replace(Call call) {
    return Json.ok(
        CatalogHandlers.updateView(
            call.warehouse(), call.view(), call.body(UpdateTableRequest.class)));
  }

  private static Reply register(Call call) {
    return Json.ok(
        CatalogHandlers.registerView(
            call.warehouse(), call.namespace(), call.body(RegisterViewRequest.class)));
  }

  private static Reply rename(Call call) {
    CatalogHandlers.renameView(call.warehouse(), call.body(RenameTableRequest.class));
    return Reply.empty(204);
  }

  private static Reply drop(Call call) {
    CatalogHandlers.dropView(call.warehouse(), call.view());
    return Reply.empty(204);
  }
}
