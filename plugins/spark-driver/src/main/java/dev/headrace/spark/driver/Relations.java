package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Failure.Reason;
import dev.headrace.spark.wire.Work;
import dev.headrace.spark.wire.Work.Files;
import dev.headrace.spark.wire.Work.Snapshot;
import dev.headrace.spark.wire.Work.Source;
import dev.headrace.spark.wire.Work.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.trees.CurrentOrigin;
import org.apache.spark.sql.catalyst.trees.Origin;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Makes Spark's data sets out of a work's texts and files.
 *
 * <p>A source is analyzed by itself, with temporary views for what it may name: so every view sees
 * its own names, and a mistake is told with the place in the text where it was made.
 */
final class Relations {
  /**
   * Spark writes a view out wherever it is named. From this many tables in one plan on, views that
   * are named more than once are computed once instead: a chain of them would double with each
   * link.
   */
  private static final int MAX_SCANS = 64;

  private final SparkSession session;
  private final Work work;
  private final Directories directories;
  private final @Nullable LakeCatalog catalog;
  private final Map<Integer, Dataset<Row>> made = new HashMap<>();
  private final long[] scans;
  private final int[] uses;

  Relations(
      SparkSession session, Work work, Directories directories, @Nullable LakeCatalog catalog) {
    this.catalog = catalog;
    this.session = session;
    this.work = work;
    this.directories = directories;
    int count = work.sources().size();
    this.scans = new long[count];
    this.uses = new int[count];
    for (int i = 0; i < count; i++) {
      Statement view = work.sources().get(i).view();
      scans[i] = 1;
      if (view != null) {
        // A text may name a source several times; twice is what matters here.
        for (int source : view.sources().values()) {
          uses[source] += 2;
          scans[i] = Math.min(Integer.MAX_VALUE, scans[i] + 2 * scans[source]);
        }
      }
    }
  }

  /** What the statement yields. */
  Dataset<Row> result() {
    return analyzed(work.statement(), -1, false);
  }

  /** The same over empty tables: the same columns, but no file is touched. */
  Dataset<Row> overNothing() {
    return analyzed(work.statement(), -1, true);
  }

  private Dataset<Row> source(int index, boolean empty) {
    Dataset<Row> known = made.get(index);
    if (known != null) {
      return known;
    }
    Source source = work.sources().get(index);
    Files files = source.files();
    Dataset<Row> rows;
    if (files != null) {
      Schema schema = SchemaParser.fromJson(files.schema());
      rows = empty ? nothing(Columns.presented(schema.columns())) : stored(schema, files);
    } else {
      Statement view = Objects.requireNonNull(source.view());
      rows = analyzed(view, index, empty);
      if (empty) {
        rows = nothing(rows.schema());
      } else if (scans[index] > MAX_SCANS && uses[index] > 1) {
        rows = rows.localCheckpoint(true);
      }
    }
    made.put(index, rows);
    return rows;
  }

  private Dataset<Row> stored(Schema schema, Files files) {
    Snapshot snapshot = files.snapshot();
    if (catalog != null && snapshot != null) {
      Dataset<Row> rows = catalog.read(session, schema, snapshot, directories);
      if (rows != null) {
        return rows;
      }
    }
    return LakeScan.read(session, schema, files.paths(), directories);
  }

  private Dataset<Row> nothing(StructType columns) {
    return session.createDataFrame(List.of(), columns);
  }

  private Dataset<Row> analyzed(Statement statement, int index, boolean empty) {
    Origin before = CurrentOrigin.get();
    CurrentOrigin.set(named(index));
    try {
      LogicalPlan plan = parse(statement);
      List<String> names = Guard.check(plan, statement.sources().keySet(), index);
      Map<String, Dataset<Row>> relations = new HashMap<>();
      for (String name : names) {
        Integer source = statement.sources().get(name);
        if (source != null) {
          relations.put(name, source(source, empty));
        }
      }
      session.sessionState().catalog().clearTempTables();
      for (Map.Entry<String, Dataset<Row>> relation : relations.entrySet()) {
        relation
            .getValue()
            .createOrReplaceTempView("`" + relation.getKey().replace("`", "``") + "`");
      }
      return Dataset.ofRows(session, plan);
    } catch (Exception e) {
      throw Failures.sneaky(e);
    } finally {
      CurrentOrigin.set(before);
    }
  }

  private LogicalPlan parse(Statement statement) throws Exception {
    if (statement.sql().isBlank()) {
      throw new Refusal(Reason.NOT_A_SELECT, "there is no statement", null);
    }
    return session.sessionState().sqlParser().parsePlan(statement.sql());
  }

  /** What Spark notes with every part of a text, and hands out with failures: which text it is. */
  private static Origin named(int index) {
    return new Origin(
        none(),
        none(),
        none(),
        none(),
        none(),
        Option.apply("VIEW"),
        Option.apply(Integer.toString(index)),
        none(),
        none(),
        none());
  }

  private static <T> Option<T> none() {
    return Option.empty();
  }
}
