package dev.headrace.data.catalog;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Ledger.JournalledCheck;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Names;
import dev.headrace.data.quality.Profiler;
import dev.headrace.data.quality.TableProfile;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The tables of a project as one environment shows them. Not thread-safe; as current as what it was
 * made from.
 */
public final class Catalog {
  private final Graph graph;
  private final Published published;
  private final Ledger ledger;
  private final Relations relations;
  private final Supplier<? extends SqlEngine> engine;
  private final Supplier<SqlAnalyzer> analyzer;
  private final Map<String, Asset> ownerByTable = new HashMap<>();

  /**
   * @param engine asked for only when a question needs it, because it takes time to start
   * @param analyzer likewise
   */
  public Catalog(
      Graph graph,
      Published published,
      Ledger ledger,
      Relations relations,
      Supplier<? extends SqlEngine> engine,
      Supplier<SqlAnalyzer> analyzer) {
    this.graph = graph;
    this.published = published;
    this.ledger = ledger;
    this.relations = relations;
    this.engine = engine;
    this.analyzer = analyzer;
    for (Asset asset : graph.assets()) {
      asset.kind().tables(asset.name()).forEach(table -> ownerByTable.put(key(table), asset));
    }
  }

  /**
   * What is known of a table, by name without regard to case.
   *
   * @throws HeadraceException CATALOG_UNKNOWN_TABLE, with the nearest name
   */
  public TableReport describe(String table) {
    Optional<Publication> publication = published.table(table);
    Optional<Asset> asset = Optional.ofNullable(ownerByTable.get(key(table)));
    if (publication.isEmpty() && asset.isEmpty()) {
      throw unknown(table);
    }
    String name =
        publication
            .map(shown -> shown.content().table())
            .or(() -> asset.flatMap(owner -> declaredName(owner, table)))
            .orElse(table);
    return new TableReport(
        name,
        asset,
        asset.map(owner -> owner.definition().inputs()).orElse(List.of()),
        asset.map(graph::readers).orElse(List.of()).stream().map(Asset::name).toList(),
        publication,
        publication.map(_ -> schema(name)),
        asset.filter(owner -> owner.name().equals(name)).map(this::checks).orElse(List.of()),
        asset.map(owner -> sideTables(owner, name)).orElse(List.of()));
  }

  /** Looks at all rows of a published table or view. */
  public TableProfile profile(String table, Watch watch) {
    return new Profiler(engine.get()).profile(relations.of(published, table), schema(table), watch);
  }

  /** Where an asset's columns come from, back to the raw tables. Executes no query. */
  public ColumnOrigins origins(Asset asset) {
    return new ColumnTracer(graph, this::publishedSchema, engine.get(), analyzer.get())
        .origins(asset.name());
  }

  /**
   * Where the columns of a query come from, back to the raw tables. Executes no query.
   *
   * @param inputs tables that it may read
   */
  public ColumnOrigins origins(String sql, List<String> inputs) {
    return new ColumnTracer(graph, this::publishedSchema, engine.get(), analyzer.get())
        .origins(sql, inputs);
  }

  /** Where the values of an asset's columns go. Executes no query. */
  public ColumnReaders readers(Asset asset) {
    return new ColumnTracer(graph, this::publishedSchema, engine.get(), analyzer.get())
        .readers(asset);
  }

  private Optional<Schema> publishedSchema(String table) {
    return published.table(table).map(_ -> schema(table));
  }

  private Schema schema(String table) {
    return relations.of(published, table).schema(engine);
  }

  private List<CheckRecord> checks(Asset asset) {
    return ledger.latestChecks().stream()
        .filter(check -> check.asset().equals(asset.name()))
        .map(JournalledCheck::check)
        .toList();
  }

  private List<Publication> sideTables(Asset owner, String except) {
    List<Publication> tables = new ArrayList<>();
    for (String table : owner.kind().tables(owner.name())) {
      if (!table.equals(owner.name()) && !table.equals(except)) {
        published.table(table).ifPresent(tables::add);
      }
    }
    return tables;
  }

  private static Optional<String> declaredName(Asset owner, String table) {
    return owner.kind().tables(owner.name()).stream()
        .filter(declared -> declared.equalsIgnoreCase(table))
        .findFirst();
  }

  private HeadraceException unknown(String table) {
    TreeSet<String> known = new TreeSet<>();
    graph.assets().forEach(asset -> known.add(asset.name()));
    published.tables().forEach(shown -> known.add(shown.content().table()));
    return new HeadraceException(
        CatalogError.CATALOG_UNKNOWN_TABLE,
        "Cannot show table '%s': no asset publishes one of that name.".formatted(table),
        Names.suggest(table, known));
  }

  private static String key(String table) {
    return table.toLowerCase(Locale.ROOT);
  }
}
