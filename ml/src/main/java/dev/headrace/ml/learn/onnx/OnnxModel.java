package dev.headrace.ml.learn.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelJson;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model that was made elsewhere, run by ONNX Runtime. Immutable and thread-safe.
 *
 * <p>Predictions are those of the file: where it computes with floats they have the digits of
 * floats. One that is NaN, infinite or no probability is an error with its row, never an answer.
 */
public final class OnnxModel implements Model.Scorer {
  /** What it is called in {@code model.json}. */
  public static final String WORD = "onnx";

  /** The file beside {@code model.json}, as it was brought. */
  public static final String FILE = "model.onnx";

  private static final int BATCH = 4_096;

  /** How far probabilities made of floats may be beyond 0, 1 and a sum of 1. */
  private static final double SLACK = 1e-3;

  private static final Set<OnnxJavaType> NUMBERS =
      EnumSet.of(OnnxJavaType.FLOAT, OnnxJavaType.DOUBLE, OnnxJavaType.INT64, OnnxJavaType.INT32);

  private final byte[] bytes;
  private final List<Input> inputs;
  private final Output output;
  private final Session session;
  private final Feeds feeds;

  /** A column that the file is fed with. */
  public record Input(String column, boolean isText) {}

  /**
   * Where the predictions are.
   *
   * @param name of the output
   * @param width numbers per row that it holds
   * @param places of those that are the predictions, in their order
   * @param isProbability whether they lie between 0 and 1, and the whole row sums to 1 where it has
   *     several
   */
  public record Output(String name, int width, List<Integer> places, boolean isProbability) {
    public Output {
      places = List.copyOf(places);
    }
  }

  private OnnxModel(byte[] bytes, List<Input> inputs, Output output, Session session) {
    this.bytes = bytes;
    this.inputs = List.copyOf(inputs);
    this.output = output;
    this.session = session;
    this.feeds = Feeds.of(session.inputs(), inputs);
  }

  /**
   * Opens a file.
   *
   * @param inputs the features in their order
   * @param asked the output with the predictions; null where the file has but one that can be it
   * @param width numbers per row that a prediction is made of: classes, or 1
   * @param places which of them are the predictions; {@code [0]} for a number
   * @param isProbability whether they are to be probabilities; a file that gives one number a row
   *     gives that of the positive class then
   * @throws HeadraceException LEARN_ONNX where the file cannot be used, LEARN_NATIVE_MISSING
   */
  public static OnnxModel open(
      byte[] bytes,
      List<Input> inputs,
      @Nullable String asked,
      int width,
      List<Integer> places,
      boolean isProbability) {
    Session session = session(bytes);
    Feeds.of(session.inputs(), inputs); // What goes in is told before what comes out.
    String name = Outputs.choose(session.outputs(), asked, width, isProbability);
    TensorInfo info = (TensorInfo) Objects.requireNonNull(session.outputs().get(name)).getInfo();
    boolean alone = Outputs.isAlone(info.getShape(), width, isProbability);
    return new OnnxModel(
        bytes,
        inputs,
        new Output(name, alone ? 1 : width, alone ? List.of(0) : places, isProbability),
        session);
  }

  private static Session session(byte[] bytes) {
    OnnxFile file;
    try {
      file = OnnxFile.read(bytes);
    } catch (IllegalArgumentException e) {
      throw unusable(e.getMessage() + "", "Export it again; skl2onnx writes such files.", e);
    }
    if (!file.isWhole()) {
      throw unusable(
          "it keeps weights in other files beside it",
          "Save it as one file: onnx.save(model, file, save_as_external_data=False).",
          null);
    }
    if (!file.operators().isEmpty()) {
      throw unusable(
          "it needs operators that ONNX does not define: " + String.join(", ", file.operators()),
          "Export it with the operators of ONNX alone.",
          null);
    }
    return Session.open(bytes);
  }

  /**
   * The class that the file itself names for rows, where it does: its output of one integer or text
   * a row.
   */
  public Optional<List<String>> labels(Design design) {
    for (Map.Entry<String, NodeInfo> one : session.outputs().entrySet()) {
      if (one.getValue().getInfo() instanceof TensorInfo tensor
          && !one.getKey().equals(output.name)
          && (tensor.type == OnnxJavaType.INT64 || tensor.type == OnnxJavaType.STRING)
          && tensor.getShape().length == 1) {
        List<String> labels = new ArrayList<>();
        eachBatch(
            design.rows(),
            (from, to) ->
                labels.addAll(
                    session.run(feeds.tensors(design, from, to), one.getKey(), OnnxModel::texts)));
        return Optional.of(labels);
      }
    }
    return Optional.empty();
  }

  private static List<String> texts(OnnxTensor tensor) throws OrtException {
    return switch (tensor.getValue()) {
      case long[] numbers -> Arrays.stream(numbers).mapToObj(Long::toString).toList();
      case String[] words -> List.of(words);
      default -> List.of();
    };
  }

  @Override
  public double[][] score(Design design) {
    double[][] scores = new double[output.places.size()][design.rows()];
    eachBatch(
        design.rows(),
        (from, to) -> {
          double[] some =
              session.run(
                  feeds.tensors(design, from, to),
                  output.name,
                  tensor -> numbers(tensor, (to - from) * output.width));
          for (int i = from; i < to; i++) {
            int row = (i - from) * output.width;
            require(some, row, i);
            for (int k = 0; k < scores.length; k++) {
              double score = some[row + output.places.get(k)];
              scores[k][i] = output.isProbability ? Math.clamp(score, 0, 1) : score;
            }
          }
        });
    return scores;
  }

  /** Takes rows, the last exclusive. */
  @FunctionalInterface
  private interface Rows {
    void take(int from, int to);
  }

  private void eachBatch(int rows, Rows take) {
    int batch = feeds.isSingle() ? 1 : BATCH;
    for (int from = 0; from < rows; from += batch) {
      take.take(from, Math.min(rows, from + batch));
    }
  }

  private double[] numbers(OnnxTensor tensor, int expected) {
    double[] numbers =
        switch (tensor.getInfo().type) {
          case FLOAT -> {
            FloatBuffer buffer = tensor.getFloatBuffer();
            double[] wide = new double[buffer.remaining()];
            for (int i = 0; i < wide.length; i++) {
              wide[i] = buffer.get(i);
            }
            yield wide;
          }
          case DOUBLE -> {
            DoubleBuffer buffer = tensor.getDoubleBuffer();
            double[] same = new double[buffer.remaining()];
            buffer.get(same);
            yield same;
          }
          case INT64 -> {
            LongBuffer buffer = tensor.getLongBuffer();
            double[] wide = new double[buffer.remaining()];
            for (int i = 0; i < wide.length; i++) {
              wide[i] = buffer.get(i);
            }
            yield wide;
          }
          case INT32 -> {
            IntBuffer buffer = tensor.getIntBuffer();
            double[] wide = new double[buffer.remaining()];
            for (int i = 0; i < wide.length; i++) {
              wide[i] = buffer.get(i);
            }
            yield wide;
          }
          case INT8, INT16, UINT8, FLOAT16, BFLOAT16, BOOL, STRING, UNKNOWN ->
              throw new IllegalStateException("refused before: " + tensor.getInfo().type);
        };
    if (numbers.length != expected) {
      throw noPrediction(
          "'%s' has %d numbers for %d rows, and %d a row are needed"
              .formatted(output.name, numbers.length, expected / output.width, output.width),
          "Name the output with the predictions: learn: {onnx: {file: …, output: NAME}}.");
    }
    return numbers;
  }

  private void require(double[] numbers, int at, int row) {
    double sum = 0;
    for (int k = at; k < at + output.width; k++) {
      double x = numbers[k];
      if (!Double.isFinite(x)) {
        throw noPrediction(
            "'%s' is %s in row %d".formatted(output.name, x, row + 1),
            "Many models give that where an input is missing: let the table fill it.");
      }
      if (output.isProbability && (x < -SLACK || x > 1 + SLACK)) {
        throw noPrediction(
            "'%s' is %s in row %d, which is no probability".formatted(output.name, x, row + 1),
            "Export the model with probabilities, not with scores or log odds.");
      }
      sum += x;
    }
    if (output.isProbability && output.width > 1 && Math.abs(sum - 1) > SLACK) {
      throw noPrediction(
          "'%s' sums to %s in row %d, and probabilities sum to 1"
              .formatted(output.name, sum, row + 1),
          "Export the model with probabilities, not with scores or log odds.");
    }
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public void write(ObjectNode node, Map<String, byte[]> files) {
    node.put("file", FILE);
    ArrayNode columns = node.putArray("inputs");
    for (Input input : inputs) {
      columns.addObject().put("column", input.column).put("text", input.isText);
    }
    ObjectNode out = node.putObject("output");
    out.put("name", output.name);
    out.put("width", output.width);
    ModelJson.put(out, "places", output.places.stream().mapToInt(Integer::intValue).toArray());
    out.put("probability", output.isProbability);
    files.put(FILE, bytes.clone());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws HeadraceException LEARN_ONNX, LEARN_NATIVE_MISSING
   * @throws IllegalArgumentException where the node is damaged
   */
  public static OnnxModel read(JsonNode node, Map<String, byte[]> files) {
    byte[] bytes = files.get(FILE);
    if (bytes == null) {
      throw new IllegalArgumentException(FILE + " is missing");
    }
    List<Input> inputs = new ArrayList<>();
    for (JsonNode one : node.required("inputs")) {
      inputs.add(new Input(ModelJson.text(one, "column"), ModelJson.truth(one, "text")));
    }
    JsonNode out = node.required("output");
    Output output =
        new Output(
            ModelJson.text(out, "name"),
            ModelJson.whole(out, "width"),
            Arrays.stream(ModelJson.wholes(out, "places")).boxed().toList(),
            ModelJson.truth(out, "probability"));
    Session session = session(bytes);
    NodeInfo named = session.outputs().get(output.name);
    if (named == null || !Outputs.isOfNumbers(named)) {
      throw new IllegalArgumentException(FILE + " has no output " + output.name);
    }
    return new OnnxModel(bytes, inputs, output, session);
  }

  static boolean isNumber(OnnxJavaType type) {
    return NUMBERS.contains(type);
  }

  static HeadraceException unusable(String reason, String hint, @Nullable Throwable cause) {
    return new HeadraceException(
        LearnError.LEARN_ONNX, "Cannot use the ONNX file: " + reason + ".", hint, cause);
  }

  static HeadraceException noPrediction(String reason, String hint) {
    return new HeadraceException(
        LearnError.LEARN_ONNX_OUTPUT, "Cannot predict with the ONNX model: " + reason + ".", hint);
  }
}
