package dev.headrace.spark;

import dev.headrace.spark.wire.Work;
import dev.headrace.spark.wire.Work.Files;
import dev.headrace.spark.wire.Work.Snapshot;
import dev.headrace.spark.wire.Work.Source;
import dev.headrace.spark.wire.Work.Statement;
import dev.headrace.spark.wire.Work.Target;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A query as the driver is asked for it, with what is needed to tell its failures: the texts.
 *
 * @param texts of the views, by their index among the sources; the statement's is under -1
 */
record Request(Work work, Query query, Map<Integer, SparkText> texts, String verb) {
  static final int STATEMENT = -1;

  static Request columns(Query query, SparkAccess access) {
    return of(query, access, null, true, "describe");
  }

  static Request rows(Query query, SparkAccess access) {
    return of(query, access, null, false, "run");
  }

  static Request write(Query query, Target target, SparkAccess access) {
    return of(query, access, target, false, "write");
  }

  private static Request of(
      Query query, SparkAccess access, @Nullable Target target, boolean columnsOnly, String verb) {
    Sources sources = new Sources();
    Statement statement = sources.statement(query, STATEMENT);
    Work work =
        new Work(
            UUID.randomUUID().toString(),
            access.directories().stream().map(Path::toString).toList(),
            zoneName(access.timeZone()),
            statement,
            sources.list,
            target,
            columnsOnly);
    return new Request(work, query, sources.texts, verb);
  }

  private static String zoneName(ZoneId zone) {
    return zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  /** Relations in a row, each once, however many queries share it. */
  private static final class Sources {
    final List<Source> list = new ArrayList<>();
    final Map<Integer, SparkText> texts = new HashMap<>();
    private final IdentityHashMap<Relation, Integer> known = new IdentityHashMap<>();

    Statement statement(Query query, int index) {
      Map<String, Integer> names = new TreeMap<>();
      query.relations().forEach((name, relation) -> names.put(name, index(relation)));
      SparkText text = SparkText.of(query);
      texts.put(index == STATEMENT ? STATEMENT : list.size(), text);
      return new Statement(text.toString(), names);
    }

    private int index(Relation relation) {
      Integer seen = known.get(relation);
      if (seen != null) {
        return seen;
      }
      Source source =
          switch (relation) {
            case Relation.Files files ->
                new Source(
                    new Files(
                        SchemaJson.write(files.schema()),
                        files.files(),
                        files.snapshot().map(at -> new Snapshot(at.table(), at.id())).orElse(null)),
                    null);
            case Relation.View view -> new Source(null, statement(view.query(), 0));
            case Relation.Computed _ ->
                throw new IllegalArgumentException("Spark has no room for computed relations");
          };
      int index = list.size();
      list.add(source);
      known.put(relation, index);
      return index;
    }
  }
}
