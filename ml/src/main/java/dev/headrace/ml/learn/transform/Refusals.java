package dev.headrace.ml.learn.transform;

import dev.headrace.core.project.Names;
import java.util.Map;
import java.util.Set;

/** What no expression of one row can be, with the way out. */
final class Refusals {
  /** What each function of BigQuery ML that looks at all rows is in {@code prepare}. */
  private static final Map<String, String> LEARNT =
      Map.ofEntries(
          Map.entry("standard_scaler", "prepare: {scale: standard}"),
          Map.entry("min_max_scaler", "prepare: {scale: min-max}"),
          Map.entry("robust_scaler", "prepare: {scale: robust}"),
          Map.entry("imputer", "prepare: {missing: mean}"),
          Map.entry("one_hot_encoder", "prepare: {categories: one-hot}"),
          Map.entry("label_encoder", "prepare: {categories: ordinal}"),
          Map.entry("quantile_bucketize", "prepare: {quantiles: [COLUMN]}"),
          Map.entry("hash_bucketize", "prepare: {hash: {COLUMN: 64}}"));

  private static final Set<String> AGGREGATES =
      Set.of(
          "avg",
          "mean",
          "sum",
          "count",
          "min",
          "max",
          "median",
          "mode",
          "stddev",
          "stddev_pop",
          "stddev_samp",
          "variance",
          "var_pop",
          "var_samp",
          "quantile",
          "quantile_cont",
          "percentile_cont",
          "approx_quantile",
          "approx_count_distinct",
          "row_number",
          "rank",
          "dense_rank",
          "percent_rank",
          "ntile",
          "lag",
          "lead",
          "first_value",
          "last_value",
          "array_agg",
          "list",
          "string_agg",
          "any_value",
          "corr");

  private Refusals() {}

  /** A function that is not known, or not of one row. */
  static IllegalArgumentException unknown(String name) {
    if (AGGREGATES.contains(name)) {
      return severalRows("'" + name + "'");
    }
    if (LEARNT.containsKey(name)) {
      return learnt(name);
    }
    return new IllegalArgumentException(
        "must call functions of one row, and '%s' is none that is known. %s"
            .formatted(name, Names.suggest(name, RowFunctions.names())));
  }

  /** What BigQuery ML learns from all rows. */
  static IllegalArgumentException learnt(String name) {
    String instead = LEARNT.get(name);
    return instead == null
        ? new IllegalArgumentException(
            "must call functions of one row, and 'ml." + name + "' is none that is known")
        : new IllegalArgumentException(
            "must be computed from one row, and '%s' is learnt from all rows: declare %s"
                .formatted(name, instead));
  }

  static IllegalArgumentException severalRows(String what) {
    return new IllegalArgumentException(
        "must be computed from one row, and %s looks at several: 'prepare' learns scales, fills, quantiles and means from training rows, and the query can join what is known before"
            .formatted(what));
  }

  static IllegalArgumentException cast() {
    return refused(
        "cast",
        "numbers are doubles here; round(x), trunc(x) and floor(x) make them whole, and the query"
            + " gives other types");
  }

  /** What SQL has and this language has not, with what to write instead. */
  static IllegalArgumentException refused(String what, String instead) {
    return new IllegalArgumentException("must do without '%s': %s".formatted(what, instead));
  }
}
