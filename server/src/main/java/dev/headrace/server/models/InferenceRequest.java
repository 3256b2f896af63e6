package dev.headrace.server.models;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.spi.error.HeadraceException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of a model.
 *
 * @param id to be told again in the answer
 * @param outputs what is asked for; empty for everything
 * @param allBinary whether outputs are binary unless they say otherwise
 */
record InferenceRequest(
    Optional<String> id, List<Tensor> inputs, List<Output> outputs, boolean allBinary) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  InferenceRequest {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * An output that is asked for.
   *
   * @param binary whether it is to be binary; null where the request as a whole decides
   */
  record Output(String path, String name, @Nullable Boolean binary) {}

  /**
   * Reads a request. Keys that the protocol does not know are passed over, as its servers do.
   *
   * @param jsonBytes length of the document in front of binary tensors; empty where there are none
   * @throws HeadraceException MODELS_REQUEST_FORM, MODELS_REQUEST_INPUT
   */
  static InferenceRequest read(byte[] body, Optional<String> jsonBytes) {
    int length = jsonBytes.map(text -> length(text, body.length)).orElse(body.length);
    JsonNode root = RequestJson.object(JSON, body, length, InferenceRequest::malformed);
    ByteBuffer binary = ByteBuffer.wrap(body, length, body.length - length);
    JsonNode inputs = root.path("inputs");
    if (!inputs.isArray()) {
      throw malformed("'inputs' must be an array of tensors");
    }
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      tensors.add(tensor("inputs[" + i + "]", inputs.get(i), binary));
    }
    if (binary.hasRemaining()) {
      throw malformed(binary.remaining() + " bytes follow that belong to no tensor");
    }
    JsonNode id = root.path("id");
    return new InferenceRequest(
        id.isTextual() ? Optional.of(id.textValue()) : Optional.empty(),
        tensors,
        outputs(root.path("outputs")),
        root.path("parameters").path("binary_data_output").asBoolean());
  }

  private static int length(String text, int all) {
    try {
      int length = Integer.parseInt(text.strip());
      if (length > 0 && length <= all) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Told below, with what was given.
    }
    throw malformed(
        "'%s' is '%s', and the body has %d bytes"
            .formatted(InferenceRoutes.JSON_LENGTH, text, all));
  }

  private static Tensor tensor(String path, JsonNode node, ByteBuffer binary) {
    JsonNode name = node.path("name");
    if (!name.isTextual()) {
      throw malformed(path + ".name must be a text");
    }
    JsonNode datatype = node.path("datatype");
    if (!datatype.isTextual()) {
      throw malformed(path + ".datatype must be a text such as FP64");
    }
    DataType type = DataType.of(datatype.textValue(), path + ".datatype");
    List<Integer> shape = shape(path + ".shape", node.path("shape"));
    JsonNode size = node.path("parameters").path("binary_data_size");
    if (size.isMissingNode()) {
      if (!node.has("data")) {
        throw Tensor.wrong(path + ".data", "is missing");
      }
      return Tensor.ofJson(path, name.textValue(), type, shape, node.get("data"));
    }
    if (!size.canConvertToInt() || size.intValue() < 0 || size.intValue() > binary.remaining()) {
      throw Tensor.wrong(
          path + ".parameters.binary_data_size",
          "is %s, and %d bytes follow".formatted(size, binary.remaining()));
    }
    ByteBuffer own = binary.slice(binary.position(), size.intValue());
    binary.position(binary.position() + size.intValue());
    return Tensor.ofBinary(path, name.textValue(), type, shape, own);
  }

  private static List<Integer> shape(String path, JsonNode node) {
    if (!node.isArray()) {
      throw malformed(path + " must be an array of whole numbers");
    }
    List<Integer> shape = new ArrayList<>();
    for (JsonNode dimension : node) {
      if (!dimension.isIntegralNumber()
          || !dimension.canConvertToInt()
          || dimension.intValue() < 0) {
        throw Tensor.wrong(path, "must have whole numbers of at least 0, but has " + dimension);
      }
      shape.add(dimension.intValue());
    }
    return shape;
  }

  private static List<Output> outputs(JsonNode node) {
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      JsonNode name = node.path(i).path("name");
      if (!name.isTextual()) {
        throw malformed("outputs[" + i + "].name must be a text");
      }
      JsonNode binary = node.path(i).path("parameters").path("binary_data");
      outputs.add(
          new Output(
              "outputs[" + i + "]",
              name.textValue(),
              binary.isBoolean() ? binary.booleanValue() : null));
    }
    return outputs;
  }

  static HeadraceException malformed(String reason) {
    return new HeadraceException(
        ModelRequestError.MODELS_REQUEST_FORM,
        "Cannot read the request: %s.".formatted(reason),
        "It follows the Open Inference Protocol, version 2; see docs/serving.md.");
  }
}
