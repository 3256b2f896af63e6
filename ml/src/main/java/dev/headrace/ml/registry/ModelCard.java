package dev.headrace.ml.registry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.headrace.ml.learn.LearnReport;
import dev.headrace.ml.learn.metrics.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a version of a model comes from and how good it is; {@code card.json} beside its files.
 *
 * @param formatVersion of this document
 * @param version 1, 2, 3, … of the model
 * @param fingerprint of the definition and its inputs' definitions
 * @param run of the ledger in which it was trained
 * @param createdAt when that run began, ISO-8601
 * @param headrace the release that trained it
 * @param machine where; null in cards of releases that did not tell
 * @param spec the declaration as JSON, defaults written out
 * @param inputs the tables it was trained on
 * @param views whose features it learnt from; absent in cards of releases that knew none
 * @param task what is predicted, in words
 * @param features the features learnt from, in order
 * @param columns that rows need so that these can be had; in cards of releases that computed none
 *     the features themselves
 * @param rows of the table
 * @param trainedOn rows the model was fitted to
 * @param testedOn rows that were predicted without having been learnt from
 * @param confusion of the rows that tested, all folds together; null where no classes are predicted
 * @param warnings what a careful reader should know
 * @param gate conditions and whether they held
 * @param accepted whether readers were to see it
 * @param predictions snapshot of the table of predictions; null where it was not accepted
 * @param files SHA-256 of the files, by name
 * @param judgement what is told beside the metrics; null in cards of releases that told nothing
 */
public record ModelCard(
    int formatVersion,
    String model,
    int version,
    String fingerprint,
    long run,
    String createdAt,
    String headrace,
    @Nullable Machine machine,
    String spec,
    List<Input> inputs,
    List<View> views,
    String task,
    List<String> features,
    List<String> columns,
    int rows,
    int trainedOn,
    int testedOn,
    List<Score> metrics,
    @Nullable Confusion confusion,
    List<String> warnings,
    List<Condition> gate,
    boolean accepted,
    @Nullable Long predictions,
    Map<String, String> files,
    LearnReport report,
    @Nullable Judgement judgement) {
  /** Of the documents this release writes. */
  static final int FORMAT_VERSION = 1;

  public ModelCard {
    inputs = List.copyOf(inputs);
    views = Objects.requireNonNullElse(views, List.<View>of());
    features = List.copyOf(features);
    columns = List.copyOf(Objects.requireNonNullElse(columns, features));
    metrics = List.copyOf(metrics);
    warnings = List.copyOf(warnings);
    gate = List.copyOf(gate);
    files = new TreeMap<>(files);
  }

  /**
   * A table as it was read.
   *
   * @param fingerprint with the name, the version of the table in the lake
   * @param snapshot of that version; null for a view
   * @param sql of a view; null for a table
   * @param reads what a view reads
   * @param as the name that the SQL above it has for it; null where that is the table's
   */
  public record Input(
      String table,
      String fingerprint,
      @Nullable Long snapshot,
      @Nullable String sql,
      List<Input> reads,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String as) {
    public Input {
      reads = List.copyOf(reads);
    }

    /** The same by another name. */
    Input as(String name) {
      return new Input(table, fingerprint, snapshot, sql, reads, name);
    }

    /** The name that the SQL above it has for it. */
    String name() {
      return as == null ? table.toLowerCase(Locale.ROOT) : as;
    }
  }

  /**
   * A feature view that was learnt from.
   *
   * @param build fingerprint of its definition and inputs, which names its build in an online store
   * @param features names of the features, without the view's
   * @param keys columns of the entity
   */
  public record View(String view, String build, List<String> features, List<String> keys) {
    public View {
      features = List.copyOf(features);
      keys = List.copyOf(keys);
    }
  }

  /**
   * A metric.
   *
   * @param estimate mean over the folds; null where it cannot be had
   * @param lower95 of the bootstrap
   * @param upper95 likewise
   * @param folds the value of each
   * @param baseline that of predicting without features
   * @param unknown why it cannot be had; null where it can
   */
  public record Score(
      Metric metric,
      @Nullable Double estimate,
      @Nullable Double lower95,
      @Nullable Double upper95,
      List<Double> folds,
      @Nullable Double baseline,
      @Nullable String unknown) {
    public Score {
      folds = List.copyOf(folds);
    }
  }

  /**
   * Weight of rows by class.
   *
   * @param classes their names
   * @param rows by true class, then by predicted class
   */
  public record Confusion(List<String> classes, List<List<Double>> rows) {
    public Confusion {
      classes = List.copyOf(classes);
      rows = List.copyOf(rows);
    }
  }

  /**
   * Where a version was trained, which may round otherwise than another place.
   *
   * @param java the virtual machine's version
   * @param system operating system and kind of processor, such as {@code Linux amd64}
   * @param processors that the process saw
   */
  public record Machine(String java, String system, int processors) {
    /** That of this process. */
    public static Machine ofProcess() {
      return new Machine(
          Runtime.version().toString(),
          System.getProperty("os.name") + " " + System.getProperty("os.arch"),
          Runtime.getRuntime().availableProcessors());
    }

    @Override
    public String toString() {
      return "%s, %d processors, Java %s".formatted(system, processors, java);
    }
  }

  /** A condition of the gate. */
  public record Condition(String condition, boolean holds, String figures) {}

  /** Whether it predicts nothing: there was no label. */
  @JsonIgnore
  public boolean findsWithoutLabel() {
    return Models.spec(this).label() == null;
  }

  /** The metrics that could be had. */
  @JsonIgnore
  public Map<Metric, Double> estimates() {
    Map<Metric, Double> estimates = new LinkedHashMap<>();
    for (Score score : metrics) {
      Double estimate = score.estimate();
      if (estimate != null) {
        estimates.put(score.metric(), estimate);
      }
    }
    return estimates;
  }

  /** The same as version {@code number}. */
  ModelCard as(int number) {
    return with(number, gate, accepted, predictions);
  }

  /** The same with its table of predictions. */
  ModelCard shownAs(long snapshot) {
    return with(version, gate, accepted, snapshot);
  }

  /** The same with what its gate says. */
  ModelCard judged(List<Condition> conditions) {
    boolean holds = conditions.stream().allMatch(Condition::holds);
    return with(version, conditions, holds, predictions);
  }

  private ModelCard with(
      int number, List<Condition> conditions, boolean holds, @Nullable Long snapshot) {
    return new ModelCard(
        formatVersion,
        model,
        number,
        fingerprint,
        run,
        createdAt,
        headrace,
        machine,
        spec,
        inputs,
        views,
        task,
        features,
        columns,
        rows,
        trainedOn,
        testedOn,
        metrics,
        confusion,
        warnings,
        conditions,
        holds,
        snapshot,
        files,
        report,
        judgement);
  }
}
