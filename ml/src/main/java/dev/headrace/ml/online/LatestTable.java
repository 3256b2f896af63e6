package dev.headrace.ml.online;

import dev.headrace.spi.engine.Relation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A view's table of latest values as an environment shows it: key columns, {@code _event_at},
 * {@code _as_of}, then features.
 *
 * @param build fingerprint of the definition that the rows were made by
 * @param state changes whenever the rows do
 * @param relation the rows
 */
public record LatestTable(
    String view,
    List<String> keys,
    Optional<Duration> ttl,
    String build,
    String state,
    Relation relation) {
  /** When the newest row of an entity happened, in UTC. */
  public static final String EVENT_AT = "_event_at";

  /** The moment the values are those of, in UTC. */
  public static final String AS_OF = "_as_of";

  public LatestTable {
    keys = List.copyOf(keys);
  }
}
