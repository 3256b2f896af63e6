package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.core.journal.Journal;
import dev.headrace.core.journal.JournalStatus;
import dev.headrace.decisions.assignment.hash.Murmur3;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who was given what, on its way to the lake. Thread-safe; never waits.
 *
 * <p>What a unit was given is written once as long as this process remembers it, which is for about
 * a million units and experiments; whatever is written again is for the analysis to see once, by
 * its first time. What can be lost, {@link Journal} says.
 */
public final class ExposureLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int REMEMBERED = 1 << 20;

  /** Longer values are no dimension of an analysis. */
  private static final int MAX_ATTRIBUTE = 1_000;

  private final Journal journal;
  private final List<String> attributes;

  /** Fingerprints; a later one takes the place of an earlier one of the same index. */
  private final AtomicLongArray seen = new AtomicLongArray(REMEMBERED);

  /**
   * @param journal closed with this
   * @param attributes what is logged of a unit's attributes
   */
  public ExposureLog(Journal journal, List<String> attributes) {
    this.journal = journal;
    this.attributes = List.copyOf(attributes);
  }

  /** Notes an exposure, unless it was noted before. */
  public void log(Exposure exposure, Instant at) {
    long print = fingerprint(exposure);
    int index = (int) (print & (REMEMBERED - 1));
    if (seen.get(index) != print && journal.append(document(exposure, at))) {
      seen.set(index, print);
    }
  }

  /** 64 bits of unit, experiment and variant; never 0. */
  private static long fingerprint(Exposure exposure) {
    byte[] bytes =
        (exposure.experiment() + '\0' + exposure.variant() + '\0' + exposure.unit())
            .getBytes(StandardCharsets.UTF_8);
    long high = Murmur3.hash32(bytes, 0x5eed1);
    long low = Integer.toUnsignedLong(Murmur3.hash32(bytes, 0x5eed2));
    return high << 32 | low | 1L << 63;
  }

  private byte[] document(Exposure exposure, Instant at) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("time", at.toString());
    document.put("experiment", exposure.experiment());
    document.put("flag", exposure.flag());
    document.put("unit", exposure.unit());
    document.put("variant", exposure.variant());
    for (String attribute : attributes) {
      JsonNode value = exposure.attributes().path(attribute);
      boolean logged =
          value.isValueNode() && !value.isNull() && value.asText().length() <= MAX_ATTRIBUTE;
      // Always text and always there: a column whose type does not change with the first file.
      document.put(attribute, logged ? value.asText() : "");
    }
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
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
