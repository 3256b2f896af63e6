package dev.headrace.ml.learn.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.headrace.core.project.Names;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which output of a file holds the predictions. */
final class Outputs {
  private Outputs() {}

  /**
   * The output's name.
   *
   * @throws dev.headrace.spi.error.HeadraceException LEARN_ONNX where none can be it, or several
   */
  static String choose(
      Map<String, NodeInfo> outputs, @Nullable String asked, int width, boolean isProbability) {
    if (asked != null) {
      NodeInfo named = outputs.get(asked);
      if (named == null) {
        throw OnnxModel.unusable(
            "it has no output '%s'".formatted(asked),
            Names.suggest(asked, List.copyOf(outputs.keySet())),
            null);
      }
      if (!fits(named, width, isProbability)) {
        throw OnnxModel.unusable(
            "its output '%s' is %s, and the predictions are %s"
                .formatted(asked, told(named), wanted(width, isProbability)),
            hint(named),
            null);
      }
      return asked;
    }
    List<String> fitting =
        outputs.entrySet().stream()
            .filter(one -> fits(one.getValue(), width, isProbability))
            .map(Map.Entry::getKey)
            .toList();
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    if (fitting.isEmpty()) {
      throw OnnxModel.unusable(
          "none of its outputs are %s: %s"
              .formatted(
                  wanted(width, isProbability),
                  String.join(
                      ", ",
                      outputs.entrySet().stream()
                          .map(one -> "'%s' is %s".formatted(one.getKey(), told(one.getValue())))
                          .toList())),
          outputs.values().stream()
              .map(Outputs::hint)
              .filter(hint -> !hint.isEmpty())
              .findFirst()
              .orElse("Check that the label is what the model predicts."),
          null);
    }
    throw OnnxModel.unusable(
        "several of its outputs could be the predictions: " + String.join(", ", fitting),
        "Name one: learn: {onnx: {file: …, output: %s}}.".formatted(fitting.getFirst()),
        null);
  }

  private static String wanted(int width, boolean isProbability) {
    return isProbability
        ? "probabilities of %d classes, [rows, %d] of float or double".formatted(width, width)
            + (width == 2 ? ", or that of the positive one" : "")
        : "one number a row";
  }

  private static String told(NodeInfo node) {
    return Feeds.kind(node)
        + (node.getInfo() instanceof TensorInfo tensor
            ? " of the shape " + Feeds.shape(tensor.getShape())
            : "");
  }

  private static String hint(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo
        ? ""
        : "Export it with plain tensors: convert_sklearn(…, options={'zipmap': False}).";
  }

  static boolean isOfNumbers(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor && OnnxModel.isNumber(tensor.type);
  }

  private static boolean fits(NodeInfo node, int width, boolean isProbability) {
    if (!(node.getInfo() instanceof TensorInfo tensor) || !OnnxModel.isNumber(tensor.type)) {
      return false;
    }
    if (isProbability && tensor.type != OnnxJavaType.FLOAT && tensor.type != OnnxJavaType.DOUBLE) {
      return false; // Those of integers are labels.
    }
    long[] shape = tensor.getShape();
    return isAlone(shape, width, isProbability)
        || (shape.length == 2 && (shape[1] < 0 || shape[1] == width))
        || (shape.length == 1 && width == 1);
  }

  /** Whether an output has but the probability of the positive of two classes. */
  static boolean isAlone(long[] shape, int width, boolean isProbability) {
    return isProbability
        && width == 2
        && (shape.length == 1 || (shape.length == 2 && shape[1] == 1));
  }
}
