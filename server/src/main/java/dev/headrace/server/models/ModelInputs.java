package dev.headrace.server.models;

import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.serving.ServedModel;
import dev.headrace.ml.serving.ServedModel.Input;
import dev.headrace.ml.serving.ServedModel.InputKind;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of tensors: one tensor per column of shape [n] or [n, 1], by name; or one tensor [n,
 * k] of numbers, in the order of the model's columns, whatever it is called.
 */
final class ModelInputs {
  private ModelInputs() {}

  /**
   * The rows.
   *
   * @throws HeadraceException MODELS_REQUEST_INPUT with the place in the request
   */
  static Frame rows(ServedModel model, List<Tensor> tensors) {
    List<Input> inputs = model.inputs();
    if (isMatrix(tensors, inputs)) {
      return matrix(tensors.getFirst(), inputs);
    }
    Map<String, Tensor> byName = new HashMap<>();
    for (Tensor tensor : tensors) {
      if (inputs.stream().noneMatch(input -> input.name().equals(tensor.name()))) {
        throw new HeadraceException(
            ModelRequestError.MODELS_REQUEST_INPUT,
            "Cannot read the request: %s.name is '%s', and the model has no such input."
                .formatted(tensor.path(), tensor.name()),
            Names.suggest(tensor.name(), inputs.stream().map(Input::name).toList()));
      }
      if (byName.put(tensor.name(), tensor) != null) {
        throw Tensor.wrong(tensor.path() + ".name", "is '" + tensor.name() + "' again");
      }
    }
    for (Input input : inputs) {
      if (!byName.containsKey(input.name())) {
        throw Tensor.wrong("inputs", "has no tensor '" + input.name() + "', which is an input");
      }
    }
    int rows = tensors.isEmpty() ? 1 : tensors.getFirst().shape().getFirst();
    List<Frame.Column> columns = new ArrayList<>();
    for (Input input : inputs) {
      columns.add(column(input, Objects.requireNonNull(byName.get(input.name())), rows));
    }
    return new Frame(rows, columns);
  }

  private static boolean isMatrix(List<Tensor> tensors, List<Input> inputs) {
    return tensors.size() == 1
        && tensors.getFirst().shape().size() == 2
        && (inputs.size() > 1
            || inputs.stream().noneMatch(one -> one.name().equals(tensors.getFirst().name())));
  }

  private static Frame matrix(Tensor tensor, List<Input> inputs) {
    int width = tensor.shape().get(1);
    if (width != inputs.size()) {
      throw Tensor.wrong(
          tensor.path() + ".shape",
          "is %s, and the model takes %d columns".formatted(tensor.shape(), inputs.size()));
    }
    if (!(tensor.elements() instanceof Tensor.Numbers(double[] values))) {
      throw Tensor.wrong(tensor.path() + ".datatype", "is BYTES: a matrix has to be of numbers");
    }
    int rows = tensor.shape().getFirst();
    List<Frame.Column> columns = new ArrayList<>();
    for (int j = 0; j < width; j++) {
      if (inputs.get(j).kind() == InputKind.TEXT) {
        throw Tensor.wrong(
            tensor.path() + ".datatype",
            "is %s, but column %d, '%s', takes texts: send a tensor per column"
                .formatted(tensor.type(), j, inputs.get(j).name()));
      }
      double[] column = new double[rows];
      for (int i = 0; i < rows; i++) {
        column[i] = values[i * width + j];
      }
      columns.add(new Frame.Numbers(inputs.get(j).name(), column));
    }
    return new Frame(rows, columns);
  }

  private static Frame.Column column(Input input, Tensor tensor, int rows) {
    List<Integer> shape = tensor.shape();
    if (shape.size() > 2 || (shape.size() == 2 && shape.get(1) != 1)) {
      throw Tensor.wrong(
          tensor.path() + ".shape", "is %s, but must be [n] or [n, 1]".formatted(shape));
    }
    if (shape.getFirst() != rows) {
      throw Tensor.wrong(
          tensor.path() + ".shape",
          "is %s, but the first tensor has %d rows".formatted(shape, rows));
    }
    return switch (tensor.elements()) {
      case Tensor.Numbers(double[] values) -> {
        if (input.kind() == InputKind.TEXT) {
          throw wrongType(tensor, "texts, BYTES");
        }
        yield new Frame.Numbers(input.name(), values);
      }
      case Tensor.Texts(@Nullable String[] values) -> {
        if (input.kind() == InputKind.NUMBER) {
          throw wrongType(tensor, "numbers, such as FP64");
        }
        yield categories(input.name(), values);
      }
    };
  }

  private static HeadraceException wrongType(Tensor tensor, String wanted) {
    return Tensor.wrong(
        tensor.path() + ".datatype",
        "is %s, but '%s' takes %s".formatted(tensor.type(), tensor.name(), wanted));
  }

  private static Frame.Categories categories(String name, @Nullable String[] values) {
    List<String> levels =
        List.copyOf(new TreeSet<>(Arrays.stream(values).filter(Objects::nonNull).toList()));
    Map<String, Integer> codes = new HashMap<>();
    levels.forEach(level -> codes.put(level, codes.size()));
    return new Frame.Categories(
        name,
        Arrays.stream(values)
            .mapToInt(value -> value == null ? -1 : codes.getOrDefault(value, -1))
            .toArray(),
        levels);
  }
}
