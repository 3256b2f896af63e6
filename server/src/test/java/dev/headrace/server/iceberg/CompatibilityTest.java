package dev.headrace.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.CatalogTests;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Iceberg's own cases for catalogs, which its REST Compatibility Kit consists of: Iceberg's client,
 * over HTTP, against this server.
 */
class CompatibilityTest extends CatalogTests<RESTCatalog> {
  @TempDir private Path state;
  private ServedLake lake;
  private RESTCatalog client;

  /** As the kit configures its client. */
  static Map<String, String> kitProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put(CatalogProperties.TABLE_DEFAULT_PREFIX + "default-key1", "catalog-default-key1");
    properties.put(CatalogProperties.TABLE_DEFAULT_PREFIX + "default-key2", "catalog-default-key2");
    properties.put(CatalogProperties.VIEW_DEFAULT_PREFIX + "key1", "catalog-default-key1");
    properties.put(CatalogProperties.VIEW_DEFAULT_PREFIX + "key2", "catalog-default-key2");
    properties.put(CatalogProperties.VIEW_DEFAULT_PREFIX + "key3", "catalog-default-key3");
    properties.put(CatalogProperties.VIEW_OVERRIDE_PREFIX + "key3", "catalog-override-key3");
    properties.put(CatalogProperties.VIEW_OVERRIDE_PREFIX + "key4", "catalog-override-key4");
    properties.put(
        CatalogProperties.TABLE_DEFAULT_PREFIX + "override-key3", "catalog-default-key3");
    properties.put(
        CatalogProperties.TABLE_OVERRIDE_PREFIX + "override-key3", "catalog-override-key3");
    properties.put(
        CatalogProperties.TABLE_OVERRIDE_PREFIX + "override-key4", "catalog-override-key4");
    return properties;
  }

  @BeforeEach
  void start() {
    lake = ServedLake.start(state);
    client = lake.client(kitProperties());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    lake.close();
  }

  @Override
  protected RESTCatalog catalog() {
    return client;
  }

  @Override
  protected RESTCatalog initCatalog(String name, Map<String, String> additionalProperties) {
    Map<String, String> properties = kitProperties();
    properties.putAll(additionalProperties);
    return lake.client(properties);
  }

  @Override
  protected boolean requiresNamespaceCreate() {
    return true;
  }

  @Override
  protected boolean supportsServerSideRetry() {
    return true;
  }

  @Override
  protected boolean supportsNestedNamespaces() {
    return true;
  }

  @Override
  protected boolean supportsNamesWithSlashes() {
    return true;
  }

  @Override
  protected boolean supportsNamesWithDot() {
    return true;
  }

  /** Other programs may write beneath the warehouse's own directory only. */
  @Override
  protected String baseTableLocation(TableIdentifier table) {
    return lake.outside() + "/" + table.namespace() + "/" + table.name();
  }

  // Cases that the kit leaves out here because a table always lies in a namespace: the paths of the
  // specification have no room for the empty one. What happens instead is checked.

  @Test
  @Override
  public void createAndDropEmptyNamespace() {
    assertThatThrownBy(() -> client.createNamespace(Namespace.empty()))
        .isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> client.dropNamespace(Namespace.empty()))
        .isInstanceOf(NoSuchNamespaceException.class);
  }

  @Test
  @Override
  public void namespacePropertiesOnEmptyNamespace() {
    assertThatThrownBy(() -> client.setProperties(Namespace.empty(), kitProperties()))
        .isInstanceOf(NoSuchNamespaceException.class);
    assertThatThrownBy(() -> client.loadNamespaceMetadata(Namespace.empty()))
        .isInstanceOf(NoSuchNamespaceException.class);
  }

  @Test
  @Override
  public void listTablesInEmptyNamespace() {
    assertThatThrownBy(() -> client.listTables(Namespace.empty()))
        .isInstanceOf(NoSuchNamespaceException.class);
  }

  @Test
  @Override
  public void listNamespacesWithEmptyNamespace() {
    assertThat(client.listNamespaces(Namespace.empty())).containsExactly(Namespace.of("main"));
  }
}
