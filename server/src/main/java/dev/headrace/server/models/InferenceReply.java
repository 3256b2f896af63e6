package dev.headrace.server.models;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.core.project.Names;
import dev.headrace.ml.serving.ServedModel;
import dev.headrace.server.http.Reply;
import dev.headrace.server.models.InferenceRequest.Output;
import dev.headrace.spi.error.HeadraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes predictions as the protocol's tensors, in JSON or behind it. */
final class InferenceReply {
  static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  static final String PREDICTION = "prediction";
  private static final String PREDICTED = "predicted";

  private InferenceReply() {}

  /** A document. */
  @FunctionalInterface
  interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  static byte[] document(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      body.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What a model gives: {@code prediction} FP64, and for classes {@code predicted} BYTES. */
  static List<String> outputs(ServedModel model) {
    return model.classifies() ? List.of(PREDICTION, PREDICTED) : List.of(PREDICTION);
  }

  static DataType type(String output) {
    return output.equals(PREDICTED) ? DataType.BYTES : DataType.FP64;
  }

  /**
   * The outputs that are asked for.
   *
   * @throws HeadraceException MODELS_REQUEST_OUTPUT
   */
  static List<Output> wanted(ServedModel model, List<Output> asked) {
    List<String> known = outputs(model);
    for (Output output : asked) {
      if (!known.contains(output.name())) {
        throw new HeadraceException(
            ModelRequestError.MODELS_REQUEST_OUTPUT,
            "Cannot answer: %s.name is '%s', and the model has no such output."
                .formatted(output.path(), output.name()),
            Names.suggest(output.name(), known));
      }
    }
    return asked.isEmpty()
        ? known.stream().map(name -> new Output("outputs", name, null)).toList()
        : asked;
  }

  static Reply of(ServedModel model, InferenceRequest request, ServedModel.Scores scores) {
    List<byte[]> binary = new ArrayList<>();
    byte[] json =
        document(
            out -> {
              out.writeStringField("model_name", model.card().model());
              out.writeStringField("model_version", Integer.toString(model.card().version()));
              if (request.id().isPresent()) {
                out.writeStringField("id", request.id().get());
              }
              out.writeArrayFieldStart("outputs");
              for (Output output : wanted(model, request.outputs())) {
                boolean asBinary = output.binary() == null ? request.allBinary() : output.binary();
                write(out, output.name(), scores, asBinary, binary);
              }
              out.writeEndArray();
            });
    if (binary.isEmpty()) {
      return Reply.json(200, json);
    }
    ByteBuffer body =
        ByteBuffer.allocate(json.length + binary.stream().mapToInt(one -> one.length).sum());
    body.put(json);
    binary.forEach(body::put);
    return Reply.of(200, "application/octet-stream", body.array())
        .with(InferenceRoutes.JSON_LENGTH, Integer.toString(json.length));
  }

  private static void write(
      JsonGenerator out,
      String name,
      ServedModel.Scores scores,
      boolean asBinary,
      List<byte[]> binary)
      throws IOException {
    double[] predictions = scores.predictions();
    List<String> classes = scores.classes().orElse(List.of());
    boolean texts = name.equals(PREDICTED);
    out.writeStartObject();
    out.writeStringField("name", name);
    out.writeStringField("datatype", type(name).name());
    out.writeArrayFieldStart("shape");
    out.writeNumber(predictions.length / scores.width());
    if (!texts && scores.width() > 1) {
      out.writeNumber(scores.width());
    }
    out.writeEndArray();
    if (asBinary) {
      byte[] data = texts ? binary(classes) : binary(predictions);
      binary.add(data);
      out.writeObjectFieldStart("parameters");
      out.writeNumberField("binary_data_size", data.length);
      out.writeEndObject();
    } else {
      out.writeArrayFieldStart("data");
      if (texts) {
        for (String one : classes) {
          out.writeString(one);
        }
      } else {
        for (double one : predictions) {
          out.writeNumber(one);
        }
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private static byte[] binary(double[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      buffer.putDouble(value);
    }
    return buffer.array();
  }

  private static byte[] binary(List<String> values) {
    List<byte[]> texts =
        values.stream().map(value -> value.getBytes(StandardCharsets.UTF_8)).toList();
    ByteBuffer buffer =
        ByteBuffer.allocate(texts.stream().mapToInt(text -> text.length + Integer.BYTES).sum())
            .order(ByteOrder.LITTLE_ENDIAN);
    texts.forEach(text -> buffer.putInt(text.length).put(text));
    return buffer.array();
  }
}
