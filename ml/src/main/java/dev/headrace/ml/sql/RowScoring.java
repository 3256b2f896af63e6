package dev.headrace.ml.sql;

import dev.headrace.core.project.Names;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
import dev.headrace.ml.learn.metrics.Evaluation;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.ModelSpec;
import dev.headrace.ml.registry.Models;
import dev.headrace.ml.registry.PredictedColumns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a version says of the rows of a query. They are predicted some thousand at a time; between
 * that, rows and predictions lie in files.
 *
 * @param trusted an engine that may read the scratch files
 */
record RowScoring(
    ModelCard card,
    Model model,
    SqlEngine engine,
    SqlEngine trusted,
    Scratch scratch,
    Watch watch) {
  private static final int BATCH_ROWS = 8_192;
  private static final String INPUT = "hr_input";
  private static final String ROW = "hr_row";
  private static final String PROBABILITIES = "_probs";

  /**
   * The rows with {@code predicted_LABEL} and, for classes, {@code predicted_LABEL_probs}; without
   * a label with what is found of them, such as {@code cluster}.
   */
  Relation predicted(Query rows) {
    Map<String, Relation> input = Map.of(INPUT, new Relation.View(rows));
    Schema schema = engine.describe(rows);
    requireFeatures(schema);
    List<String> taken = new ArrayList<>(List.of(ROW));
    String predicted = "";
    if (model.target() instanceof Target.Found(Target.Found.Kind _, List<String> outputs)) {
      taken.addAll(outputs);
    } else {
      predicted = "predicted_" + label();
      taken.addAll(List.of(predicted, predicted + PROBABILITIES));
    }
    for (String name : taken) {
      if (schema.field(name).isPresent()) {
        throw new HeadraceException(
            ModelQueryError.MODEL_QUERY_COLUMN,
            "Cannot predict with model '%s': the rows have a column '%s' already."
                .formatted(card.model(), name),
            "Name that column otherwise in the query of the rows.");
      }
    }
    Relation.Files kept =
        written(
            engine,
            Query.of("select *, row_number() over () as %s from %s".formatted(ROW, INPUT), input));
    Path numbers = scratch.directory().resolve(scratch.name("scores") + ".csv");
    writeScores(numbers, kept);
    String sql =
        """
        select %s, %s
        from %s r
        join read_csv(%s, header = false, auto_detect = false, delim = ',',
          columns = {'row': 'BIGINT'%s}) p
          on r.%s = p.row
        """
            .formatted(
                columns(schema.names(), "r."),
                added(predicted),
                INPUT,
                SqlQuotes.literal(numbers.toString()),
                IntStream.range(0, model.target().outputs())
                    .mapToObj(k -> ", 'o" + k + "': 'DOUBLE'")
                    .collect(Collectors.joining()),
                ROW);
    Relation result = written(trusted, Query.of(sql, Map.of(INPUT, kept)));
    try {
      Files.delete(numbers);
      for (String file : kept.files()) {
        Files.delete(Path.of(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result;
  }

  private void writeScores(Path file, Relation.Files rows) {
    List<String> read = new ArrayList<>(List.of(ROW));
    read.addAll(card.columns());
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      inBatches(
          rows,
          read,
          frame -> {
            double[] number = ((Frame.Numbers) frame.column(ROW)).values();
            double[][] outputs = model.scores(frame);
            for (int i = 0; i < frame.rows(); i++) {
              out.append(Long.toString((long) number[i]));
              for (double[] output : outputs) {
                out.append(',').append(Double.toString(output[i]));
              }
              out.append('\n');
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void inBatches(Relation rows, List<String> columns, FrameReader.Taker taker)
      throws IOException {
    FrameReader.readInBatches(
        engine,
        Query.of("select %s from %s".formatted(columns(columns, ""), INPUT), Map.of(INPUT, rows)),
        BATCH_ROWS,
        watch,
        taker);
  }

  private String added(String predicted) {
    PredictedColumns columns =
        PredictedColumns.of(model.target(), Models.spec(card).evaluate().threshold(model));
    if (model.target() instanceof Target.Found) {
      return columns.numbersSql();
    }
    String name = SqlQuotes.identifier(predicted);
    String probabilities = predicted + PROBABILITIES;
    String told = columns.predicted() + " as " + name;
    return switch (model.target()) {
      case Target.Quantity _, Target.Relevance _, Target.Found _ -> "p.o0 as " + name;
      case Target.Classes(String negative, String positive) ->
          "%s, [%s, %s] as %s"
              .formatted(
                  told,
                  probability(positive, "p.o0"),
                  probability(negative, "1 - p.o0"),
                  SqlQuotes.identifier(probabilities));
      case Target.Several(List<String> classes) ->
          "%s, [%s] as %s"
              .formatted(
                  told,
                  IntStream.range(0, classes.size())
                      .mapToObj(k -> probability(classes.get(k), "p.o" + k))
                      .collect(Collectors.joining(", ")),
                  SqlQuotes.identifier(probabilities));
    };
  }

  private static String probability(String label, String sql) {
    return "{'label': %s, 'prob': %s}".formatted(SqlQuotes.literal(label), sql);
  }

  private Relation.Files written(SqlEngine by, Query query) {
    Schema schema = by.describe(query).numbered();
    List<WrittenFile> files =
        by.write(
            query,
            new WriteTarget(scratch.directory(), scratch.name("rows"), schema, Optional.empty()),
            watch);
    return new Relation.Files(
        schema,
        files.stream().map(WrittenFile::path).toList(),
        files.stream().mapToLong(WrittenFile::rows).sum());
  }

  /** The metrics of the declaration over rows that have the label. */
  Relation evaluated(Query rows) {
    if (model.target() instanceof Target.Found) {
      throw CardTables.nothing(
          card,
          "how good rows of a query make it",
          "it has no label that rows could bring",
          "Ask what it came to on its test rows: ml.evaluate(model %s).".formatted(card.model()));
    }
    Schema schema = engine.describe(rows);
    requireFeatures(schema);
    ModelSpec spec = Models.spec(card);
    String weight = spec.weight();
    SequencedSet<String> columns = new LinkedHashSet<>(card.columns());
    columns.add(require(schema, label(), "the label"));
    if (weight != null) {
      columns.add(require(schema, weight, "the weight of rows"));
    }
    String group = spec.group();
    if (group != null) {
      columns.add(require(schema, group, "by which rows are ranked"));
    }
    List<double[][]> outputs = new ArrayList<>();
    List<double[]> labels = new ArrayList<>();
    List<double[]> weights = new ArrayList<>();
    Labels.Groups groups = new Labels.Groups(card);
    try {
      inBatches(
          new Relation.View(rows),
          List.copyOf(columns),
          frame -> {
            outputs.add(model.scores(frame));
            labels.add(Labels.of(card, model.target(), frame.column(label())));
            if (weight != null) {
              weights.add(Labels.weights(card, frame.column(weight)));
            }
            if (group != null) {
              groups.add(frame.column(group));
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (labels.isEmpty()) {
      throw new HeadraceException(
          ModelQueryError.MODEL_QUERY_LABEL,
          "Cannot evaluate model '%s': the query gives no rows.".formatted(card.model()),
          "Check its filters.");
    }
    double[][] all = new double[model.target().outputs()][];
    for (int k = 0; k < all.length; k++) {
      int output = k;
      all[k] = joined(outputs.stream().map(one -> one[output]).toList());
    }
    Scored scored =
        Scored.of(joined(labels), all)
            .under(spec.evaluate().settings(spec.evaluate().threshold(model)));
    Scored weighted = weight == null ? scored : scored.weighted(joined(weights));
    return CardTables.evaluation(
        scores(spec, group == null ? weighted : weighted.grouped(groups.ids())));
  }

  private List<ModelCard.Score> scores(ModelSpec spec, Scored scored) {
    List<ModelCard.Score> scores = new ArrayList<>();
    for (Metric metric : spec.metrics(model.target())) {
      scores.add(score(metric, Evaluation.of(metric, List.of(scored), spec.seed())));
    }
    return scores;
  }

  private static ModelCard.Score score(Metric metric, Answer<Evaluation> answer) {
    return switch (answer) {
      case Answer.Unknown<Evaluation>(Answer.Reason _, String detail) ->
          new ModelCard.Score(metric, null, null, null, List.of(), null, detail);
      case Answer.Known<Evaluation>(Evaluation told) -> {
        @Nullable Interval interval = told.interval().orElse(null);
        yield new ModelCard.Score(
            metric,
            told.estimate(),
            interval == null ? null : interval.lower(),
            interval == null ? null : interval.upper(),
            told.folds(),
            null,
            null);
      }
    };
  }

  private static double[] joined(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private String label() {
    return Models.spec(card).predicts();
  }

  private void requireFeatures(Schema schema) {
    card.columns().forEach(feature -> require(schema, feature, "which it has learnt from"));
  }

  private String require(Schema schema, String column, String what) {
    Optional<Field> field = schema.field(column);
    if (field.isEmpty()) {
      throw new HeadraceException(
          ModelQueryError.MODEL_QUERY_COLUMN,
          "Cannot ask model '%s': the rows have no column '%s', %s."
              .formatted(card.model(), column, what),
          Names.suggest(column, schema.names()));
    }
    return column;
  }

  private static String columns(List<String> names, String before) {
    return names.stream()
        .map(SqlQuotes::identifier)
        .map(name -> before + name + " as " + name) // As it was learnt, not as it is spelt here.
        .collect(Collectors.joining(", "));
  }
}
