package dev.headrace.server.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.SpecText;
import dev.headrace.decisions.deployments.Deployment;
import dev.headrace.decisions.deployments.Deployments;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.ml.registry.ModelError;
import dev.headrace.ml.serving.PredictionLog;
import dev.headrace.ml.serving.ServedModel;
import dev.headrace.ml.serving.ServedModels;
import dev.headrace.ml.serving.ServingError;
import dev.headrace.ml.serving.Vectors;
import dev.headrace.server.http.Exchange;
import dev.headrace.server.http.Reply;
import dev.headrace.server.http.Routes;
import dev.headrace.spi.error.HeadraceException;
import io.helidon.webserver.http.HttpRules;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /api/v1/predict/DEPLOYMENT}: takes keys of entities and columns of the request,
 * fetches the features, and lets the version that the deployment names predict.
 */
public final class PredictRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(PredictRoutes.class);
  private static final String PATH = "/api/v1/predict";

  /** Predictions that nobody waits for, at once; more are left out. */
  private static final int MOST_SHADOWS = 64;

  private static final int UNAVAILABLE = 503;

  private final Supplier<Deployments> deployments;
  private final ServedModels models;
  private final OnlineFeatures online;
  private final PredictionLog log;
  private final InstantSource clock;
  private final Semaphore shadows = new Semaphore(MOST_SHADOWS);

  /**
   * @param deployments as they are declared now
   * @param online where features come from
   */
  public PredictRoutes(
      Supplier<Deployments> deployments,
      ServedModels models,
      OnlineFeatures online,
      PredictionLog log,
      InstantSource clock) {
    this.deployments = deployments;
    this.models = models;
    this.online = online;
    this.log = log;
    this.clock = clock;
  }

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public void register(HttpRules rules) {
    rules.get("/", Exchange.handler(_ -> list()));
    rules.post("/{deployment}", Exchange.handler(this::predict));
  }

  @Override
  public Reply failure(Throwable thrown) {
    Reply reply = Reply.failure(thrown);
    return thrown instanceof HeadraceException e && e.code() == ServingError.SERVING_NOT_LOADED
        ? reply.as(UNAVAILABLE)
        : reply;
  }

  private Reply list() {
    Deployments now = deployments.get();
    return Reply.json(
        200,
        InferenceReply.document(
            out -> {
              out.writeArrayFieldStart("deployments");
              for (Deployment deployment : now.all()) {
                out.writeStartObject();
                out.writeStringField("deployment", deployment.name());
                out.writeStringField("model", deployment.spec().model());
                out.writeArrayFieldStart("versions");
                for (String version : deployment.versions()) {
                  out.writeString(version);
                }
                out.writeEndArray();
                out.writeFieldName("declared");
                out.writeRawValue(SpecText.json(deployment.spec()));
                out.writeEndObject();
              }
              out.writeEndArray();
            }));
  }

  /**
   * Rows that one version answers.
   *
   * @param rows their places in the request
   */
  private record Share(
      ServedModel model,
      String part,
      Optional<String> shadow,
      boolean fallback,
      List<Integer> rows) {}

  private Reply predict(Exchange exchange) {
    String path = exchange.rawPath();
    Deployment deployment =
        deployments
            .get()
            .find(
                URLDecoder.decode(
                    path.substring(path.lastIndexOf('/') + 1), StandardCharsets.UTF_8));
    PredictRequest request = PredictRequest.read(exchange.body());
    Instant at = clock.instant();
    PredictReply reply = new PredictReply(deployment.name(), at, request);
    for (Share share : shares(deployment, request)) {
      List<JsonNode> rows = share.rows().stream().map(request.rows()::get).toList();
      Vectors vectors = vectors(share.model(), deployment, share.rows(), rows);
      ServedModel.Scores scores = share.model().score(vectors.frame());
      reply.add(share.rows(), share.part(), share.fallback(), vectors, scores);
      List<@Nullable String> units = new ArrayList<>(share.rows().size());
      for (int row : share.rows()) {
        units.add(unit(deployment, request, row));
      }
      double logged = deployment.spec().log().fraction();
      log.log(
          new PredictionLog.Context(at, deployment.name(), share.part(), logged),
          vectors,
          scores,
          units);
      share.shadow().ifPresent(version -> shadow(deployment, version, share.rows(), rows, units));
    }
    return reply.finish();
  }

  private List<Share> shares(Deployment deployment, PredictRequest request) {
    Map<Deployment.Route, Share> shares = new LinkedHashMap<>();
    for (int i = 0; i < request.rows().size(); i++) {
      String unit = unit(deployment, request, i);
      Deployment.Route route = deployment.route(unit == null ? "" : unit);
      shares.computeIfAbsent(route, wanted -> share(deployment, wanted)).rows().add(i);
    }
    return List.copyOf(shares.values());
  }

  /** A canary that is not there leaves its units to the base. */
  private Share share(Deployment deployment, Deployment.Route route) {
    String model = deployment.spec().model();
    try {
      return new Share(
          models.find(model, route.version()),
          route.part(),
          route.shadow(),
          false,
          new ArrayList<>());
    } catch (HeadraceException e) {
      Optional<Deployment.Route> base = deployment.fallback(route);
      boolean absent =
          e.code() == ServingError.SERVING_NOT_LOADED
              || e.code() == ModelError.MODEL_VERSION_UNKNOWN;
      if (base.isEmpty() || !absent) {
        throw e;
      }
      return new Share(
          models.find(model, base.get().version()),
          base.get().part(),
          Optional.empty(),
          true,
          new ArrayList<>());
    }
  }

  private static @Nullable String unit(Deployment deployment, PredictRequest request, int row) {
    String name = deployment.spec().unit();
    if (name == null) {
      return null;
    }
    JsonNode value = request.rows().get(row).get(name);
    if (value == null || value.isNull() || value.isContainerNode()) {
      throw PredictRequest.wrong(
          "rows[" + row + "]." + name, value == null ? "is missing" : "must be a text or number");
    }
    return value.asText();
  }

  private Vectors vectors(
      ServedModel model, Deployment deployment, List<Integer> places, List<JsonNode> rows) {
    return new RequestRows(model, known(deployment, model), deployment.spec().unit(), places, rows)
        .read(online);
  }

  /** Names that a row may have: those that any version of the deployment reads. */
  private List<ServedModel> known(Deployment deployment, ServedModel answering) {
    List<ServedModel> known = new ArrayList<>(List.of(answering));
    for (String version : deployment.versions()) {
      try {
        known.add(models.find(deployment.spec().model(), version));
      } catch (HeadraceException e) {
        // It cannot be asked for anything either.
      }
    }
    return known;
  }

  private void shadow(
      Deployment deployment,
      String version,
      List<Integer> places,
      List<JsonNode> rows,
      List<@Nullable String> units) {
    if (!shadows.tryAcquire()) {
      return;
    }
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                ServedModel model = models.find(deployment.spec().model(), version);
                Vectors vectors = vectors(model, deployment, places, rows);
                double logged = deployment.spec().log().fraction();
                log.log(
                    new PredictionLog.Context(
                        clock.instant(), deployment.name(), PredictionLog.SHADOW, logged),
                    vectors,
                    model.score(vectors.frame()),
                    units);
              } catch (HeadraceException e) {
                LOG.warn(
                    "Version {} cannot predict for deployment {}", version, deployment.name(), e);
              } finally {
                shadows.release();
              }
            });
  }
}
