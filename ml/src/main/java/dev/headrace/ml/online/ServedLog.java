package dev.headrace.ml.online;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headrace.core.journal.Journal;
import dev.headrace.core.journal.JournalStatus;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.schema.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What was served, on its way to an audit: a share of all vectors, each with the moment it was read
 * at, the moment its values are those of, and the state of the table they were put from. Which
 * vectors are logged is decided by a hash of key and moment, so a share of every entity's is.
 * Thread-safe; never waits. What can be lost, {@link Journal} says.
 *
 * <p>One JSON object per vector: {@code at}, {@code view}, {@code build}, {@code source}, {@code
 * complete_to}, {@code key} (an array), {@code status}, {@code event_time}, {@code as_of}, {@code
 * remembered_at}, {@code values} (an object; absent unless the status is {@code PRESENT}).
 */
public final class ServedLog implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  private final Journal journal;
  private final long below;

  /**
   * @param journal closed with this
   * @param share of vectors that are logged, 0 to 1
   */
  public ServedLog(Journal journal, double share) {
    this.journal = journal;
    this.below = share >= 1 ? Long.MAX_VALUE : (long) (share * Long.MAX_VALUE);
  }

  /** Notes what was read for some keys. */
  void note(OnlineRows rows, List<EntityKey> keys) {
    Instant at = rows.at();
    long moment = at.getEpochSecond() * 1_000_000_000 + at.getNano();
    for (int i = 0; i < keys.size(); i++) {
      if (mix(moment ^ ((long) Arrays.hashCode(keys.get(i).bytes()) << 32)) >>> 1 <= below
          && below > 0) {
        log(rows, keys.get(i), i);
      }
    }
  }

  /** Stafford's variant 13 of the finalizer of MurmurHash3: every bit depends on every bit. */
  private static long mix(long seed) {
    long z = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private void log(OnlineRows rows, EntityKey key, int index) {
    if (key.bytes().length == 0) {
      return; // A key with a null in it stands for no entity.
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("at", rows.at().toString());
      out.writeStringField("view", rows.layout().id().view());
      out.writeStringField("build", rows.layout().id().build());
      out.writeStringField("source", later(rows, index) ? "" : rows.source());
      time(out, "complete_to", rows.completeTo());
      out.writeFieldName("key");
      ValueJson.object(out, rows.layout().keyCodec().decode(key));
      out.writeStringField("status", rows.status(index).name());
      time(out, "event_time", rows.eventTime(index));
      time(out, "as_of", rows.knownAt(index));
      time(out, "remembered_at", rows.rememberedAt());
      if (rows.status(index) == ValueStatus.PRESENT) {
        values(out, rows, index);
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory is not written in vain.
    }
    journal.append(bytes.toByteArray());
  }

  /** Whether the row is of a state that is being put, and not complete yet: it has no name. */
  private static boolean later(OnlineRows rows, int index) {
    Optional<Instant> known = rows.knownAt(index);
    return known.isPresent()
        && rows.completeTo().map(complete -> known.get().isAfter(complete)).orElse(true);
  }

  private static void values(JsonGenerator out, OnlineRows rows, int index) throws IOException {
    out.writeObjectFieldStart("values");
    List<Field> features = rows.layout().features().fields();
    for (int i = 0; i < features.size(); i++) {
      if (rows.layout().isTold(i)) {
        out.writeFieldName(features.get(i).name());
        ValueJson.object(out, rows.value(index, i));
      }
    }
    out.writeEndObject();
  }

  private static void time(JsonGenerator out, String field, Optional<Instant> time)
      throws IOException {
    if (time.isPresent()) {
      out.writeStringField(field, time.get().toString());
    }
  }

  /** What became of what was noted. */
  public JournalStatus status() {
    return journal.status();
  }

  /** Waits until an audit can see what was noted before. */
  public boolean flush() {
    return journal.flush();
  }

  @Override
  public void close() {
    journal.close();
  }
}
