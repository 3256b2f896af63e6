package dev.headrace.ml.sql;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.LearnSpec;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code model_type} may say: a learner, and how its options are called.
 *
 * @param learner key of the learner in a declaration
 * @param classes whether it was asked for to tell classes apart, or for numbers; empty where the
 *     label decides
 * @param options keys of its settings, by option
 * @param finds whether it finds without a label
 * @param isOneSetting whether the learner has but one, which is written without its name
 * @param shares settings that are shares, of which a fraction is a percentage
 */
record LearnerOptions(
    String learner,
    Optional<Boolean> classes,
    Map<String, String> options,
    boolean finds,
    boolean isOneSetting,
    Set<String> shares) {
  private static final Map<String, String> OF_TREES =
      Map.of(
          "max_iterations", "trees",
          "learn_rate", "learning-rate",
          "max_tree_depth", "depth",
          "subsample", "rows",
          "colsample_bytree", "columns",
          "min_tree_child_weight", "min-weight",
          "min_split_loss", "min-gain",
          "l1_reg", "l1",
          "l2_reg", "l2");
  private static final Map<String, String> OF_FORESTS =
      Map.of("num_parallel_tree", "trees", "max_tree_depth", "depth");
  private static final Map<String, String> OF_LOGISTIC = Map.of("l1_reg", "l1", "l2_reg", "l2");

  private static final Map<String, String> OF_CLUSTERS =
      Map.of("num_clusters", "k", "max_iterations", "rounds");
  private static final Map<String, String> OF_COMPONENTS =
      Map.of("num_principal_components", "components");

  /** Those of BigQuery ML that are learnt here, and our own learners. */
  static Map<String, LearnerOptions> all() {
    Map<String, LearnerOptions> all = new TreeMap<>();
    learners(LearnSpec.class)
        .forEach(
            type -> {
              String word = words(type.getSimpleName(), '_');
              if (!word.equals("onnx")) {
                all.put(word, of(type, Optional.empty(), Map.of()));
              }
            });
    all.put("kmeans", of(LearnSpec.KMeans.class, Optional.empty(), OF_CLUSTERS));
    all.put("pca", of(LearnSpec.Pca.class, Optional.empty(), OF_COMPONENTS));
    all.put("linear_reg", of(LearnSpec.Linear.class, Optional.empty(), Map.of()));
    all.put("logistic_reg", of(LearnSpec.Logistic.class, Optional.of(true), OF_LOGISTIC));
    all.put("boosted_tree_classifier", of(LearnSpec.Gbdt.class, Optional.of(true), OF_TREES));
    all.put("boosted_tree_regressor", of(LearnSpec.Gbdt.class, Optional.of(false), OF_TREES));
    all.put("random_forest_classifier", of(LearnSpec.Forest.class, Optional.of(true), OF_FORESTS));
    all.put("random_forest_regressor", of(LearnSpec.Forest.class, Optional.of(false), OF_FORESTS));
    return all;
  }

  /** The records of a choice, also those of choices within it. */
  private static List<Class<?>> learners(Class<?> choice) {
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> permitted : choice.getPermittedSubclasses()) {
      if (permitted.isRecord()) {
        found.add(permitted);
      } else {
        found.addAll(learners(permitted));
      }
    }
    return found.stream().distinct().toList();
  }

  private static LearnerOptions of(
      Class<?> type, Optional<Boolean> classes, Map<String, String> others) {
    Map<String, String> options = new LinkedHashMap<>();
    Set<String> shares = new TreeSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType() == Map.class) {
        continue; // An option has one value.
      }
      options.put(words(component.getName(), '_'), words(component.getName(), '-'));
      if (component.getType() == Percentage.class) {
        shares.add(words(component.getName(), '-'));
      }
    }
    if (Arrays.stream(type.getRecordComponents()).anyMatch(c -> c.getName().equals("balance"))) {
      options.put("auto_class_weights", "balance");
    }
    others.forEach(options::putIfAbsent);
    return new LearnerOptions(
        words(type.getSimpleName(), '-'),
        classes,
        options,
        LearnSpec.Finds.class.isAssignableFrom(type),
        type.getRecordComponents().length == 1,
        shares);
  }

  private static String words(String name, char between) {
    return name.replaceAll("(?<!^)(?=[A-Z])", String.valueOf(between)).toLowerCase(Locale.ROOT);
  }
}
