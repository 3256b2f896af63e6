package dev.headrace.server.models;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headrace.ml.online.DoubleJson;
import dev.headrace.ml.serving.ServedModel;
import dev.headrace.ml.serving.Vectors;
import dev.headrace.server.http.Reply;
import dev.headrace.spi.online.ValueStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The answer, put together in the order of the request's rows. */
final class PredictReply {
  private final String deployment;
  private final Instant at;
  private final PredictRequest request;
  private final @Nullable Row[] rows;

  /**
   * One row's prediction.
   *
   * @param index of the row among those that were predicted together
   */
  private record Row(
      String part, boolean fallback, Vectors vectors, ServedModel.Scores scores, int index) {}

  PredictReply(String deployment, Instant at, PredictRequest request) {
    this.deployment = deployment;
    this.at = at;
    this.request = request;
    this.rows = new Row[request.rows().size()];
  }

  void add(
      List<Integer> places,
      String part,
      boolean fallback,
      Vectors vectors,
      ServedModel.Scores scores) {
    for (int i = 0; i < places.size(); i++) {
      rows[places.get(i)] = new Row(part, fallback, vectors, scores, i);
    }
  }

  Reply finish() {
    return Reply.json(
        200,
        InferenceReply.document(
            out -> {
              out.writeStringField("deployment", deployment);
              out.writeStringField("at", at.toString());
              out.writeArrayFieldStart("predictions");
              for (Row row : Arrays.asList(rows)) {
                write(out, Objects.requireNonNull(row));
              }
              out.writeEndArray();
            }));
  }

  private void write(JsonGenerator out, Row row) throws IOException {
    out.writeStartObject();
    out.writeNumberField("prediction", row.scores().prediction(row.index()));
    Optional<List<String>> classes = row.scores().classes();
    if (classes.isPresent()) {
      out.writeStringField("predicted", classes.get().get(row.index()));
    }
    ServedModel model = row.vectors().model();
    if (!model.severalClasses().isEmpty()) {
      numbers(out, "probabilities", row, model.severalClasses());
    }
    if (!model.found().isEmpty()) {
      numbers(out, "found", row, model.found());
    }
    out.writeStringField("model", model.card().model());
    out.writeNumberField("version", model.card().version());
    out.writeStringField("part", row.part());
    if (row.fallback()) {
      out.writeBooleanField("fallback", true);
    }
    missing(out, row, model);
    unseen(out, row, model);
    views(out, row, model);
    if (request.tellsFeatures()) {
      features(out, row, model);
    }
    out.writeEndObject();
  }

  private static void numbers(JsonGenerator out, String key, Row row, List<String> names)
      throws IOException {
    out.writeObjectFieldStart(key);
    for (int k = 0; k < names.size(); k++) {
      out.writeNumberField(
          names.get(k), row.scores().predictions()[row.index() * row.scores().width() + k]);
    }
    out.writeEndObject();
  }

  /** What the model predicted without, and why. */
  private static void missing(JsonGenerator out, Row row, ServedModel model) throws IOException {
    out.writeObjectFieldStart("missing");
    for (int j = 0; j < model.inputs().size(); j++) {
      ValueStatus status = row.vectors().status(row.index(), j);
      if (status != ValueStatus.PRESENT) {
        out.writeStringField(model.inputs().get(j).told(), status.name());
      }
    }
    out.writeEndObject();
  }

  /** Texts that the model has not learnt of; only where there are any. */
  private static void unseen(JsonGenerator out, Row row, ServedModel model) throws IOException {
    boolean any = false;
    for (int j = 0; j < model.inputs().size(); j++) {
      if (row.vectors().isUnseen(row.index(), j)) {
        if (!any) {
          out.writeObjectFieldStart("unseen");
          any = true;
        }
        out.writeStringField(model.inputs().get(j).told(), row.vectors().text(row.index(), j));
      }
    }
    if (any) {
      out.writeEndObject();
    }
  }

  /** Views that are not as they should be: of another definition, or from memory. */
  private static void views(JsonGenerator out, Row row, ServedModel model) throws IOException {
    for (int v = 0; v < row.vectors().views().size(); v++) {
      Vectors.View view = row.vectors().views().get(v);
      String name = model.card().views().get(v).view();
      if (view.changed()) {
        out.writeStringField("changed_view", name);
      }
      if (view.rows().rememberedAt().isPresent()) {
        out.writeStringField("remembered_at", view.rows().rememberedAt().get().toString());
      }
    }
  }

  private static void features(JsonGenerator out, Row row, ServedModel model) throws IOException {
    DoubleJson doubles = new DoubleJson();
    out.writeObjectFieldStart("features");
    for (int j = 0; j < model.inputs().size(); j++) {
      out.writeFieldName(model.inputs().get(j).told());
      row.vectors().write(out, doubles, row.index(), j);
    }
    out.writeEndObject();
  }
}
