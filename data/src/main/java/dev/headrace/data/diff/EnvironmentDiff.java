package dev.headrace.data.diff;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.ingest.Provenance;
import dev.headrace.data.release.Relations;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds out how the tables of two environments, or of one at two moments, differ. */
public final class EnvironmentDiff {
  /** When a row was loaded says nothing of what it holds. */
  private static final Set<String> IGNORED = Set.of(Provenance.LOADED_AT);

  private final Graph graph;
  private final Relations relations;
  private final Supplier<? extends SqlEngine> engine;

  /**
   * @param graph knows the keys of the tables it declares
   * @param engine asked for only when rows are compared or a view is looked at
   */
  public EnvironmentDiff(Graph graph, Relations relations, Supplier<? extends SqlEngine> engine) {
    this.graph = graph;
    this.relations = relations;
    this.engine = engine;
  }

  /**
   * How rows are compared.
   *
   * @param compare whether they are at all: it reads both tables whole
   * @param key columns that tell rows apart, in place of the declared ones; empty for those
   * @param samples rows to show of each table
   */
  public record RowTerms(boolean compare, List<String> key, int samples) {}

  /** The tables that differ, by name. */
  public List<TableDiff> between(Published before, Published after, RowTerms terms, Watch watch) {
    Map<String, @Nullable Publication> tables = new TreeMap<>();
    before.tables().forEach(p -> tables.put(key(p), null));
    after.tables().forEach(p -> tables.put(key(p), null));
    List<TableDiff> diffs = new ArrayList<>();
    for (String table : tables.keySet()) {
      Optional<Publication> old = before.table(table);
      Optional<Publication> now = after.table(table);
      if (old.isEmpty()) {
        diffs.add(alone(after, now.orElseThrow(), TableDiff.Change.ADDED, watch));
      } else if (now.isEmpty()) {
        diffs.add(alone(before, old.get(), TableDiff.Change.REMOVED, watch));
      } else {
        change(old.get().content(), now.get().content())
            .ifPresent(
                change ->
                    diffs.add(
                        new Pair(before, old.get(), after, now.get(), terms, watch).diff(change)));
      }
    }
    return diffs;
  }

  private static Optional<TableDiff.Change> change(
      Publication.Content old, Publication.Content now) {
    if (!old.identity().equals(now.identity())) {
      return Optional.of(TableDiff.Change.REDEFINED);
    }
    if (!old.fingerprint().equals(now.fingerprint())) {
      return Optional.of(TableDiff.Change.INPUT_REDEFINED);
    }
    if (!old.state().equals(now.state())) {
      return Optional.of(TableDiff.Change.OTHER_DATA);
    }
    return old.audit().equals(now.audit())
        ? Optional.empty()
        : Optional.of(TableDiff.Change.RECHECKED);
  }

  private TableDiff alone(
      Published published, Publication publication, TableDiff.Change change, Watch watch) {
    OptionalLong rows = OptionalLong.of(rows(published, publication, watch));
    boolean added = change == TableDiff.Change.ADDED;
    return new TableDiff(
        publication.content().table(),
        publication.content().kind(),
        change,
        List.of(),
        added ? OptionalLong.empty() : rows,
        added ? rows : OptionalLong.empty(),
        Optional.empty());
  }

  private long rows(Published published, Publication publication, Watch watch) {
    if (publication.content().data() instanceof Publication.Stored stored) {
      return stored.rows();
    }
    String table = publication.content().table();
    try (Rows rows =
        engine
            .get()
            .execute(
                Query.of(
                    "select count(*) from viewed",
                    Map.of("viewed", relations.of(published, table))),
                watch)) {
      return (Long) Objects.requireNonNull(Objects.requireNonNull(rows.next()).getFirst());
    }
  }

  private static String key(Publication publication) {
    return publication.content().table().toLowerCase(Locale.ROOT);
  }

  /** One table in two states. */
  private final class Pair {
    private final Published beforeState;
    private final Publication before;
    private final Published afterState;
    private final Publication after;
    private final RowTerms terms;
    private final Watch watch;

    Pair(
        Published beforeState,
        Publication before,
        Published afterState,
        Publication after,
        RowTerms terms,
        Watch watch) {
      this.beforeState = beforeState;
      this.before = before;
      this.afterState = afterState;
      this.after = after;
      this.terms = terms;
      this.watch = watch;
    }

    TableDiff diff(TableDiff.Change change) {
      String table = after.content().table();
      Relation old = relations.of(beforeState, before.content().table());
      Relation now = relations.of(afterState, table);
      Schema oldSchema = old.schema(engine);
      Schema nowSchema = now.schema(engine);
      Optional<RowDiff> rows =
          terms.compare() && !old.equals(now)
              ? Optional.of(
                  new RowComparer(engine.get())
                      .compare(
                          new RowComparer.Side(old, oldSchema),
                          new RowComparer.Side(now, nowSchema),
                          new RowComparer.Terms(keyColumns(), IGNORED, 0, terms.samples()),
                          watch))
              : Optional.empty();
      return new TableDiff(
          table,
          after.content().kind(),
          change,
          TableDiff.ColumnChange.between(oldSchema, nowSchema),
          OptionalLong.of(rows(beforeState, before, watch)),
          OptionalLong.of(rows(afterState, after, watch)),
          rows);
    }

    private List<String> keyColumns() {
      return terms.key().isEmpty()
          ? graph
              .find(after.content().table())
              .map(Asset::definition)
              .map(d -> d.key())
              .orElse(List.of())
          : terms.key();
    }
  }
}
