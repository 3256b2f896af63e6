package dev.headrace.ml.online;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headrace.data.duckdb.DuckDb;
import dev.headrace.data.duckdb.RowExpressions;
import dev.headrace.ml.features.ReadFormula;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.RowBytes;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes the features that name {@code $at} at the moment of reading, by the SQL that training
 * sets have them computed by. Thread-safe.
 *
 * <p>Of a build that another definition made than this process has read, they are told as of the
 * moment of the table.
 */
public final class MovingFeatures implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<BuildId, ReadFormula> formulas = new ConcurrentHashMap<>();
  private final Map<BuildId, Computed> computed = new ConcurrentHashMap<>();
  private final DuckDb duckDb;

  /**
   * Knows of nothing that moves, yet.
   *
   * @param spillDirectory the engine's; made when it is first needed
   */
  public MovingFeatures(Path spillDirectory) {
    this.duckDb = RowExpressions.engine(spillDirectory);
  }

  /** Takes note of what moves in a build, which is the same for as long as there is the build. */
  public void learn(BuildId build, ReadFormula formula) {
    formulas.put(build, formula);
  }

  /**
   * What is computed of one build.
   *
   * @param columns where the values that expressions name stand
   * @param targets where the results belong
   */
  private record Computed(
      RowExpressions expressions, List<Integer> columns, List<Integer> targets) {}

  /** Whether any of these features of a build moves. */
  boolean moves(ViewLayout layout, Collection<String> features) {
    ReadFormula formula = formulas.isEmpty() ? null : formulas.get(layout.id());
    return formula != null && features.stream().anyMatch(formula.expressions()::containsKey);
  }

  /** The rows as they are at the moment of their reading. */
  OnlineRows at(OnlineRows rows, List<EntityKey> keys) {
    ReadFormula formula = formulas.get(rows.layout().id());
    List<Integer> present =
        IntStream.range(0, rows.keys())
            .filter(key -> rows.status(key) == ValueStatus.PRESENT)
            .boxed()
            .toList();
    if (formula == null || formula.isEmpty() || present.isEmpty()) {
      return rows;
    }
    Computed how =
        computed.computeIfAbsent(rows.layout().id(), _ -> computed(rows.layout(), formula));
    List<List<@Nullable Object>> found =
        how.expressions().evaluate(json(rows, present, how.columns()));
    @Nullable RowBytes[] moved = stored(rows);
    for (int i = 0; i < present.size(); i++) {
      int key = present.get(i);
      moved[key] = row(rows, keys.get(key), key, how.targets(), found.get(i));
    }
    return rows.with(moved);
  }

  private static @Nullable RowBytes[] stored(OnlineRows rows) {
    @Nullable RowBytes[] stored = new RowBytes[rows.keys()];
    for (int key = 0; key < stored.length; key++) {
      stored[key] = rows.row(key);
    }
    return stored;
  }

  private static RowBytes row(
      OnlineRows rows,
      EntityKey entity,
      int key,
      List<Integer> targets,
      List<@Nullable Object> found) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < rows.layout().features().fields().size(); i++) {
      int target = targets.indexOf(i);
      values.add(target < 0 ? rows.value(key, i) : found.get(target));
    }
    return RowBytes.of(
        rows.layout()
            .row(entity, rows.eventTime(key).orElseThrow(), rows.knownAt(key).orElseThrow(), values)
            .bytes());
  }

  private Computed computed(ViewLayout layout, ReadFormula formula) {
    List<Field> fields = layout.features().fields();
    List<Integer> columns = new ArrayList<>();
    List<Field> named = new ArrayList<>();
    for (String name : formula.names()) {
      OptionalInt own = layout.position(name);
      int column = own.orElse(layout.position(ReadFormula.KEPT + name).orElse(-1));
      if (column >= 0) {
        columns.add(column);
        named.add(Field.unassigned(name, fields.get(column).type()));
      }
    }
    named.add(Field.unassigned(ReadFormula.AT, Type.Primitive.TIMESTAMP));
    List<Integer> targets =
        formula.features().stream().map(name -> layout.position(name).orElseThrow()).toList();
    return new Computed(
        new RowExpressions(
            duckDb,
            ReadFormula.ROW,
            named,
            targets.stream().map(fields::get).toList(),
            List.copyOf(formula.expressions().values())),
        columns,
        targets);
  }

  private static String json(OnlineRows rows, List<Integer> present, List<Integer> columns) {
    String at = LocalDateTime.ofInstant(rows.at(), ZoneOffset.UTC).toString();
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartArray();
      for (int key : present) {
        out.writeStartObject();
        for (int i = 0; i < columns.size(); i++) {
          out.writeFieldName("c" + i);
          value(out, rows.value(key, columns.get(i)));
        }
        out.writeStringField("c" + columns.size(), at);
        out.writeEndObject();
      }
      out.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory is not written in vain.
    }
    return text.toString();
  }

  private static void value(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof BigDecimal decimal) {
      out.writeString(decimal.toPlainString()); // As a number it would pass through a fraction.
    } else {
      ValueJson.object(out, value);
    }
  }

  @Override
  public void close() {
    computed.values().forEach(how -> how.expressions().close());
    duckDb.close();
  }
}
