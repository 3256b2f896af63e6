package dev.headrace.ml.online;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.BuildState;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.OnlineRow;
import dev.headrace.spi.online.OnlineStore;
import dev.headrace.spi.online.PutReport;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fills an online store from tables of latest values. A definition that has changed is a build of
 * its own: it is filled whole, then serves, then the one before is dropped; so requests see one or
 * the other. Thread-safe; one table at a time.
 */
public final class OnlineLoader {
  private static final int BATCH_ROWS = 2_000;

  private final OnlineStore store;
  private final Supplier<? extends SqlEngine> engine;
  private final Map<String, String> loaded = new ConcurrentHashMap<>();

  /**
   * @param engine asked for when there is a table to be read
   */
  public OnlineLoader(OnlineStore store, Supplier<? extends SqlEngine> engine) {
    this.store = store;
    this.engine = engine;
  }

  /**
   * What was put.
   *
   * @param withoutKey rows left out because a part of their key is null: nothing could find them
   */
  public record LoadReport(String view, PutReport rows, long withoutKey) {}

  /**
   * Brings a view to what its table says.
   *
   * @return empty when the store was there already
   * @throws HeadraceException ONLINE_KEY_TYPE, and what engine and store throw
   */
  public synchronized Optional<LoadReport> load(LatestTable table, Watch watch) {
    String state = table.build() + " " + table.state();
    if (state.equals(loaded.get(table.view()))) {
      return Optional.empty();
    }
    BuildId build = new BuildId(table.view(), table.build());
    Optional<LoadReport> report =
        isThere(build, table.state()) ? Optional.empty() : Optional.of(fill(table, build, watch));
    loaded.put(table.view(), state);
    return report;
  }

  /**
   * Drops the builds of those of some views that the lake does not show any more: requests of them
   * are told that there is none. A view that comes back is put again.
   *
   * <p>What is shown is asked after the builds are listed. So a view that another process begins to
   * fill meanwhile is not mistaken for one that is gone: it was shown before it had a build.
   *
   * @return the views that are not shown
   */
  public synchronized Set<String> dropHidden(Set<String> views, Supplier<Predicate<String>> shown) {
    List<BuildId> builds = store.builds().stream().map(state -> state.layout().id()).toList();
    Set<String> hidden = new TreeSet<>(views);
    hidden.removeIf(shown.get());
    builds.stream().filter(build -> hidden.contains(build.view())).forEach(store::drop);
    loaded.keySet().removeAll(hidden);
    return hidden;
  }

  /** Whether the store was filled from these very rows, by this process or another. */
  private boolean isThere(BuildId build, String source) {
    return store.builds().stream()
        .anyMatch(
            state ->
                state.layout().id().equals(build)
                    && state.serving()
                    && state.source().equals(source));
  }

  private Query query(LatestTable table, String select) {
    return Query.of(
        "select %s from %s".formatted(select, SqlQuotes.identifier(table.view())),
        Map.of(table.view().toLowerCase(Locale.ROOT), table.relation()));
  }

  private Optional<Instant> asOf(LatestTable table, Watch watch) {
    Query query = query(table, "max(" + SqlQuotes.identifier(LatestTable.AS_OF) + ") as as_of");
    try (Rows rows = engine.get().execute(query, watch)) {
      List<@Nullable Object> row = rows.next();
      return row == null
          ? Optional.empty()
          : Optional.ofNullable(row.getFirst()).map(OnlineLoader::time);
    }
  }

  private LoadReport fill(LatestTable table, BuildId build, Watch watch) {
    Optional<Instant> asOf = asOf(table, watch);
    PutReport sum = new PutReport(0, 0);
    long withoutKey = 0;
    try (Rows rows = engine.get().execute(query(table, "*"), watch)) {
      Shape shape = Shape.of(table, build, rows.schema());
      store.begin(shape.layout());
      List<OnlineRow> batch = new ArrayList<>();
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        OnlineRow next = shape.row(row);
        if (next == null) {
          withoutKey++;
          continue;
        }
        batch.add(next);
        if (batch.size() == BATCH_ROWS) {
          sum = sum.plus(store.put(build, batch));
          batch = new ArrayList<>();
        }
      }
      sum = sum.plus(store.put(build, batch));
    }
    if (asOf.isPresent()) {
      store.complete(build, asOf.get(), table.state());
    }
    store.serve(build);
    for (BuildState state : store.builds()) {
      if (state.layout().id().view().equals(build.view()) && !state.layout().id().equals(build)) {
        store.drop(state.layout().id());
      }
    }
    return new LoadReport(table.view(), sum, withoutKey);
  }

  private static Instant time(Object value) {
    return switch (value) {
      case Instant instant -> instant;
      case LocalDateTime utc -> utc.toInstant(ZoneOffset.UTC);
      default -> throw new IllegalStateException("no time: " + value);
    };
  }

  /** Which column of the table is what. */
  private record Shape(
      ViewLayout layout, List<Integer> keys, List<Integer> features, int eventAt, int asOf) {

    static Shape of(LatestTable table, BuildId build, Schema schema) {
      List<Integer> keys = new ArrayList<>();
      List<Field> keyFields = new ArrayList<>();
      List<String> names =
          schema.names().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
      for (String key : table.keys()) {
        int at = names.indexOf(key.toLowerCase(Locale.ROOT));
        keys.add(at);
        keyFields.add(schema.fields().get(at));
      }
      int eventAt = names.indexOf(LatestTable.EVENT_AT);
      int asOf = names.indexOf(LatestTable.AS_OF);
      List<Integer> features = new ArrayList<>();
      List<Field> featureFields = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        if (i != eventAt && i != asOf && !keys.contains(i)) {
          features.add(i);
          featureFields.add(schema.fields().get(i));
        }
      }
      try {
        ViewLayout layout =
            new ViewLayout(build, new Schema(keyFields), new Schema(featureFields), table.ttl());
        return new Shape(layout, keys, features, eventAt, asOf);
      } catch (IllegalArgumentException e) {
        throw new HeadraceException(
            OnlineError.ONLINE_KEY_TYPE,
            "Cannot serve view '%s': %s.".formatted(table.view(), e.getMessage()),
            "Tell entities apart by whole numbers, texts, dates, times, UUIDs or decimals.",
            e);
      }
    }

    /** A row for the store; null when a part of its key is null. */
    @Nullable OnlineRow row(List<@Nullable Object> row) {
      List<Object> key = new ArrayList<>(keys.size());
      for (int column : keys) {
        Object part = row.get(column);
        if (part == null) {
          return null;
        }
        key.add(part);
      }
      List<@Nullable Object> values = new ArrayList<>(features.size());
      for (int column : features) {
        values.add(row.get(column));
      }
      Object known = row.get(asOf);
      Object event = row.get(eventAt);
      if (known == null) {
        throw new IllegalStateException("a row without " + LatestTable.AS_OF);
      }
      return layout.row(
          layout.keyCodec().encode(key), time(event == null ? known : event), time(known), values);
    }
  }
}
