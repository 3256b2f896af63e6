package dev.headrace.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.MapOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of the contract share: an engine, the directories it may and may not use, how its
 * dialect says a few things, and rows in and out.
 */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
public interface EngineBench {
  /** Files of one process never share a name. */
  AtomicInteger WRITES = new AtomicInteger();

  /** The engine under test. */
  SqlEngine engine();

  /** The only directory the engine may use. */
  Path lake();

  /** A directory the engine must not touch. */
  Path outside();

  /** A fresh engine that may read and write in {@code directory} only. */
  SqlEngine openEngine(Path directory);

  /** A fresh engine with about this memory limit, spilling below {@code directory}. */
  SqlEngine openEngine(Path directory, long memoryLimitBytes);

  /** An instant with its offset. */
  default String instantSql(String text) {
    return "timestamp with time zone '" + text + "'";
  }

  /** What a UUID column can be written from. */
  default String uuidSql(String text) {
    return "cast('" + text + "' as uuid)";
  }

  /** The bytes of an ASCII text. */
  default String binarySql(String text) {
    return "cast('" + text + "' as blob)";
  }

  /** A list of expressions. */
  default String listSql(String... elements) {
    return "[" + String.join(", ", elements) + "]";
  }

  /** A struct of one field, its name as it is. */
  default String structSql(String field, String value) {
    return "struct_pack(\"" + field.replace("\"", "\"\"") + "\" := " + value + ")";
  }

  /** A query that takes many seconds and yields at least one row. */
  String slowSql();

  /** Queries over no relation that try to reach files, settings or the network. */
  List<String> escapes(Path secretFile, Path writableDirectory);

  /** A target in the lake with a prefix of its own. */
  default WriteTarget target(Schema schema, @Nullable String splitByDayOf) {
    return new WriteTarget(
        lake(), "part" + WRITES.getAndIncrement(), schema, Optional.ofNullable(splitByDayOf));
  }

  /** A table that holds what {@code sql} yields. */
  default Relation table(Schema schema, String sql) {
    return new Relation.Files(schema, write(schema, sql), 0);
  }

  default List<String> write(Schema schema, String sql) {
    return engine().write(query(sql), target(schema, null), Watch.none()).stream()
        .map(WrittenFile::path)
        .toList();
  }

  default Query query(String sql) {
    return Query.of(sql, Map.of());
  }

  /** All rows of a query. */
  default List<List<Object>> rows(String sql, Map<String, Relation> relations) {
    return all(Query.of(sql, relations));
  }

  default List<List<Object>> all(Query query) {
    List<List<Object>> all = new ArrayList<>();
    try (Rows rows = engine().execute(query, Watch.none())) {
      for (List<Object> row = rows.next(); row != null; row = rows.next()) {
        all.add(row);
      }
    }
    return all;
  }

  default List<Field> withoutIds(Schema schema) {
    return schema.fields().stream()
        .map(field -> Field.unassigned(field.name(), withoutIds(field.type())))
        .toList();
  }

  private static Type withoutIds(Type type) {
    return switch (type) {
      case Primitive primitive -> primitive;
      case Decimal decimal -> decimal;
      case Struct struct ->
          new Struct(
              struct.fields().stream()
                  .map(field -> Field.unassigned(field.name(), withoutIds(field.type())))
                  .toList());
      case ListOf list -> new ListOf(0, withoutIds(list.element()));
      case MapOf map -> new MapOf(0, withoutIds(map.key()), 0, withoutIds(map.value()));
    };
  }

  default Set<String> filesIn(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      Set<String> names = new TreeSet<>();
      files
          .filter(Files::isRegularFile)
          .forEach(file -> names.add(directory.relativize(file).toString()));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  default long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  default Schema nested() {
    return new Schema(
        List.of(
            new Field(1, "id", Primitive.LONG),
            new Field(
                2,
                "s",
                new Struct(
                    List.of(
                        new Field(3, "a b", Primitive.INT),
                        new Field(4, "when", Primitive.TIMESTAMP),
                        new Field(
                            5,
                            "items",
                            new ListOf(
                                6,
                                new Struct(
                                    List.of(
                                        new Field(7, "sku", Primitive.STRING),
                                        new Field(8, "n", Primitive.INT)))))))),
            new Field(9, "l", new ListOf(10, Primitive.INT)),
            new Field(11, "m", new MapOf(12, Primitive.STRING, 13, new Decimal(10, 2)))));
  }

  /** One row of {@link #nested}. */
  default String nestedSql() {
    return "select 1 as id, {'a b': 7, 'when': timestamp '2024-03-10 02:30:00',"
        + " 'items': [{'sku': 'x', 'n': 1}, {'sku': 'y', 'n': 2}]} as s,"
        + " [1, null, 3] as l, map {'k': 1.50} as m";
  }

  default void assertCancels(Work work) throws Exception {
    Watch watch = Watch.none();
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> result = executor.submit(() -> work.run(watch));
      Thread.sleep(500);
      assertThat(result.isDone()).as("still running").isFalse();
      long start = System.nanoTime();
      watch.cancel();
      assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CancellationException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
  }

  interface Work {
    @Nullable Object run(Watch watch) throws Exception;
  }
}
