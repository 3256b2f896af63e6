package dev.headrace.ml.registry;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
import dev.headrace.ml.learn.frame.RowOrder;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads the rows of a table as they lie and puts them into the order of a key that tells them
 * apart.
 *
 * <p>A result is fetched by one thread, and that is what reading a table takes. So the columns of a
 * large one are read by two queries side by side, each with the key: whatever order either hands
 * its rows out in, sorted by the key they are the same rows.
 *
 * @param key columns of numbers, at least one
 */
record KeyedRows(String table, SequencedSet<String> key, SqlEngine engine, Relation from) {
  /** Numbers and texts of a table beyond which a second query is worth its start. */
  private static final long MANY_CELLS = 1_000_000;

  /**
   * Reads columns in the order of the key.
   *
   * @return empty where the key does not tell rows apart, as far as doubles can
   */
  Optional<Frame> read(SequencedSet<String> columns, Watch watch) {
    List<String> others = columns.stream().filter(name -> !key.contains(name)).toList();
    boolean large =
        from instanceof Relation.Files files
            && others.size() > 1
            && files.rows() > MANY_CELLS / others.size();
    Optional<Frame> rows = large ? sideBySide(others, watch) : part(others, watch);
    return rows.map(all -> all.only(List.copyOf(columns)));
  }

  private Optional<Frame> sideBySide(List<String> columns, Watch watch) {
    int half = columns.size() / 2;
    try (Watch.Part second = watch.part();
        // The time is spent in native code, which would hold on to a thread that carries others.
        ExecutorService beside = Executors.newThreadPerTaskExecutor(Thread::new)) {
      Future<Optional<Frame>> right =
          beside.submit(() -> part(columns.subList(half, columns.size()), second.watch()));
      try {
        Optional<Frame> left = part(columns.subList(0, half), watch);
        Optional<Frame> both = right.get();
        return left.isPresent() && both.isPresent()
            ? joined(left.get(), both.get())
            : Optional.empty();
      } catch (RuntimeException | Error e) {
        second.watch().cancel();
        throw e;
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException told
          ? told
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while rows were read", e);
    }
  }

  /** Rows that two queries of the same files gave; both ascend by the key. */
  private Optional<Frame> joined(Frame left, Frame right) {
    for (String name : key) {
      if (!Arrays.equals(numbers(left, name), numbers(right, name))) {
        return Optional.empty();
      }
    }
    List<Frame.Column> columns = new ArrayList<>(left.columns());
    right.columns().stream().filter(column -> !key.contains(column.name())).forEach(columns::add);
    return Optional.of(new Frame(left.rows(), columns));
  }

  /** Some of the columns, and those of the key. */
  private Optional<Frame> part(List<String> columns, Watch watch) {
    SequencedSet<String> read = new LinkedHashSet<>(key);
    read.addAll(columns);
    String sql = "select %s from %s".formatted(ModelColumns.quoted(List.copyOf(read), ""), table);
    Query query = Query.of(sql, Map.of(table, from));
    return byKey(
        from instanceof Relation.Files files
            ? FrameReader.read(engine, query, files.rows(), watch)
            : FrameReader.read(engine, query, watch));
  }

  private Optional<Frame> byKey(Frame rows) {
    if (RowOrder.ascends(numbers(rows), rows.rows())) {
      return Optional.of(rows); // As they lie in the files, mostly.
    }
    Frame sorted = rows.rows(RowOrder.of(numbers(rows), rows.rows()));
    return RowOrder.ascends(numbers(sorted), rows.rows()) ? Optional.of(sorted) : Optional.empty();
  }

  private List<double[]> numbers(Frame rows) {
    return key.stream().map(name -> numbers(rows, name)).toList();
  }

  private static double[] numbers(Frame rows, String column) {
    return ((Frame.Numbers) rows.column(column)).values();
  }
}
