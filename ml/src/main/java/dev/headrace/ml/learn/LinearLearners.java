package dev.headrace.ml.learn;

import dev.headrace.ml.learn.LearnReport.Coefficient;
import dev.headrace.ml.learn.Trainer.Trained;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.linear.Diagnostics;
import dev.headrace.ml.learn.linear.LeastSquares;
import dev.headrace.ml.learn.linear.LinearModel;
import dev.headrace.ml.learn.linear.LogisticRegression;
import dev.headrace.ml.learn.linear.MultinomialRegression;
import dev.headrace.ml.learn.linear.PenalisedSquares;
import dev.headrace.ml.learn.linear.PoissonRegression;
import dev.headrace.ml.learn.prepare.Preparation;
import dev.headrace.ml.learn.prepare.PreparationFit.Taste;
import dev.headrace.ml.learn.prepare.PrepareSpec.Categories;
import dev.headrace.ml.learn.prepare.PrepareSpec.Missing;
import dev.headrace.ml.learn.prepare.PrepareSpec.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Fits weighted sums of columns for {@link Learners}. */
final class LinearLearners {
  private static final Taste FREE = new Taste(Missing.MEAN, Scale.NONE, Categories.ONE_HOT, true);
  private static final Taste PENALISED =
      new Taste(Missing.MEAN, Scale.STANDARD, Categories.ONE_HOT, false);

  private LinearLearners() {}

  static Trained leastSquares(LearnSpec.Linear linear, Trainer trainer, TrainingSet rows) {
    if (rows.weights().isPresent()) {
      throw Trainer.setting(
          "the diagnostics of 'linear' hold for rows that count alike",
          "Leave 'weight' out, or choose 'ridge: {penalty: 0}'.");
    }
    double confidence = linear.confidence().fraction();
    if (!(confidence > 0 && confidence < 1)) {
      throw Trainer.setting("no interval has a confidence of " + linear.confidence(), "Write 95%.");
    }
    Preparation preparation = trainer.preparation(rows, FREE);
    LeastSquares fit = LeastSquares.fit(preparation.apply(rows.features()), rows.labels());
    return new Trained(
        new Model(rows.target(), preparation, new Model.Linear(fit.model())),
        new LearnReport(Diagnostics.of(fit, confidence), null, null));
  }

  private static Trained penalised(Trainer trainer, TrainingSet rows, double l1, double l2) {
    Preparation preparation = trainer.preparation(rows, PENALISED);
    LinearModel model =
        PenalisedSquares.fit(
            preparation.apply(rows.features()), rows.labels(), Trainer.weights(rows), l1, l2);
    return new Trained(
        new Model(rows.target(), preparation, new Model.Linear(model)), plain(model));
  }

  static Trained logistic(LearnSpec.Logistic logistic, Trainer trainer, TrainingSet rows) {
    boolean free = logistic.l1() == 0 && logistic.l2() == 0;
    Taste taste = new Taste(Missing.MEAN, Scale.STANDARD, Categories.ONE_HOT, free);
    Preparation preparation = trainer.preparation(rows, taste);
    if (rows.target() instanceof Target.Several several) {
      return multinomial(logistic, several, preparation, rows);
    }
    LogisticRegression.Fit fit =
        LogisticRegression.fit(
            preparation.apply(rows.features()),
            rows.labels(),
            Trainer.balanced(logistic.balance(), rows),
            logistic.l1(),
            logistic.l2());
    return new Trained(
        new Model(rows.target(), preparation, new Model.Logistic(fit.model())),
        report(fit.model(), fit.inference()));
  }

  static Trained poisson(LearnSpec.Poisson poisson, Trainer trainer, TrainingSet rows) {
    Taste taste = new Taste(Missing.MEAN, Scale.STANDARD, Categories.ONE_HOT, poisson.l2() == 0);
    Preparation preparation = trainer.preparation(rows, taste);
    PoissonRegression.Fit fit =
        PoissonRegression.fit(
            preparation.apply(rows.features()), rows.labels(), Trainer.weights(rows), poisson.l2());
    return new Trained(
        new Model(rows.target(), preparation, new Model.Exponential(fit.model())),
        report(fit.model(), fit.inference()));
  }

  private static LearnReport report(
      LinearModel model, Optional<List<LogisticRegression.Estimate>> inference) {
    return inference
        .map(
            estimates ->
                new LearnReport(
                    null,
                    estimates.stream()
                        .map(
                            one ->
                                new Coefficient(
                                    one.name(),
                                    one.estimate(),
                                    one.standardError(),
                                    one.z(),
                                    one.pValue()))
                        .toList(),
                    null))
        .orElseGet(() -> plain(model));
  }

  private static Trained multinomial(
      LearnSpec.Logistic logistic,
      Target.Several several,
      Preparation preparation,
      TrainingSet rows) {
    List<LinearModel> models =
        MultinomialRegression.fit(
            preparation.apply(rows.features()),
            rows.labels(),
            several.classes().size(),
            Trainer.balanced(logistic.balance(), rows),
            logistic.l1(),
            logistic.l2());
    List<Coefficient> all = new ArrayList<>();
    for (int k = 0; k < models.size(); k++) {
      String of = several.classes().get(k) + ": ";
      Objects.requireNonNull(plain(models.get(k)).coefficients())
          .forEach(
              one -> all.add(new Coefficient(of + one.name(), one.estimate(), null, null, null)));
    }
    return new Trained(
        new Model(several, preparation, new Model.Softmax(models)),
        new LearnReport(null, all, null));
  }

  private static LearnReport plain(LinearModel model) {
    List<Coefficient> all = new ArrayList<>();
    all.add(new Coefficient(LeastSquares.INTERCEPT, model.intercept(), null, null, null));
    for (int j = 0; j < model.coefficients().length; j++) {
      all.add(new Coefficient(model.columns().get(j), model.coefficients()[j], null, null, null));
    }
    return new LearnReport(null, all, null);
  }

  static Trained ridge(LearnSpec.Ridge ridge, Trainer trainer, TrainingSet rows) {
    return penalised(trainer, rows, 0, ridge.penalty());
  }

  static Trained lasso(LearnSpec.Lasso lasso, Trainer trainer, TrainingSet rows) {
    return penalised(trainer, rows, lasso.penalty() * total(rows), 0);
  }

  static Trained elasticNet(LearnSpec.ElasticNet net, Trainer trainer, TrainingSet rows) {
    double share = net.l1Share().fraction();
    double all = net.penalty() * total(rows);
    return penalised(trainer, rows, all * share, all * (1 - share));
  }

  private static double total(TrainingSet rows) {
    return Arrays.stream(Trainer.weights(rows)).sum();
  }
}
