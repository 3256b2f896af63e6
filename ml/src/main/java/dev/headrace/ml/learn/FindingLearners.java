package dev.headrace.ml.learn;

import dev.headrace.ml.learn.LearnReport.Cluster;
import dev.headrace.ml.learn.LearnReport.Component;
import dev.headrace.ml.learn.LearnReport.Loading;
import dev.headrace.ml.learn.LearnReport.Trait;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.anomalies.IsolationForest;
import dev.headrace.ml.learn.clusters.Hdbscan;
import dev.headrace.ml.learn.clusters.KMeans;
import dev.headrace.ml.learn.components.PrincipalComponents;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.ml.learn.prepare.PreparationFit.Taste;
import dev.headrace.ml.learn.prepare.PrepareSpec.Categories;
import dev.headrace.ml.learn.prepare.PrepareSpec.Missing;
import dev.headrace.ml.learn.prepare.PrepareSpec.Scale;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds what lies in the rows, for {@link Learners}, and tells what that is like. */
final class FindingLearners {
  /** Distances need columns of the same scale. */
  private static final Taste SCALED =
      new Taste(Missing.MEAN, Scale.STANDARD, Categories.ONE_HOT, false);

  /** Splits do not. */
  private static final Taste UNSCALED =
      new Taste(Missing.MEAN, Scale.NONE, Categories.ONE_HOT, false);

  private FindingLearners() {}

  static Trained fit(LearnSpec.Finds learner, Trainer trainer, TrainingSet rows, Watch watch) {
    Preparation preparation =
        trainer.preparation(rows, learner instanceof LearnSpec.IsolationForest ? UNSCALED : SCALED);
    Design design = preparation.apply(rows.features());
    Model.Scorer scorer =
        switch (learner) {
          case LearnSpec.KMeans(int k, int starts, int rounds) ->
              KMeans.fit(design, k, starts, rounds, trainer.seed(), watch);
          case LearnSpec.Hdbscan(int minRows, @Nullable Integer neighbours) ->
              Hdbscan.fit(design, minRows, Objects.requireNonNullElse(neighbours, minRows), watch);
          case LearnSpec.Pca(int components) -> PrincipalComponents.fit(design, components);
          case LearnSpec.IsolationForest forest ->
              IsolationForest.fit(
                  design,
                  forest.trees(),
                  forest.sample(),
                  forest.share().fraction(),
                  trainer.seed(),
                  watch);
        };
    LearnReport report =
        switch (learner) {
          case LearnSpec.KMeans _, LearnSpec.Hdbscan _ ->
              new LearnReport(
                  null, null, null, clusters(rows.features(), scorer.score(design)[0]), null);
          case LearnSpec.Pca _ ->
              new LearnReport(
                  null, null, null, null, components((PrincipalComponents) scorer, design));
          case LearnSpec.IsolationForest _ -> LearnReport.EMPTY;
        };
    return new Trained(new Model(Target.Found.by(learner), preparation, scorer), report);
  }

  /** What the rows of each cluster are like, as they were read. */
  private static List<Cluster> clusters(Frame rows, double[] found) {
    List<Cluster> clusters = new ArrayList<>();
    for (double cluster : Arrays.stream(found).distinct().sorted().toArray()) {
      int[] members = IntStream.range(0, found.length).filter(i -> found[i] == cluster).toArray();
      clusters.add(
          new Cluster(
              (int) cluster,
              members.length,
              rows.rows(members).columns().stream().map(FindingLearners::trait).toList()));
    }
    return clusters;
  }

  private static Trait trait(Frame.Column column) {
    return switch (column) {
      case Frame.Numbers(String name, double[] values) -> {
        double[] known = Arrays.stream(values).filter(x -> !Double.isNaN(x)).toArray();
        yield new Trait(
            name, known.length == 0 ? null : Arrays.stream(known).sum() / known.length, null, null);
      }
      case Frame.Categories(String name, int[] codes, List<String> levels) -> {
        int[] counts = new int[levels.size()];
        Arrays.stream(codes).filter(code -> code >= 0).forEach(code -> counts[code]++);
        int most = 0;
        for (int k = 1; k < counts.length; k++) {
          most = counts[k] > counts[most] ? k : most;
        }
        yield counts.length == 0 || counts[most] == 0
            ? new Trait(name, null, null, null)
            : new Trait(name, null, levels.get(most), (double) counts[most] / codes.length);
      }
    };
  }

  private static List<Component> components(PrincipalComponents found, Design design) {
    List<Component> components = new ArrayList<>();
    for (int c = 0; c < found.variances().length; c++) {
      double[] direction = found.directions()[c];
      components.add(
          new Component(
              found.variances()[c],
              found.variances()[c] / found.total(),
              IntStream.range(0, direction.length)
                  .mapToObj(j -> new Loading(design.names().get(j), direction[j]))
                  .sorted(Comparator.comparingDouble(one -> -Math.abs(one.loading())))
                  .toList()));
    }
    return components;
  }
}
