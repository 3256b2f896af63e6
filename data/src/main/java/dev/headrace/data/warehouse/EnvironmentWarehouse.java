package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewOperations;

/** What one environment shows. */
final class EnvironmentWarehouse extends Warehouse {
  private static final Namespace PROJECT = Namespace.of(Warehouses.PROJECT_NAMESPACE);

  private final Ledger ledger;
  private final Lake lake;
  private final ShownTables shownTables;
  private final ShownViews shownViews;

  EnvironmentWarehouse(
      String environment,
      Ledger ledger,
      Lake lake,
      Path directory,
      ShownTables shownTables,
      ShownViews shownViews) {
    super(environment);
    this.ledger = ledger;
    this.lake = lake;
    this.shownTables = shownTables;
    this.shownViews = shownViews;
  }

  @Override
  public List<TableIdentifier> listTables(Namespace namespace) {
    requireNamespace(namespace);
    return list(Publication.Stored.class::isInstance);
  }

  @Override
  public List<TableIdentifier> listViews(Namespace namespace) {
    requireNamespace(namespace);
    return list(Publication.Virtual.class::isInstance);
  }

  private List<TableIdentifier> list(Predicate<Publication.Data> kind) {
    return ledger.published(name()).values().stream()
        .map(Publication::content)
        .filter(content -> kind.test(content.data()))
        .map(content -> TableIdentifier.of(PROJECT, content.table()))
        .sorted(java.util.Comparator.comparing(TableIdentifier::name))
        .toList();
  }

  private Optional<Publication> publication(TableIdentifier table) {
    return table.namespace().equals(PROJECT)
        ? Optional.ofNullable(ledger.published(name()).get(table.name().toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    TableMetadata metadata =
        publication(table)
            .flatMap(
                publication ->
                    publication.content().data() instanceof Publication.Stored stored
                        ? Optional.of(shownTables.of(publication, stored))
                        : Optional.empty())
            .orElse(null);
    return new FixedTable(metadata, lake.iceberg().io(), this::refused);
  }

  @Override
  protected ViewOperations newViewOps(TableIdentifier view) {
    ViewMetadata metadata =
        publication(view)
            .filter(p -> p.content().data() instanceof Publication.Virtual)
            .map(p -> shownViews.of(Published.of(ledger, name()), p))
            .orElse(null);
    return new FixedView(metadata, this::refused);
  }

  @Override
  public List<Namespace> listNamespaces(Namespace parent) {
    if (parent.isEmpty()) {
      return Collections.singletonList(
          PROJECT); // asked whether it holds null, which List.of refuses
    }
    requireNamespace(parent);
    return Collections.emptyList();
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
    requireNamespace(namespace);
    return Map.of();
  }

  private void requireNamespace(Namespace namespace) {
    if (!namespace.equals(PROJECT)) {
      throw new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
    }
  }

  @Override
  public void commit(List<TableChange> changes) {
    throw refused();
  }

  @Override
  public boolean dropTable(TableIdentifier table, boolean purge) {
    throw refused();
  }

  @Override
  public void renameTable(TableIdentifier from, TableIdentifier to) {
    throw refused();
  }

  @Override
  public boolean dropView(TableIdentifier view) {
    throw refused();
  }

  @Override
  public void renameView(TableIdentifier from, TableIdentifier to) {
    throw refused();
  }

  @Override
  public void createNamespace(Namespace namespace, Map<String, String> properties) {
    throw refused();
  }

  @Override
  public boolean dropNamespace(Namespace namespace) {
    throw refused();
  }

  @Override
  public boolean setProperties(Namespace namespace, Map<String, String> properties) {
    throw refused();
  }

  @Override
  public boolean removeProperties(Namespace namespace, Set<String> properties) {
    throw refused();
  }

  @Override
  protected String defaultWarehouseLocation(TableIdentifier table) {
    throw refused();
  }

  private ForbiddenException refused() {
    return new ForbiddenException(
        "Cannot change environment '%s' from outside: it can only be read yet.", name());
  }
}
