package dev.headrace.server.models;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headrace.ml.registry.Registry;
import dev.headrace.ml.serving.ServedModel;
import dev.headrace.ml.serving.ServedModels;
import dev.headrace.ml.serving.ServingError;
import dev.headrace.server.http.Exchange;
import dev.headrace.server.http.Reply;
import dev.headrace.server.http.Routes;
import dev.headrace.server.http.ServerError;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import io.helidon.webserver.http.HttpRules;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /v2}: the Open Inference Protocol. A model is named {@code churn}, {@code churn@candidate}
 * or {@code churn:3}, or with {@code /versions/3}, where an alias may stand for the number; without
 * any of these the champion answers.
 */
public final class InferenceRoutes implements Routes {
  /** Header that tells the length of the document in front of binary tensors. */
  static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private static final String PATH = "/v2";
  private static final int UNAVAILABLE = 503;

  private final ServedModels models;
  private final String release;

  public InferenceRoutes(ServedModels models, String release) {
    this.models = models;
    this.release = release;
  }

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public void register(HttpRules rules) {
    rules.any(Exchange.handler(this::answer));
  }

  @Override
  public Reply failure(Throwable thrown) {
    if (thrown instanceof HeadraceException e && e.code().kind() != ErrorKind.INTERNAL) {
      int status =
          e.code() == ServingError.SERVING_NOT_LOADED
              ? UNAVAILABLE
              : ServerError.httpStatus(e.code());
      String message = String.valueOf(e.getMessage());
      return error(status, e.hint().isEmpty() ? message : message + " " + e.hint());
    }
    return error(
        500, "Cannot answer: a defect of Headrace. The log of the server has the details.");
  }

  private static Reply error(int status, String message) {
    return Reply.json(
        status, InferenceReply.document(out -> out.writeStringField("error", message)));
  }

  private Reply answer(Exchange exchange) {
    List<String> path = segments(exchange.rawPath());
    return switch (path.size()) {
      case 0 -> get(exchange, this::metadata);
      case 2 -> second(exchange, path);
      case 3 -> model(exchange, name(path.get(1)), path.get(2), path);
      case 4 -> named(exchange, path, "");
      case 5 -> named(exchange, path, path.get(4));
      default -> throw exchange.missing(HINT);
    };
  }

  private static List<String> segments(String rawPath) {
    List<String> segments = new ArrayList<>();
    for (String part : rawPath.substring(PATH.length()).split("/", -1)) {
      if (!part.isEmpty()) {
        segments.add(decoded(part));
      }
    }
    return segments;
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  private Reply second(Exchange exchange, List<String> path) {
    if (path.getFirst().equals("health")) {
      return switch (path.get(1)) {
        case "live" -> get(exchange, () -> health(true));
        case "ready" -> get(exchange, () -> health(models.ready()));
        default -> throw exchange.missing(HINT);
      };
    }
    return model(exchange, name(path.get(1)), "", path);
  }

  private Reply named(Exchange exchange, List<String> path, String what) {
    if (!path.get(2).equals("versions")) {
      throw exchange.missing(HINT);
    }
    return model(exchange, new Name(path.get(1), path.get(3)), what, path);
  }

  private Reply model(Exchange exchange, Name name, String what, List<String> path) {
    if (!path.getFirst().equals("models")) {
      throw exchange.missing(HINT);
    }
    return switch (what) {
      case "" -> get(exchange, () -> metadata(name));
      case "ready" -> get(exchange, () -> ready(name));
      case "infer" -> {
        exchange.requireMethod("POST");
        yield infer(exchange, name);
      }
      default -> throw exchange.missing(HINT);
    };
  }

  /** A model and the version that is meant. */
  private record Name(String model, String reference) {}

  private static Name name(String text) {
    int colon = text.indexOf(':');
    int at = colon < 0 ? text.indexOf('@') : colon;
    return at < 0
        ? new Name(text, Registry.CHAMPION)
        : new Name(text.substring(0, at), text.substring(at + 1));
  }

  private static final String HINT = "Predictions are made by POST /v2/models/MODEL/infer.";

  private interface Answer {
    Reply give();
  }

  private static Reply get(Exchange exchange, Answer answer) {
    if (!exchange.method().equals("HEAD")) {
      exchange.requireMethod("GET");
    }
    return answer.give();
  }

  private static Reply health(boolean well) {
    return Reply.json(
        well ? 200 : UNAVAILABLE,
        InferenceReply.document(
            out -> {
              out.writeBooleanField("live", true);
              out.writeBooleanField("ready", well);
            }));
  }

  private Reply metadata() {
    return Reply.json(
        200,
        InferenceReply.document(
            out -> {
              out.writeStringField("name", "headrace");
              out.writeStringField("version", release);
              out.writeArrayFieldStart("extensions");
              out.writeString("binary_tensor_data");
              out.writeEndArray();
            }));
  }

  private Reply metadata(Name name) {
    ServedModel model = models.find(name.model(), name.reference());
    List<Integer> versions = models.versions(name.model());
    return Reply.json(
        200,
        InferenceReply.document(
            out -> {
              out.writeStringField("name", name.model());
              out.writeArrayFieldStart("versions");
              for (int version : versions) {
                out.writeString(Integer.toString(version));
              }
              out.writeEndArray();
              out.writeStringField("platform", "headrace_model");
              out.writeArrayFieldStart("inputs");
              for (ServedModel.Input input : model.inputs()) {
                DataType type =
                    switch (input.kind()) {
                      case NUMBER -> DataType.FP64;
                      case TEXT -> DataType.BYTES;
                    };
                tensor(out, input.name(), type, 1);
              }
              out.writeEndArray();
              out.writeArrayFieldStart("outputs");
              for (String output : InferenceReply.outputs(model)) {
                tensor(
                    out,
                    output,
                    InferenceReply.type(output),
                    output.equals(InferenceReply.PREDICTION) ? model.width() : 1);
              }
              out.writeEndArray();
            }));
  }

  private static void tensor(JsonGenerator out, String name, DataType type, int width)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("name", name);
    out.writeStringField("datatype", type.name());
    out.writeArrayFieldStart("shape");
    out.writeNumber(-1);
    if (width > 1) {
      out.writeNumber(width);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private Reply ready(Name name) {
    boolean ready;
    try {
      models.find(name.model(), name.reference());
      ready = true;
    } catch (HeadraceException e) {
      if (e.code() != ServingError.SERVING_NOT_LOADED) {
        throw e;
      }
      ready = false;
    }
    boolean told = ready;
    return Reply.json(
        told ? 200 : UNAVAILABLE,
        InferenceReply.document(
            out -> {
              out.writeStringField("name", name.model());
              out.writeBooleanField("ready", told);
            }));
  }

  private Reply infer(Exchange exchange, Name name) {
    ServedModel model = models.find(name.model(), name.reference());
    InferenceRequest request = InferenceRequest.read(exchange.body(), exchange.header(JSON_LENGTH));
    InferenceReply.wanted(model, request.outputs());
    return InferenceReply.of(
        model, request, model.score(ModelInputs.rows(model, request.inputs())));
  }
}
