package dev.headrace.ml.sql;

import java.util.Map;
import java.util.Set;

/** Options of {@code create model} that mean the same of every learner. */
final class ModelOptions {
  private static final String PREPARE = "Declare 'prepare' in models/NAME.yaml.";
  private static final String LEAST = "The learner goes on until its least loss is found.";

  /** The key of the declaration that each option stands for. */
  static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("key", "key"),
          Map.entry("features", "features"),
          Map.entry("except", "except"),
          Map.entry("time", "time"),
          Map.entry("positive", "positive"),
          Map.entry("weight", "weight"),
          Map.entry("gate", "gate"),
          Map.entry("calibrate", "calibrate"),
          Map.entry("seed", "seed"),
          Map.entry("threads", "threads"),
          Map.entry("tags", "tags"),
          Map.entry("description", "description"),
          Map.entry("metrics", "evaluate.metrics"),
          Map.entry("slices", "evaluate.slices"),
          Map.entry("threshold", "evaluate.threshold"),
          Map.entry("enable_global_explain", "evaluate.importance"),
          Map.entry("folds", "split.folds"),
          Map.entry("stratified", "split.stratified"),
          Map.entry("group", "split.group"),
          Map.entry("num_trials", "tune.trials"),
          Map.entry("tune_metric", "tune.metric"));

  /** Options of BigQuery ML that have another way here. */
  static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("early_stop", "early_stopping = 20 ends after 20 trees without improvement."),
          Map.entry("calculate_p_values", "ml.weights tells them where the learner knows them."),
          Map.entry("category_encoding_method", PREPARE),
          Map.entry("data_split_test_fraction", "One part tests: data_split_eval_fraction."),
          Map.entry("hparam_tuning_objectives", "Write tune_metric = 'auc'."),
          Map.entry("optimize_strategy", LEAST),
          Map.entry("ls_init_learn_rate", LEAST),
          Map.entry("min_rel_progress", LEAST),
          Map.entry("warm_start", "Every version is learnt from its own rows alone."),
          Map.entry("model_path", "Declare a model made elsewhere: learn: {onnx: {file: …}}."));

  /** Settings of which the tenfold is as far as the tenth, so that ranges are logarithmic. */
  static final Set<String> SCALES =
      Set.of("learning-rate", "l1", "l2", "penalty", "min-weight", "trees");

  private ModelOptions() {}
}
