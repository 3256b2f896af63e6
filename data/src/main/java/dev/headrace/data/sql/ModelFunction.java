package dev.headrace.data.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be asked of a model inside a query, after the words of BigQuery ML. */
public enum ModelFunction {
  PREDICT,
  EVALUATE,
  WEIGHTS,
  FEATURE_IMPORTANCE,
  ROC_CURVE,
  CONFUSION_MATRIX;

  /** How it is written behind {@code ml.}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<ModelFunction> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equalsIgnoreCase(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(ModelFunction::word).toList();
  }
}
