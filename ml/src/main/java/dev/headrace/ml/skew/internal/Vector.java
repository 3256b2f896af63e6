package dev.headrace.ml.skew.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.headrace.ml.online.ValueJson;
import dev.headrace.spi.online.ValueStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One logged vector.
 *
 * @param key as a JSON array
 * @param source state of the table that it was put from
 * @param values by feature; nothing unless the status is PRESENT
 */
record Vector(
    long id,
    String key,
    Instant valuesAt,
    Instant readAt,
    ValueStatus status,
    String source,
    JsonNode values) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  static Vector of(
      long id, String key, long valuesAt, long readAt, String status, String source, Object json) {
    try {
      return new Vector(
          id,
          key,
          instant(valuesAt),
          instant(readAt),
          ValueStatus.valueOf(status),
          source,
          json instanceof String text ? JSON.readTree(text) : MissingNode.getInstance());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // The log has a checksum in each line.
    }
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** Whether values were told. */
  boolean told() {
    return status == ValueStatus.PRESENT;
  }

  /**
   * The same vector as the lake gives it.
   *
   * @param status PRESENT, MISSING or EXPIRED
   * @param values in the order of the features
   */
  record Lake(ValueStatus status, List<@Nullable Object> values) {

    /**
     * @param eventMicros time of the newest row that is visible; null if none is
     * @param ttlMicros how long it holds
     */
    static Lake of(
        @Nullable Object eventMicros,
        long readMicros,
        long ttlMicros,
        List<@Nullable Object> values) {
      if (!(eventMicros instanceof Number event)) {
        return new Lake(ValueStatus.MISSING, values);
      }
      return new Lake(
          readMicros - event.longValue() > ttlMicros ? ValueStatus.EXPIRED : ValueStatus.PRESENT,
          values);
    }

    boolean told() {
      return status == ValueStatus.PRESENT;
    }

    /** A value as JSON, or why there is none. */
    String text(int index) {
      if (!told()) {
        return status.name();
      }
      StringWriter text = new StringWriter();
      try (var out = JSON.createGenerator(text)) {
        ValueJson.object(out, values.get(index));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return text.toString();
    }
  }
}
