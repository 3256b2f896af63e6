package dev.headrace.data.warehouse;

import static dev.headrace.data.warehouse.EnvironmentNamespaces.PROJECT;
import static dev.headrace.data.warehouse.EnvironmentNamespaces.levels;
import static dev.headrace.data.warehouse.EnvironmentNamespaces.outsideName;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.OutsideMove;
import dev.headrace.core.ledger.OutsideName;
import dev.headrace.core.ledger.Outsiders;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.RunError;
import dev.headrace.core.run.RunLock;
import dev.headrace.data.lake.Lake;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewBuilder;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewOperations;

/**
 * What one environment shows: in one namespace the tables and views of the project, beside it the
 * namespaces of other programs.
 */
final class EnvironmentWarehouse extends Warehouse {
  private static final int ATTEMPTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Parts parts;
  private final Territory territory;
  private final OutsideCommits commits;
  private final EnvironmentNamespaces namespaces;

  /** What all warehouses of a project share. */
  record Parts(
      Ledger ledger,
      Lake lake,
      Path stateDirectory,
      ShownTables shownTables,
      ShownViews shownViews,
      ReentrantLock writing) {}

  EnvironmentWarehouse(String environment, Parts parts, Path directory) {
    super(environment);
    this.parts = parts;
    this.territory = new Territory(parts.lake().iceberg().io(), directory);
    this.commits = new OutsideCommits(parts.ledger().outsiders(), environment);
    this.namespaces = new EnvironmentNamespaces(parts.ledger().outsiders(), environment, territory);
  }

  private Outsiders outsiders() {
    return parts.ledger().outsiders();
  }

  // Reading

  @Override
  public List<TableIdentifier> listTables(Namespace namespace) {
    return namespace.equals(PROJECT)
        ? project(Publication.Stored.class::isInstance)
        : outside(namespace, OutsideMove.Kind.TABLE);
  }

  @Override
  public List<TableIdentifier> listViews(Namespace namespace) {
    return namespace.equals(PROJECT)
        ? project(Publication.Virtual.class::isInstance)
        : outside(namespace, OutsideMove.Kind.VIEW);
  }

  private List<TableIdentifier> project(Predicate<Publication.Data> kind) {
    return parts.ledger().published(name()).values().stream()
        .map(Publication::content)
        .filter(content -> kind.test(content.data()))
        .map(Publication.Content::table)
        .sorted()
        .map(table -> TableIdentifier.of(PROJECT, table))
        .toList();
  }

  private List<TableIdentifier> outside(Namespace namespace, OutsideMove.Kind kind) {
    namespaces.require(namespace);
    return outsiders().entries(name(), levels(namespace)).stream()
        .filter(entry -> entry.kind() == kind)
        .map(entry -> TableIdentifier.of(namespace, entry.name().name()))
        .toList();
  }

  private Optional<Publication> publication(TableIdentifier table) {
    return parts.ledger().published(name(), table.name());
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    if (!table.namespace().equals(PROJECT)) {
      return outsideTable(table);
    }
    TableMetadata metadata =
        publication(table)
            .flatMap(
                publication ->
                    publication.content().data() instanceof Publication.Stored stored
                        ? Optional.of(parts.shownTables().of(publication, stored))
                        : Optional.empty())
            .orElse(null);
    return new FixedTable(metadata, parts.lake().iceberg().io(), () -> declared(table));
  }

  private OutsideTable outsideTable(TableIdentifier table) {
    return new OutsideTable(commits, outsiders(), name(), outsideName(table), territory);
  }

  @Override
  protected ViewOperations newViewOps(TableIdentifier view) {
    if (!view.namespace().equals(PROJECT)) {
      return new OutsideView(commits, outsiders(), name(), outsideName(view), territory);
    }
    ViewMetadata metadata =
        publication(view)
            .filter(publication -> publication.content().data() instanceof Publication.Virtual)
            .map(
                publication ->
                    parts.shownViews().of(Published.of(parts.ledger(), name()), publication))
            .orElse(null);
    return new FixedView(metadata, () -> declared(view));
  }

  /** Tables such as {@code orders.files} are made by the client from what it has loaded. */
  @Override
  protected boolean isValidMetadataIdentifier(TableIdentifier table) {
    return false;
  }

  // Changing tables

  @Override
  public void commit(List<TableChange> changes) {
    requireDistinct(changes);
    boolean touchesProject =
        changes.stream().anyMatch(change -> change.table().namespace().equals(PROJECT));
    for (int attempt = 1; ; attempt++) {
      try {
        if (touchesProject) {
          whileNothingRuns(() -> commitOnce(changes));
        } else {
          commitOnce(changes);
        }
        return;
      } catch (OutsideCommits.Overtaken e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void requireDistinct(List<TableChange> changes) {
    Set<TableIdentifier> tables = new HashSet<>();
    for (TableChange change : changes) {
      if (!tables.add(change.table())) {
        throw new BadRequestException(
            "Cannot commit: table '%s' is changed twice in one transaction.", change.table());
      }
    }
  }

  /**
   * A run builds on what was published when it began, and would undo without a word what others
   * publish meanwhile.
   */
  private void whileNothingRuns(Runnable work) {
    parts.writing().lock();
    try (RunLock _ =
        RunLock.acquire(parts.stateDirectory(), parts.ledger(), Reach.of(name()), PATIENCE)) {
      work.run();
    } catch (HeadraceException e) {
      if (e.code() == RunError.RUN_IN_PROGRESS) {
        throw new CommitFailedException(
            e,
            "Cannot change the project's tables: a run of the project is under way. Try again when"
                + " it has ended.");
      }
      throw e;
    } finally {
      parts.writing().unlock();
    }
  }

  private void commitOnce(List<TableChange> changes) {
    List<Prepared> prepared = new ArrayList<>();
    try {
      for (TableChange change : changes) {
        prepare(change).ifPresent(prepared::add);
      }
    } catch (RuntimeException e) {
      OutsideCommits.undo(prepared);
      throw e;
    }
    if (!prepared.isEmpty()) {
      commits.apply(prepared);
    }
  }

  private Optional<Prepared> prepare(TableChange change) {
    TableIdentifier table = change.table();
    if (!table.namespace().equals(PROJECT)) {
      OutsideTable outside = outsideTable(table);
      TableMetadata base = outside.current();
      TableMetadata changed = change.applyTo(base);
      return changed.changes().isEmpty()
          ? Optional.empty()
          : Optional.of(outside.prepare(base, changed));
    }
    Publication publication =
        publication(table)
            .orElseThrow(
                () ->
                    change.creates()
                        ? declared(table)
                        : new NoSuchTableException("Table does not exist: %s", table));
    if (!(publication.content().data() instanceof Publication.Stored stored)) {
      throw new NoSuchTableException("Table does not exist: %s", table);
    }
    if (!publication.content().table().equalsIgnoreCase(publication.content().asset())) {
      throw new ForbiddenException(
          "Cannot change table '%s': it only tells of '%s', which can be changed.",
          table, publication.content().asset());
    }
    TableMetadata base = parts.shownTables().of(publication, stored);
    TableMetadata changed = change.applyTo(base);
    return changed.changes().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ProjectChange(parts.lake(), publication, base).prepare(change.updates(), changed));
  }

  @Override
  public TableBuilder buildTable(TableIdentifier table, Schema schema) {
    requireOwn(table);
    return super.buildTable(table, schema);
  }

  @Override
  public ViewBuilder buildView(TableIdentifier view) {
    requireOwn(view);
    return super.buildView(view);
  }

  @Override
  public Table registerTable(TableIdentifier table, String metadataLocation) {
    requireOwn(table);
    return super.registerTable(table, metadataLocation);
  }

  @Override
  public View registerView(TableIdentifier view, String metadataLocation) {
    requireOwn(view);
    return super.registerView(view, metadataLocation);
  }

  private void requireOwn(TableIdentifier name) {
    if (name.namespace().equals(PROJECT)) {
      throw declared(name);
    }
    outsideName(name);
    namespaces.require(name.namespace());
  }

  @Override
  public boolean dropTable(TableIdentifier table, boolean purge) {
    if (table.namespace().equals(PROJECT)) {
      if (publication(table).isPresent()) {
        throw declared(table);
      }
      return false;
    }
    TableMetadata last = purge ? outsideTable(table).current() : null;
    if (!drop(table, OutsideMove.Kind.TABLE)) {
      return false;
    }
    if (last != null) {
      // Nothing beyond the table's own directory, whatever its metadata names.
      CatalogUtil.dropTableData(
          new Territory(territory, Path.of(Territory.path(last.location())).normalize()), last);
    }
    return true;
  }

  @Override
  public boolean dropView(TableIdentifier view) {
    if (view.namespace().equals(PROJECT)) {
      if (publication(view).isPresent()) {
        throw declared(view);
      }
      return false;
    }
    return drop(view, OutsideMove.Kind.VIEW);
  }

  private boolean drop(TableIdentifier name, OutsideMove.Kind kind) {
    try {
      outsiders().apply(name(), List.of(new OutsideMove.Drop(outsideName(name), kind)));
      return true;
    } catch (HeadraceException e) {
      if (e.code() == LedgerError.LEDGER_OUTSIDE_MISSING) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void renameTable(TableIdentifier from, TableIdentifier to) {
    rename(from, to, OutsideMove.Kind.TABLE);
  }

  @Override
  public void renameView(TableIdentifier from, TableIdentifier to) {
    rename(from, to, OutsideMove.Kind.VIEW);
  }

  private void rename(TableIdentifier from, TableIdentifier to, OutsideMove.Kind kind) {
    if (from.equals(to)) {
      return;
    }
    if (from.namespace().equals(PROJECT) && publication(from).isPresent()) {
      throw declared(from);
    }
    if (to.namespace().equals(PROJECT)) {
      throw declared(to);
    }
    OutsideName source = outsideName(from);
    OutsideName target = outsideName(to);
    if (outsiders().find(name(), source).filter(entry -> entry.kind() == kind).isEmpty()) {
      throw kind == OutsideMove.Kind.TABLE
          ? new NoSuchTableException("Table does not exist: %s", from)
          : new NoSuchViewException("View does not exist: %s", from);
    }
    namespaces.require(to.namespace());
    outsiders()
        .find(name(), target)
        .ifPresent(
            there -> {
              throw new AlreadyExistsException(
                  "Cannot rename %s to %s. %s already exists",
                  from, to, there.kind() == OutsideMove.Kind.TABLE ? "Table" : "View");
            });
    commits.apply(
        List.of(new Prepared(new OutsideMove.Rename(source, target, kind), () -> {}, () -> {})));
  }

  // Namespaces

  @Override
  public List<Namespace> listNamespaces(Namespace parent) {
    return namespaces.list(parent);
  }

  @Override
  public void createNamespace(Namespace namespace, Map<String, String> properties) {
    namespaces.create(namespace, properties);
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
    return namespaces.properties(namespace);
  }

  @Override
  public boolean dropNamespace(Namespace namespace) {
    return namespaces.drop(namespace);
  }

  @Override
  public boolean setProperties(Namespace namespace, Map<String, String> properties) {
    return namespaces.setProperties(namespace, properties);
  }

  @Override
  public boolean removeProperties(Namespace namespace, Set<String> properties) {
    return namespaces.removeProperties(namespace, properties);
  }

  // Names and places

  @Override
  protected String defaultWarehouseLocation(TableIdentifier table) {
    String readable =
        Stream.concat(Arrays.stream(table.namespace().levels()), Stream.of(table.name()))
            .map(part -> part.replaceAll("[^A-Za-z0-9_-]", "_"))
            .collect(Collectors.joining("/"));
    // Nobody else's files are there, even if a table of this name was dropped.
    return territory.root() + "/" + readable + "-" + UUID.randomUUID();
  }

  private ForbiddenException declared(TableIdentifier name) {
    return new ForbiddenException(
        "Cannot make, redefine, rename or drop '%s': what namespace '%s' holds is declared in the"
            + " project's files. Rows can be changed; tables of your own belong into a namespace of"
            + " your own.",
        name, PROJECT);
  }
}
