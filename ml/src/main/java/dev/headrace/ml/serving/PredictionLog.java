package dev.headrace.ml.serving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.headrace.core.journal.Journal;
import dev.headrace.core.journal.JournalStatus;
import dev.headrace.ml.online.DoubleJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What was predicted, on its way to the lake. Thread-safe; never waits. What can be lost, {@link
 * Journal} says.
 *
 * <p>One JSON object per prediction: {@code time}, {@code deployment}, {@code part} (of the
 * traffic; {@code shadow} for what was not told), {@code model}, {@code version}, {@code unit},
 * {@code prediction}, {@code predicted}, {@code vector} (the inputs in the order of the version's
 * features, null where missing) and {@code missing} (per input without value, why).
 */
public final class PredictionLog implements AutoCloseable {
  /** The part of a prediction that nobody was told. */
  public static final String SHADOW = "shadow";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private final Journal journal;

  /**
   * @param journal closed with this
   */
  public PredictionLog(Journal journal) {
    this.journal = journal;
  }

  /**
   * Where predictions come from.
   *
   * @param share of them that is logged, 0 to 1
   */
  public record Context(Instant at, String deployment, String part, double share) {}

  /**
   * Notes a share of the predictions of some rows.
   *
   * @param units who was served, one per row; null where nobody says
   */
  public void log(
      Context context,
      Vectors vectors,
      ServedModel.Scores scores,
      List<? extends @Nullable String> units) {
    for (int row = 0; row < scores.rows(); row++) {
      if (context.share() >= 1 || ThreadLocalRandom.current().nextDouble() < context.share()) {
        journal.append(document(context, vectors, scores, units.get(row), row));
      }
    }
  }

  private static byte[] document(
      Context context, Vectors vectors, ServedModel.Scores scores, @Nullable String unit, int row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("time", context.at().toString());
      out.writeStringField("deployment", context.deployment());
      out.writeStringField("part", context.part());
      out.writeStringField("model", vectors.model().card().model());
      out.writeNumberField("version", vectors.model().card().version());
      out.writeStringField("unit", unit);
      out.writeNumberField("prediction", scores.prediction(row));
      Optional<List<String>> classes = scores.classes();
      if (classes.isPresent()) {
        out.writeStringField("predicted", classes.get().get(row));
      }
      inputs(out, vectors, row);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory is not written in vain.
    }
    return bytes.toByteArray();
  }

  private static void inputs(JsonGenerator out, Vectors vectors, int row) throws IOException {
    List<ServedModel.Input> inputs = vectors.model().inputs();
    DoubleJson doubles = new DoubleJson();
    boolean anyMissing = false;
    out.writeArrayFieldStart("vector");
    for (int j = 0; j < inputs.size(); j++) {
      anyMissing |= vectors.isMissing(row, j);
      vectors.write(out, doubles, row, j);
    }
    out.writeEndArray();
    out.writeObjectFieldStart("missing");
    for (int j = 0; anyMissing && j < inputs.size(); j++) {
      if (vectors.isMissing(row, j)) {
        out.writeStringField(inputs.get(j).name(), vectors.status(row, j).name());
      }
    }
    out.writeEndObject();
  }

  /** What became of what was noted. */
  public JournalStatus status() {
    return journal.status();
  }

  /** Waits until sources can see what was noted before. */
  public boolean flush() {
    return journal.flush();
  }

  @Override
  public void close() {
    journal.close();
  }
}
