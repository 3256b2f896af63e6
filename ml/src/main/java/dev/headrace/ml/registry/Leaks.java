package dev.headrace.ml.registry;

import dev.headrace.data.catalog.ColumnOrigins;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.Source;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
import dev.headrace.ml.learn.leaks.LeakDetector;
import dev.headrace.ml.learn.leaks.SplitLeaks;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks for everything that makes a model look better than it is going to be. */
final class Leaks {
  private static final String TABLE = "examples";

  private final ModelSpec spec;
  private final ModelColumns columns;
  private final Schema table;
  private final SqlEngine engine;
  private final Relation from;
  private final Watch watch;

  Leaks(
      ModelSpec spec,
      ModelColumns columns,
      Schema table,
      SqlEngine engine,
      Relation from,
      Watch watch) {
    this.spec = spec;
    this.columns = columns;
    this.table = table;
    this.engine = engine;
    this.from = from;
    this.watch = watch;
  }

  /**
   * Sentences, each with its figures.
   *
   * @param read all columns that were read
   */
  List<String> look(
      TrainingSet all,
      Split split,
      Frame read,
      Optional<ColumnOrigins> origins,
      Optional<ViewTimes> times) {
    Split.Fold fold = split.folds().getFirst();
    List<String> found = new ArrayList<>(tooGood(all, fold.train()));
    found.addAll(later(read));
    times.ifPresent(views -> found.addAll(laterThan(views.moment())));
    times.ifPresent(views -> found.addAll(views.look(engine, watch)));
    origins.ifPresent(told -> found.addAll(lineage(told)));
    found.addAll(sharedKeys(fold));
    found.addAll(SplitLeaks.duplicates(all.features(), all.labels(), fold));
    found.addAll(RankedGroups.withoutRelevant(all));
    return found;
  }

  private List<String> tooGood(TrainingSet all, int[] train) {
    try {
      return LeakDetector.look(all, train, spec.seed(), watch).stream()
          .map(LeakDetector.Suspect::reason)
          .toList();
    } catch (HeadraceException e) {
      if (e.code() == LearnError.LEARN_NATIVE_MISSING) {
        return List.of("leaking features were not looked for: " + e.getMessage());
      }
      throw e;
    }
  }

  /** By time, features that are times themselves have to be earlier. */
  private List<String> later(Frame read) {
    String moment = spec.split().time() == null ? null : columns.split().orElse(null);
    if (moment == null || !isTime(moment)) {
      return List.of();
    }
    List<Frame.Numbers> times =
        columns.reads().stream()
            .filter(feature -> isTime(feature) && !feature.equals(moment))
            .map(feature -> (Frame.Numbers) read.column(feature))
            .toList();
    return SplitLeaks.later(moment, ((Frame.Numbers) read.column(moment)).values(), times);
  }

  private boolean isTime(String column) {
    return table.field(column).map(Field::type).filter(ViewTimes::isTime).isPresent();
  }

  /** The moments of rows that views are joined to, where the split does not go by them. */
  private List<String> laterThan(String moment) {
    if (moment.equals(spec.split().time()) || !isTime(moment)) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    for (String feature : columns.reads()) {
      if (isTime(feature) && !feature.equals(moment)) {
        String late =
            "select count(*) as n from %s where %s > %s"
                .formatted(TABLE, SqlQuotes.identifier(feature), SqlQuotes.identifier(moment));
        String known =
            "select count(%s) as n from %s".formatted(SqlQuotes.identifier(feature), TABLE);
        Map<String, Relation> relations = Map.of(TABLE, from);
        SplitLeaks.later(
                feature,
                moment,
                first(Query.of(late, relations)),
                first(Query.of(known, relations)))
            .ifPresent(found::add);
      }
    }
    return found;
  }

  /** Features that are made of what the label is made of; by time, they may be its own past. */
  private List<String> lineage(ColumnOrigins origins) {
    if (spec.split().time() != null) {
      return List.of();
    }
    String name = columns.label().orElseThrow();
    Set<Source> label = sources(origins, name);
    List<String> found = new ArrayList<>();
    for (String feature : columns.features()) {
      Set<Source> shared = new TreeSet<>();
      columns.reads(feature).forEach(column -> shared.addAll(sources(origins, column)));
      shared.retainAll(label);
      if (!shared.isEmpty()) {
        found.add(
            "'%s' is made from %s, as the label '%s' is: is it known before the label is?"
                .formatted(
                    feature,
                    shared.stream().map(Source::toString).collect(Collectors.joining(", ")),
                    name));
      }
    }
    return found;
  }

  private static Set<Source> sources(ColumnOrigins origins, String column) {
    Derivation derivation =
        origins.columns().stream()
            .filter(one -> one.name().equals(column))
            .map(ColumnOrigins.Column::sources)
            .findFirst()
            .orElse(Known.NOTHING);
    return derivation instanceof Known(Set<Source> sources) ? sources : Set.of();
  }

  /**
   * Whole groups lie on one side, and by time and for another query the same key may come again.
   */
  private List<String> sharedKeys(Split.Fold fold) {
    if (columns.key().isEmpty()
        || spec.split().group() != null
        || spec.split().time() != null
        || spec.group() != null) {
      return List.of();
    }
    String key = ModelColumns.quoted(columns.key(), "");
    Map<String, Relation> relations = Map.of(TABLE, from);
    String repeated =
        "select count(*) as n from (select 1 from %s group by %s having count(*) > 1) r"
            .formatted(TABLE, key);
    if (first(Query.of(repeated, relations)) == 0) {
      return List.of();
    }
    // Numbers for keys: identifiers may have more digits than a double.
    String numbered =
        "select dense_rank() over (order by %s) as hr_key from (%s) r order by %s"
            .formatted(
                ModelColumns.quoted(columns.key(), " nulls last"),
                columns.numbered(TABLE),
                ModelColumns.ROW);
    return SplitLeaks.sharedKeys(
        columns.key(), FrameReader.read(engine, Query.of(numbered, relations), watch), fold);
  }

  private long first(Query query) {
    try (Rows rows = engine.execute(query, watch)) {
      List<@Nullable Object> row = rows.next();
      return row != null && row.getFirst() instanceof Number number ? number.longValue() : 0;
    }
  }
}
