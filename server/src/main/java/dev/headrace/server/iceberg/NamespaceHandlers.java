package dev.headrace.server.iceberg;

import dev.headrace.server.http.Reply;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;

/** What the specification says of namespaces. */
final class NamespaceHandlers {
  Map<Endpoint, IcebergRoutes.Handler> all() {
    return Map.of(
        Endpoint.V1_LIST_NAMESPACES, NamespaceHandlers::list,
        Endpoint.V1_CREATE_NAMESPACE, NamespaceHandlers::create,
        Endpoint.V1_LOAD_NAMESPACE, NamespaceHandlers::load,
        Endpoint.V1_NAMESPACE_EXISTS, NamespaceHandlers::exists,
        Endpoint.V1_UPDATE_NAMESPACE, NamespaceHandlers::update,
        Endpoint.V1_DELETE_NAMESPACE, NamespaceHandlers::drop);
  }

  private static Reply list(Call call) {
    Namespace parent =
        call.query("parent").map(RESTUtil::namespaceFromQueryParam).orElse(Namespace.empty());
    return Json.ok(
        call.page()
            .map(
                page ->
                    CatalogHandlers.listNamespaces(
                        call.warehouse(), parent, page.token(), page.size()))
            .orElseGet(() -> CatalogHandlers.listNamespaces(call.warehouse(), parent)));
  }

  private static Reply create(Call call) {
    return Json.ok(
        CatalogHandlers.createNamespace(call.warehouse(), call.body(CreateNamespaceRequest.class)));
  }

  private static Reply load(Call call) {
    return Json.ok(CatalogHandlers.loadNamespace(call.warehouse(), call.namespace()));
  }

  private static Reply exists(Call call) {
    CatalogHandlers.namespaceExists(call.warehouse(), call.namespace());
    return Reply.empty(204);
  }

  private static Reply update(Call call) {
    return Json.ok(
        CatalogHandlers.updateNamespaceProperties(
            call.warehouse(), call.namespace(), call.body(UpdateNamespacePropertiesRequest.class)));
  }

  private static Reply drop(Call call) {
    CatalogHandlers.dropNamespace(call.warehouse(), call.namespace());
    return Reply.empty(204);
  }
}
