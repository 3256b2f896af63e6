package dev.headrace.server.iceberg;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.view.ViewCatalogTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's own cases for views, over HTTP, against this server. */
class ViewCompatibilityTest extends ViewCatalogTests<RESTCatalog> {
  @TempDir private Path state;
  private ServedLake lake;
  private RESTCatalog client;

  @BeforeEach
  void start() {
    lake = ServedLake.start(state);
    client = lake.client(CompatibilityTest.kitProperties());
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
  protected Catalog tableCatalog() {
    return client;
  }

  @Override
  protected boolean requiresNamespaceCreate() {
    return true;
  }

  @Override
  protected boolean supportsServerSideRetry() {
    return true;
  }

  /** Other programs may write beneath the warehouse's own directory only. */
  @Override
  protected String viewLocation(String... paths) {
    return lake.outside() + "/views/" + String.join("/", paths);
  }

  /** As in {@link CompatibilityTest}: there is no empty namespace. */
  @Test
  @Override
  public void listViewsInEmptyNamespace() {
    assertThatThrownBy(() -> client.listViews(Namespace.empty()))
        .isInstanceOf(NoSuchNamespaceException.class);
  }
}
