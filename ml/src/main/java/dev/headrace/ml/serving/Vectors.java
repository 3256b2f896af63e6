package dev.headrace.ml.serving;

import dev.headrace.ml.learn.frame.Cells;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.ml.registry.ModelError;
import dev.headrace.ml.serving.ServedModel.Input;
import dev.headrace.ml.serving.ServedModel.Origin;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private Vectors(ServedModel model, Frame frame, List<View> views) {
    this.model = model;
    this.frame = frame;
    this.views = views;
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
      Optional<OnlineFeatures> online,
      List<Entities> entities,
      Map<String, Frame.Column> columns,
      int rows) {
    List<View> views = new ArrayList<>(entities.size());
    for (int v = 0; v < entities.size(); v++) {
      Entities asked = entities.get(v);
      OnlineRows read =
          online
              .orElseThrow()
              .read(asked.layout(), asked.keys(), model.card().views().get(v).features());
      boolean changed = !read.layout().id().build().equals(model.card().views().get(v).build());
      views.add(new View(read, changed));
    }
    List<Frame.Column> made = new ArrayList<>(model.inputs().size());
    for (Input input : model.inputs()) {
      made.add(
          switch (input.origin()) {
            case Origin.OfRequest _ -> requested(input, columns);
            case Origin.OfView(int view, String feature) ->
                column(model, input, views.get(view).rows(), feature, rows);
          });
    }
    return new Vectors(model, new Frame(rows, made), views);
  }

  private static Frame.Column requested(Input input, Map<String, Frame.Column> columns) {
    Frame.Column column = columns.get(input.name());
    if (column == null) {
      throw new IllegalStateException("the request brings no " + input.name());
    }
    return column;
  }

  private static Frame.Column column(
      ServedModel model, Input input, OnlineRows rows, String feature, int count) {
    OptionalInt found = rows.layout().position(feature);
    if (found.isEmpty()) {
      throw new HeadraceException(
          ModelError.MODEL_FEATURES_CHANGED,
          "Cannot predict with version %d of model '%s': view '%s' has no feature '%s' any more."
              .formatted(
                  model.card().version(), model.card().model(), rows.layout().id().view(), feature),
          "Train the model again: headrace train " + model.card().model() + ".");
    }
    int position = found.getAsInt();
    return switch (input.kind()) {
      case NUMBER -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = Cells.number(input.name(), rows.value(i, position));
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
      case Origin.OfView(int view, String feature) -> {
        OnlineRows rows = views.get(view).rows();
        yield rows.status(row, rows.layout().position(feature).orElseThrow());
      }
    };
  }

  private boolean isMissing(int row, int input) {
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

  /** An input of a row: a {@code Double} or {@code String}; null where there is none. */
  public @Nullable Object value(int row, int input) {
    return switch (frame.columns().get(input)) {
      case Frame.Numbers(String _, double[] values) ->
          Double.isNaN(values[row]) ? null : (Double) values[row];
      case Frame.Categories(String _, int[] codes, List<String> levels) ->
          codes[row] < 0 ? null : levels.get(codes[row]);
    };
  }
}
