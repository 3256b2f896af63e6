package dev.headrace.ml.serving;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headrace.ml.learn.frame.Cells;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.online.DoubleJson;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.ml.registry.ModelError;
import dev.headrace.ml.serving.ServedModel.Input;
import dev.headrace.ml.serving.ServedModel.Origin;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a model is given of some entities: features from the online store, columns from the request;
 * and where there was none, why. Immutable.
 */
public final class Vectors {
  private final ServedModel model;
  private final Frame frame;
  private final List<View> views;

  /** Where the feature of each input stands among those of its view; -1 for the request's. */
  private final int[] positions;

  /**
   * The rows of one view.
   *
   * @param changed whether they are of another definition than the model has learnt from
   */
  public record View(OnlineRows rows, boolean changed) {}

  /**
   * Entities of one view.
   *
   * @param layout the keys were made with
   * @param keys one per row
   */
  public record Entities(ViewLayout layout, List<EntityKey> keys) {
    public Entities {
      keys = List.copyOf(keys);
    }
  }

  private Vectors(ServedModel model, Frame frame, List<View> views, int[] positions) {
    this.model = model;
    this.frame = frame;
    this.views = views;
    this.positions = positions;
  }

  /**
   * Reads features and puts rows together.
   *
   * @param online asked where the model has learnt from views
   * @param entities per view of the model, in its order, each of {@code rows} keys
   * @param columns what the request brings, by name: {@link Frame} columns of {@code rows} rows
   * @throws HeadraceException MODEL_FEATURES_CHANGED where a view no longer has a feature; those of
   *     reading online
   */
  public static Vectors read(
      ServedModel model,
      OnlineFeatures online,
      List<Entities> entities,
      Map<String, Frame.Column> columns,
      int rows) {
    List<View> views = new ArrayList<>(entities.size());
    for (int v = 0; v < entities.size(); v++) {
      Entities asked = entities.get(v);
      OnlineRows read =
          online.read(asked.layout(), asked.keys(), model.card().views().get(v).features());
      boolean changed = !read.layout().id().build().equals(model.card().views().get(v).build());
      views.add(new View(read, changed));
    }
    List<Input> inputs = model.inputs();
    int[] positions = new int[inputs.size()];
    List<Frame.Column> made = new ArrayList<>(inputs.size());
    for (int j = 0; j < positions.length; j++) {
      Input input = inputs.get(j);
      switch (input.origin()) {
        case Origin.OfRequest _ -> {
          positions[j] = -1;
          made.add(requested(input, columns));
        }
        case Origin.OfView(int view, String feature) -> {
          OnlineRows read = views.get(view).rows();
          positions[j] = position(model, read.layout(), feature);
          made.add(column(input, read, positions[j], rows));
        }
      }
    }
    return new Vectors(model, new Frame(rows, made), views, positions);
  }

  private static Frame.Column requested(Input input, Map<String, Frame.Column> columns) {
    Frame.Column column = columns.get(input.name());
    if (column == null) {
      throw new IllegalStateException("the request brings no " + input.name());
    }
    return column;
  }

  private static int position(ServedModel model, ViewLayout layout, String feature) {
    OptionalInt found = layout.position(feature);
    if (found.isEmpty()) {
      throw new HeadraceException(
          ModelError.MODEL_FEATURES_CHANGED,
          "Cannot predict with version %d of model '%s': view '%s' has no feature '%s' any more."
              .formatted(model.card().version(), model.card().model(), layout.id().view(), feature),
          "Train the model again: headrace train " + model.card().model() + ".");
    }
    return found.getAsInt();
  }

  private static Frame.Column column(Input input, OnlineRows rows, int position, int count) {
    return switch (input.kind()) {
      case NUMBER -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = number(input.name(), rows, i, position);
        }
        yield new Frame.Numbers(input.name(), values);
      }
      case TEXT -> {
        @Nullable String[] values = new String[count];
        for (int i = 0; i < count; i++) {
          Object value = rows.value(i, position);
          values[i] = value == null ? null : value.toString();
        }
        yield texts(input.name(), values);
      }
    };
  }

  /** As {@link Cells#number}, without an object for the usual types. */
  private static double number(String name, OnlineRows rows, int row, int position) {
    if (rows.status(row, position) != ValueStatus.PRESENT) {
      return Double.NaN;
    }
    return switch (rows.layout().features().fields().get(position).type()) {
      case Primitive.DOUBLE, Primitive.FLOAT -> Cells.finite(name, rows.doubleAt(row, position));
      case Primitive.LONG, Primitive.INT -> rows.longAt(row, position);
      default -> Cells.number(name, rows.value(row, position));
    };
  }

  /** A column of texts, of which some may be missing. */
  public static Frame.Categories texts(String name, @Nullable String[] values) {
    SortedSet<String> levels = new TreeSet<>();
    for (String value : values) {
      if (value != null) {
        levels.add(value);
      }
    }
    Map<String, Integer> places = new HashMap<>();
    levels.forEach(level -> places.put(level, places.size()));
    int[] codes = new int[values.length];
    for (int i = 0; i < codes.length; i++) {
      String value = values[i];
      codes[i] = value == null ? -1 : places.getOrDefault(value, -1);
    }
    return new Frame.Categories(name, codes, List.copyOf(levels));
  }

  /** The rows as the model reads them. */
  public Frame frame() {
    return frame;
  }

  /** The model they are for. */
  public ServedModel model() {
    return model;
  }

  /** What was read of each view, in the order of the model's card. */
  public List<View> views() {
    return views;
  }

  /** What stands behind an input of a row; PRESENT or NULL for what the request brings. */
  public ValueStatus status(int row, int input) {
    return switch (model.inputs().get(input).origin()) {
      case Origin.OfRequest _ -> isMissing(row, input) ? ValueStatus.NULL : ValueStatus.PRESENT;
      case Origin.OfView(int view, String _) ->
          views.get(view).rows().status(row, positions[input]);
    };
  }

  /** Whether the model is given nothing for an input of a row. */
  boolean isMissing(int row, int input) {
    return switch (frame.columns().get(input)) {
      case Frame.Numbers(String _, double[] values) -> Double.isNaN(values[row]);
      case Frame.Categories(String _, int[] codes, List<String> _) -> codes[row] < 0;
    };
  }

  /** Whether an input of a row is a text that the model has not learnt of. */
  public boolean isUnseen(int row, int input) {
    return frame.columns().get(input) instanceof Frame.Categories texts
        && texts.codes()[row] >= 0
        && model.inputs().get(input).isUnseen(texts.levels().get(texts.codes()[row]));
  }

  /** Writes an input of a row as JSON: a number, a text, or null where there is none. */
  public void write(JsonGenerator out, DoubleJson doubles, int row, int input) throws IOException {
    if (isMissing(row, input)) {
      out.writeNull();
      return;
    }
    switch (frame.columns().get(input)) {
      case Frame.Numbers(String _, double[] values) -> doubles.write(out, values[row]);
      case Frame.Categories(String _, int[] codes, List<String> levels) ->
          out.writeString(levels.get(codes[row]));
    }
  }

  /** A text that is an input of a row; null where there is none. */
  public @Nullable String text(int row, int input) {
    return switch (frame.columns().get(input)) {
      case Frame.Numbers _ -> throw new IllegalArgumentException("input " + input + " is a number");
      case Frame.Categories(String _, int[] codes, List<String> levels) ->
          codes[row] < 0 ? null : levels.get(codes[row]);
    };
  }
}
