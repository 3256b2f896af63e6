package dev.headrace.cli.compose;

import dev.headrace.core.journal.Journal;
import dev.headrace.core.journal.JournalLimits;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.plan.Published;
import dev.headrace.decisions.deployments.Deployments;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.ml.registry.Registry;
import dev.headrace.ml.serving.PredictionLog;
import dev.headrace.ml.serving.ServedModels;
import dev.headrace.server.http.Routes;
import dev.headrace.server.models.InferenceRoutes;
import dev.headrace.server.models.PredictRoutes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Wires what one process serves of models. */
final class ModelServing {
  /** How often it is looked whether other versions of models are shown. */
  private static final Duration FOLLOW = Duration.ofSeconds(1);

  /** Below the state directory. */
  private static final String PREDICTIONS = "predictions";

  private final Headrace headrace;
  private final Consumer<Runnable> closing;

  /**
   * @param closing takes what is to be done when the project is closed, last come first served
   */
  ModelServing(Headrace headrace, Consumer<Runnable> closing) {
    this.headrace = headrace;
    this.closing = closing;
  }

  /**
   * Who answers.
   *
   * @param features of entities
   */
  List<Routes> rooms(OnlineFeatures features) {
    // A model is declared by a file; what the file says matters when it is trained, not here.
    Supplier<Set<String>> declared =
        () -> FolderFiles.names(headrace.directory().resolve("models"), ".yaml");
    ServedModels models =
        ServedModels.of(
            declared,
            new Registry(headrace.lake().modelsDirectory(), headrace.ledger().aliases()),
            () -> Published.of(headrace.ledger(), Environments.PROD));
    Repeated looking = Repeated.every(FOLLOW, "models", models::look);
    closing.accept(looking::close);
    Live<?, Deployments> deployments = LiveDeployments.follow(headrace, declared);
    closing.accept(deployments::close);
    PredictionLog log =
        new PredictionLog(
            Journal.open(
                headrace.stateDirectory().resolve(PREDICTIONS),
                JournalLimits.defaults(),
                headrace.clock()));
    closing.accept(log::close);
    return List.of(
        new InferenceRoutes(models, Modelling.release()),
        new PredictRoutes(deployments::now, models, features, log, headrace.clock()));
  }
}
