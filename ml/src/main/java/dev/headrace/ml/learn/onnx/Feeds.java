package dev.headrace.ml.learn.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.TensorInfo;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the columns of a model become the tensors that a file takes: one matrix with all of them in
 * the order of the features, or a tensor per column by its name.
 *
 * @param feeds by input of the file
 * @param isSingle whether the file takes a row at a time
 */
record Feeds(List<Feed> feeds, boolean isSingle) {
  private static final Set<OnnxJavaType> NUMBERS =
      EnumSet.of(
          OnnxJavaType.FLOAT,
          OnnxJavaType.DOUBLE,
          OnnxJavaType.INT32,
          OnnxJavaType.INT64,
          OnnxJavaType.BOOL);

  Feeds {
    feeds = List.copyOf(feeds);
  }

  /**
   * One input.
   *
   * @param columns their places in the design
   * @param isFlat whether its shape is {@code [n]} and not {@code [n, k]}
   */
  record Feed(String input, OnnxJavaType type, List<Integer> columns, boolean isFlat) {
    Feed {
      columns = List.copyOf(columns);
    }
  }

  /**
   * Finds out how a file takes columns.
   *
   * @throws HeadraceException LEARN_ONNX where it does not take them
   */
  static Feeds of(Map<String, NodeInfo> inputs, List<OnnxModel.Input> columns) {
    List<String> names = columns.stream().map(OnnxModel.Input::column).toList();
    List<Feed> feeds = new ArrayList<>();
    boolean single = false;
    boolean matrix =
        inputs.size() == 1 && !(columns.size() == 1 && inputs.containsKey(names.getFirst()));
    if (!matrix) {
      requireTheSame(inputs.keySet(), names);
    }
    for (Map.Entry<String, NodeInfo> one : inputs.entrySet()) {
      String name = one.getKey();
      TensorInfo tensor = tensor(name, one.getValue());
      long[] shape = tensor.getShape();
      int width = matrix ? columns.size() : 1;
      boolean flat = shape.length == 1 && width == 1;
      if (!flat && (shape.length != 2 || (shape[1] >= 0 && shape[1] != width))) {
        throw OnnxModel.unusable(
            "its input '%s' has the shape %s, and %s"
                .formatted(
                    name,
                    shape(shape),
                    matrix
                        ? "the model has %d features: [rows, %d]".formatted(width, width)
                        : "a column has the shape [rows, 1]"),
            matrix
                ? "Name in 'features' the columns it was fitted to, in that order: " + names + "."
                : "Export it with an input per column, or with one matrix.",
            null);
      }
      if (shape[0] >= 0 && shape[0] != 1) {
        throw OnnxModel.unusable(
            "its input '%s' takes %d rows at once and no other number".formatted(name, shape[0]),
            "Export it with a first dimension that is not fixed.",
            null);
      }
      single |= shape[0] == 1;
      List<Integer> places = new ArrayList<>();
      for (int j = 0; j < columns.size(); j++) {
        if (matrix || names.get(j).equals(name)) {
          requireFits(tensor.type, name, columns.get(j));
          places.add(j);
        }
      }
      feeds.add(new Feed(name, tensor.type, places, flat));
    }
    return new Feeds(feeds, single);
  }

  private static TensorInfo tensor(String name, NodeInfo node) {
    if (node.getInfo() instanceof TensorInfo tensor
        && (NUMBERS.contains(tensor.type) || tensor.type == OnnxJavaType.STRING)) {
      return tensor;
    }
    throw OnnxModel.unusable(
        "its input '%s' is %s".formatted(name, kind(node)),
        "Inputs may be tensors of float, double, int32, int64, bool or string.",
        null);
  }

  /** What a person would call it. */
  static String kind(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
        ? "a tensor of " + tensor.type.name().toLowerCase(java.util.Locale.ROOT)
        : "a sequence or map";
  }

  private static void requireTheSame(Set<String> inputs, List<String> columns) {
    Set<String> unknown = new TreeSet<>(inputs);
    columns.forEach(unknown::remove);
    Set<String> unused = new TreeSet<>(columns);
    unused.removeAll(inputs);
    if (!unknown.isEmpty()) {
      throw OnnxModel.unusable(
          "its inputs %s are no features; the features are %s".formatted(unknown, columns),
          "Name the columns as its inputs are, in 'features' and in the table.",
          null);
    }
    if (!unused.isEmpty()) {
      throw OnnxModel.unusable(
          "it has no inputs for the features %s; its inputs are %s"
              .formatted(unused, new TreeSet<>(inputs)),
          "Leave them out of 'features'.",
          null);
    }
  }

  private static void requireFits(OnnxJavaType type, String input, OnnxModel.Input column) {
    if (column.isText() != (type == OnnxJavaType.STRING)) {
      throw OnnxModel.unusable(
          "its input '%s' takes %s, and column '%s' holds %s"
              .formatted(
                  input,
                  type == OnnxJavaType.STRING ? "texts" : "numbers",
                  column.column(),
                  column.isText() ? "texts" : "numbers"),
          "Give the column that type in the table, or leave it out of 'features'.",
          null);
    }
  }

  static String shape(long[] shape) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < shape.length; i++) {
      text.append(i == 0 ? "" : ", ").append(shape[i] < 0 ? "?" : Long.toString(shape[i]));
    }
    return text.append("]").toString();
  }

  /**
   * The tensors of some rows.
   *
   * @throws HeadraceException LEARN_TYPE where a number does not fit the type of its tensor
   */
  Map<String, Session.Tensor> tensors(Design design, int from, int to) {
    Map<String, Session.Tensor> tensors = new LinkedHashMap<>();
    for (Feed feed : feeds) {
      Cells cells = new Cells(feed, design, from, to - from);
      long[] shape =
          feed.isFlat ? new long[] {to - from} : new long[] {to - from, feed.columns.size()};
      tensors.put(
          feed.input,
          switch (feed.type) {
            case FLOAT -> {
              FloatBuffer buffer = cells.bytes(Float.BYTES).asFloatBuffer();
              cells.each((at, x, name) -> buffer.put(at, single(x, name)));
              yield environment -> OnnxTensor.createTensor(environment, buffer, shape);
            }
            case DOUBLE -> {
              DoubleBuffer buffer = cells.bytes(Double.BYTES).asDoubleBuffer();
              cells.each((at, x, name) -> buffer.put(at, x));
              yield environment -> OnnxTensor.createTensor(environment, buffer, shape);
            }
            case INT64 -> {
              LongBuffer buffer = cells.bytes(Long.BYTES).asLongBuffer();
              cells.each((at, x, name) -> buffer.put(at, whole(x, name, 0x1p53)));
              yield environment -> OnnxTensor.createTensor(environment, buffer, shape);
            }
            case INT32 -> {
              IntBuffer buffer = cells.bytes(Integer.BYTES).asIntBuffer();
              cells.each((at, x, name) -> buffer.put(at, (int) whole(x, name, Integer.MAX_VALUE)));
              yield environment -> OnnxTensor.createTensor(environment, buffer, shape);
            }
            case BOOL -> {
              ByteBuffer buffer = cells.bytes(1);
              cells.each((at, x, name) -> buffer.put(at, (byte) whole(x, name, 1)));
              yield environment ->
                  OnnxTensor.createTensor(environment, buffer, shape, OnnxJavaType.BOOL);
            }
            case STRING -> {
              String[] texts = cells.texts();
              yield environment -> OnnxTensor.createTensor(environment, texts, shape);
            }
            case INT8, INT16, UINT8, FLOAT16, BFLOAT16, UNKNOWN ->
                throw new IllegalStateException("refused before: " + feed.type);
          });
    }
    return tensors;
  }

  private static float single(double x, String column) {
    float single = (float) x;
    if (Float.isInfinite(single)) {
      throw unfit(column, x, "a float");
    }
    return single;
  }

  private static long whole(double x, String column, double most) {
    if (!(Math.abs(x) <= most) || x != Math.rint(x)) {
      throw unfit(column, Double.isNaN(x) ? null : x, most == 1 ? "true or false" : "an integer");
    }
    return (long) x;
  }

  private static HeadraceException unfit(String column, @Nullable Double x, String wanted) {
    return new HeadraceException(
        LearnError.LEARN_TYPE,
        "Cannot give %s of column '%s' to the ONNX model: its input takes %s."
            .formatted(x == null ? "a missing value" : x.toString(), column, wanted),
        "Let the table give what fits, or export the model with an input of double.");
  }

  /** Some rows of the columns of an input, row by row. */
  private record Cells(Feed feed, Design design, int from, int rows) {
    /** Takes a number. */
    @FunctionalInterface
    interface Sink {
      void put(int at, double x, String column);
    }

    ByteBuffer bytes(int each) {
      return ByteBuffer.allocateDirect(rows * feed.columns.size() * each)
          .order(ByteOrder.nativeOrder());
    }

    void each(Sink sink) {
      int width = feed.columns.size();
      for (int j = 0; j < width; j++) {
        Design.Column column = design.columns().get(feed.columns.get(j));
        for (int i = 0; i < rows; i++) {
          sink.put(i * width + j, column.values()[from + i], column.name());
        }
      }
    }

    /** A missing text is the empty one: ONNX has no other. */
    String[] texts() {
      int width = feed.columns.size();
      String[] texts = new String[rows * width];
      for (int j = 0; j < width; j++) {
        Design.Column column = design.columns().get(feed.columns.get(j));
        for (int i = 0; i < rows; i++) {
          double code = column.values()[from + i];
          texts[i * width + j] = Double.isNaN(code) ? "" : column.levels().get((int) code);
        }
      }
      return texts;
    }
  }
}
