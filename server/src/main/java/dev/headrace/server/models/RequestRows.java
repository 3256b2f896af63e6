package dev.headrace.server.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.serving.ServedModel;
import dev.headrace.ml.serving.ServedModel.Input;
import dev.headrace.ml.serving.ServedModel.Origin;
import dev.headrace.ml.serving.Vectors;
import dev.headrace.server.features.KeyJson;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a request that one model predicts.
 *
 * @param known models whose names a row may use
 * @param unit a name that a row may use beside those
 * @param places of the rows in the request
 */
record RequestRows(
    ServedModel model,
    List<ServedModel> known,
    @Nullable String unit,
    List<Integer> places,
    List<JsonNode> rows) {

  /**
   * Reads what the model needs.
   *
   * @throws HeadraceException MODELS_REQUEST_INPUT, FEATURES_REQUEST_KEY with the place in the
   *     request; those of reading online
   */
  Vectors read(OnlineFeatures online) {
    requireKnown();
    List<Vectors.Entities> entities = new ArrayList<>();
    for (ModelCard.View view : model.card().views()) {
      entities.add(entities(online.layout(view.view())));
    }
    Map<String, Frame.Column> columns = new HashMap<>();
    for (Input input : model.inputs()) {
      if (input.origin() instanceof Origin.OfRequest) {
        columns.put(input.name(), column(input));
      }
    }
    return Vectors.read(model, online, entities, columns, rows.size());
  }

  private void requireKnown() {
    for (int i = 0; i < rows.size(); i++) {
      int place = i;
      rows.get(i)
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (!model.requested().contains(name)
                    && !name.equals(unit)
                    && known.stream().noneMatch(one -> one.requested().contains(name))) {
                  throw unknown(place, name);
                }
              });
    }
  }

  private HeadraceException unknown(int row, String name) {
    TreeSet<String> names = new TreeSet<>();
    known.forEach(one -> names.addAll(one.requested()));
    return new HeadraceException(
        ModelRequestError.MODELS_REQUEST_INPUT,
        "Cannot read the request: %s is neither a key nor a column of model '%s'."
            .formatted(path(row, name), model.card().model()),
        Names.suggest(name, names));
  }

  private String path(int row, String name) {
    return "rows[" + places.get(row) + "]." + name;
  }

  private Vectors.Entities entities(ViewLayout layout) {
    List<Field> parts = layout.keys().fields();
    List<EntityKey> keys = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      List<@Nullable Object> values = new ArrayList<>(parts.size());
      for (Field part : parts) {
        values.add(KeyJson.value(layout, part, required(i, part.name()), path(i, part.name())));
      }
      keys.add(KeyJson.of(layout, values));
    }
    return new Vectors.Entities(layout, keys);
  }

  private JsonNode required(int row, String name) {
    JsonNode value = rows.get(row).get(name);
    if (value == null) {
      throw PredictRequest.wrong(path(row, name), "is missing; null says that it is not known");
    }
    return value;
  }

  private Frame.Column column(Input input) {
    return switch (input.kind()) {
      case NUMBER -> {
        double[] values = new double[rows.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = number(i, input.name());
        }
        yield new Frame.Numbers(input.name(), values);
      }
      case TEXT -> {
        @Nullable String[] values = new String[rows.size()];
        for (int i = 0; i < values.length; i++) {
          JsonNode value = required(i, input.name());
          if (!value.isTextual() && !value.isNull()) {
            throw PredictRequest.wrong(path(i, input.name()), "must be a text, but is " + value);
          }
          values[i] = value.textValue();
        }
        yield Vectors.texts(input.name(), values);
      }
    };
  }

  private double number(int row, String name) {
    JsonNode value = required(row, name);
    if (value.isNull()) {
      return Double.NaN;
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? 1 : 0;
    }
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!Double.isFinite(number)) {
      throw PredictRequest.wrong(path(row, name), "must be a finite number, but is " + value);
    }
    return number;
  }
}
