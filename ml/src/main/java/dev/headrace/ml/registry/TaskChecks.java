package dev.headrace.ml.registry;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Problems;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.calibration.Calibrate;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Threshold;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What of a declaration does not go with what is to be learnt, seen before any row is read. */
record TaskChecks(ModelSpec spec, Declaration.Origin origin, Problems problems) {
  void check() {
    metrics();
    if (spec.learn() instanceof LearnSpec.Finds) {
      finding();
    } else if (spec.label() == null) {
      problems.add(
          origin.at("label"),
          "'label' is missing, and this learner predicts one.",
          "Name the column to predict, or choose 'k-means', 'hdbscan', 'pca' or 'isolation-forest'.");
    }
    if (spec.group() != null) {
      ranking();
    }
  }

  /** What is about a label, where there is none. */
  private void finding() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("label", spec.label() != null);
    given.put("group", spec.group() != null);
    given.put("positive", spec.positive() != null);
    given.put("weight", spec.weight() != null);
    given.put("calibrate", spec.calibrate() != Calibrate.NONE);
    given.put("split.stratified", spec.split().stratified());
    given.put("prepare.target-mean", !spec.prepare().targetMean().isEmpty());
    given.put("evaluate.slices", !spec.evaluate().slices().isEmpty());
    given.put("evaluate.threshold", spec.evaluate().threshold() instanceof Threshold.Maximise);
    given.forEach(
        (key, is) -> {
          if (is) {
            problems.add(
                origin.at(key),
                "'%s' is for models that predict, and this learner finds what lies in the rows."
                    .formatted(key),
                key.equals("label")
                    ? "Leave it out; name the column under 'except' if it is not to be learnt from."
                    : "Leave it out.");
          }
        });
  }

  /** What does not go with a ranking, whatever the labels are. */
  private void ranking() {
    if (spec.split().stratified()) {
      problems.add(
          origin.at("split.stratified"),
          "'stratified' deals rows by class, and a ranking is split by whole groups.",
          "Leave it out.");
    }
    if (spec.positive() != null && !(spec.learn() instanceof LearnSpec.Classifies)) {
      problems.add(
          origin.at("positive"),
          "'positive' names a class, and this learner predicts numbers.",
          "Leave it out: the label is then how relevant a row is.");
    }
    if (Objects.equals(spec.label(), spec.group())) {
      problems.add(
          origin.at("group"),
          "The label '" + spec.label() + "' is the 'group' too.",
          "Name the column whose equal values are ranked together, such as a query.");
    }
  }

  /** Two classes in groups are measured as both. */
  private boolean ranksClasses(Metric.Task task, Metric metric) {
    return task == Metric.Task.CLASSES && spec.group() != null && metric.fits(Metric.Task.RANKING);
  }

  /** Some metrics do not go together, whatever the label is. */
  private void metrics() {
    boolean anyTaskHasAll =
        Arrays.stream(Metric.Task.values())
            .anyMatch(
                task ->
                    Judging.named(spec).stream()
                        .allMatch(metric -> metric.fits(task) || ranksClasses(task, metric)));
    if (!anyTaskHasAll) {
      problems.add(
          origin.at("evaluate.metrics"),
          "The metrics of 'evaluate' and 'gate' are of different things, such as classes and"
              + " numbers: "
              + Judging.named(spec).stream()
                  .map(metric -> metric.word())
                  .collect(Collectors.joining(", "))
              + ".",
          "Name those of two classes, of several, or of a number.");
    }
  }
}
