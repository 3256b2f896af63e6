package dev.headrace.spi.online;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of one build look: the types of its keys and features, and how long a row is good
 * for. Immutable; made once per build, because it works out where each value lies.
 */
public final class ViewLayout {
  private final BuildId id;
  private final Schema keys;
  private final Schema features;
  private final Optional<Duration> ttl;
  private final KeyCodec keyCodec;
  private final RowCodec rowCodec;
  private final Map<String, Integer> positions = new HashMap<>();
  private final List<String> told;
  private final int[] toldPositions;
  private final long ttlMicros;

  /**
   * @param keys what a row is found by, in order
   * @param features what a row holds, in order
   * @param ttl the greatest age, from a row's event time to the moment of reading, at which it
   *     still counts; empty for no limit
   * @throws IllegalArgumentException if there is no key, a type cannot be a key, two features have
   *     one name, or the ttl is not above zero
   */
  public ViewLayout(BuildId id, Schema keys, Schema features, Optional<Duration> ttl) {
    this.id = id;
    this.keys = keys;
    this.features = features;
    this.ttl = ttl;
    this.keyCodec = new KeyCodec(keys);
    this.rowCodec = new RowCodec(features);
    this.toldPositions =
        IntStream.range(0, features.fields().size()).filter(this::isTold).toArray();
    this.told = IntStream.of(toldPositions).mapToObj(features.names()::get).toList();
    for (Field feature : features.fields()) {
      if (positions.put(lower(feature.name()), positions.size()) != null) {
        throw new IllegalArgumentException("two features named " + feature.name());
      }
    }
    if (ttl.isPresent() && !ttl.get().isPositive()) {
      throw new IllegalArgumentException("a ttl must be above zero, but is " + ttl.get());
    }
    this.ttlMicros = ttl.map(Micros::of).orElse(Long.MAX_VALUE);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  public BuildId id() {
    return id;
  }

  /** What a row is found by, in order. */
  public Schema keys() {
    return keys;
  }

  /** What a row holds, in order. */
  public Schema features() {
    return features;
  }

  /** The greatest age at which a row still counts; empty for no limit. */
  public Optional<Duration> ttl() {
    return ttl;
  }

  /** {@link #ttl} in microseconds, the greatest number for no limit. */
  long ttlMicros() {
    return ttlMicros;
  }

  /** How keys become bytes. */
  public KeyCodec keyCodec() {
    return keyCodec;
  }

  /** How rows become bytes. */
  public RowCodec rowCodec() {
    return rowCodec;
  }

  /** Whether a value is told; what begins with _ is kept to compute others of it. */
  public boolean isTold(int feature) {
    return !features.fields().get(feature).name().startsWith("_");
  }

  /** Names of the features that are told, in order. */
  public List<String> told() {
    return told;
  }

  /** Where the features that are told stand, in order. */
  public int[] toldPositions() {
    return toldPositions.clone();
  }

  /** Where a feature stands, from 0, whatever the case its name is written in. */
  public OptionalInt position(String feature) {
    Integer position = positions.get(lower(feature));
    return position == null ? OptionalInt.empty() : OptionalInt.of(position);
  }

  /**
   * A row to put.
   *
   * @param eventTime when what the values tell last changed; the later row wins
   * @param knownAt when the values were computed or had arrived; decides between rows of one event
   *     time
   * @param values one per feature, of the Java types that {@link dev.headrace.spi.engine.Rows} has
   */
  public OnlineRow row(
      EntityKey key, Instant eventTime, Instant knownAt, List<? extends @Nullable Object> values) {
    return new OnlineRow(
        this, key, rowCodec.encode(Micros.of(eventTime), Micros.of(knownAt), values));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof ViewLayout that
            && id.equals(that.id)
            && keys.equals(that.keys)
            && features.equals(that.features)
            && ttl.equals(that.ttl));
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, keys, features, ttl);
  }

  /** {@code view@build(key type, …; feature type, …; ttl)}. */
  @Override
  public String toString() {
    return id
        + "("
        + columns(keys)
        + "; "
        + columns(features)
        + ttl.map(limit -> "; ttl " + limit).orElse("")
        + ")";
  }

  private static String columns(Schema schema) {
    return schema.fields().stream()
        .map(field -> field.name() + " " + field.type())
        .collect(Collectors.joining(", "));
  }
}
