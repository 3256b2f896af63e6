package dev.headrace.spi.online;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The latest rows of some keys, in the order in which the keys were asked for, and how old they may
 * be. Immutable; values are decoded when asked for, so what is not looked at costs nothing.
 */
public final class OnlineRows {
  /** In place of a row of which nothing is known, not even whether it is there. */
  public static final RowBytes UNAVAILABLE = RowBytes.of(new byte[0]);

  private final ViewLayout layout;
  private final @Nullable RowBytes[] rows;
  private final ValueStatus[] statuses;
  private final long atMicros;
  private final Optional<Instant> completeTo;
  private final String source;
  private final Optional<Instant> rememberedAt;

  /**
   * @param layout of the build that was read
   * @param rows one per key: as {@link RowCodec} writes it, null where there is none, {@link
   *     #UNAVAILABLE} where that is not known; handed over
   * @param at the moment of reading, which decides what has expired
   * @param completeTo everything known by then was in the store
   * @param source what it was put from, as {@link OnlineStore#complete} was told
   */
  public OnlineRows(
      ViewLayout layout,
      @Nullable RowBytes[] rows,
      Instant at,
      Optional<Instant> completeTo,
      String source) {
    this(layout, rows, at, completeTo, source, Optional.empty());
  }

  /**
   * The same from memory, because the store does not answer.
   *
   * @param rememberedAt when the store said so; of several rows, the earliest
   */
  public OnlineRows(
      ViewLayout layout,
      @Nullable RowBytes[] rows,
      Instant at,
      Optional<Instant> completeTo,
      String source,
      Optional<Instant> rememberedAt) {
    this.layout = layout;
    this.rows = rows;
    this.atMicros = Micros.of(at);
    this.statuses = new ValueStatus[rows.length];
    for (int key = 0; key < rows.length; key++) {
      statuses[key] = status(rows[key], atMicros, layout.ttlMicros());
    }
    this.completeTo = completeTo;
    this.source = source;
    this.rememberedAt = rememberedAt;
  }

  private static ValueStatus status(@Nullable RowBytes row, long atMicros, long ttlMicros) {
    if (row == null) {
      return ValueStatus.MISSING;
    }
    if (row.length() == 0) {
      return ValueStatus.UNAVAILABLE;
    }
    return atMicros - RowCodec.eventMicros(row) > ttlMicros
        ? ValueStatus.EXPIRED
        : ValueStatus.PRESENT;
  }

  /**
   * The same with other values.
   *
   * @param changed one row per key, in the form of those there are; handed over
   */
  public OnlineRows with(@Nullable RowBytes[] changed) {
    if (changed.length != rows.length) {
      throw new IllegalArgumentException(changed.length + " rows for " + rows.length + " keys");
    }
    return new OnlineRows(layout, changed, at(), completeTo, source, rememberedAt);
  }

  /** What was read, and where its features stand. */
  public ViewLayout layout() {
    return layout;
  }

  /** How many keys were asked for. */
  public int keys() {
    return rows.length;
  }

  /** The moment of reading. */
  public Instant at() {
    return Micros.instant(atMicros);
  }

  /** Everything known by then was in the store; empty when nobody has said so. */
  public Optional<Instant> completeTo() {
    return completeTo;
  }

  /** What the rows were put from; empty when nobody has said so. */
  public String source() {
    return source;
  }

  /** When the store was last heard, when this is from memory because it does not answer. */
  public Optional<Instant> rememberedAt() {
    return rememberedAt;
  }

  /**
   * How old what is told may be: the time since {@link #completeTo}. Values that changed since then
   * may be missing from it. Empty when the store was never told how complete it is; never negative.
   */
  public Optional<Duration> staleness() {
    return completeTo
        .map(complete -> Duration.between(complete, at()))
        .map(age -> age.isNegative() ? Duration.ZERO : age);
  }

  /** What stands behind the key's row as a whole; never {@link ValueStatus#NULL}. */
  public ValueStatus status(int key) {
    return statuses[key];
  }

  /** What stands behind one value. */
  public ValueStatus status(int key, int feature) {
    ValueStatus whole = status(key);
    return whole == ValueStatus.PRESENT && layout.rowCodec().isNull(present(key), feature)
        ? ValueStatus.NULL
        : whole;
  }

  /** A row as it is stored; null where there is none. */
  public @Nullable RowBytes row(int key) {
    return rows[key];
  }

  /** The event time of a key's row, expired or not; empty when there is none. */
  public Optional<Instant> eventTime(int key) {
    RowBytes row = rows[key];
    return row == null || row.length() == 0
        ? Optional.empty()
        : Optional.of(Micros.instant(RowCodec.eventMicros(row)));
  }

  /** When the values of a key's row were computed or had arrived; empty when there is none. */
  public Optional<Instant> knownAt(int key) {
    RowBytes row = rows[key];
    return row == null || row.length() == 0
        ? Optional.empty()
        : Optional.of(Micros.instant(RowCodec.knownMicros(row)));
  }

  /** A value that is {@link ValueStatus#PRESENT}; null for any other status. */
  public @Nullable Object value(int key, int feature) {
    return status(key, feature) == ValueStatus.PRESENT
        ? layout.rowCodec().value(present(key), feature)
        : null;
  }

  /**
   * A present value of a {@code LONG}, {@code INT}, {@code DATE} (days) or time column
   * (microseconds), without making an object of it.
   */
  public long longAt(int key, int feature) {
    return layout.rowCodec().longAt(present(key), feature);
  }

  /** A present value of a {@code DOUBLE} or {@code FLOAT} column. */
  public double doubleAt(int key, int feature) {
    return layout.rowCodec().doubleAt(present(key), feature);
  }

  private RowBytes present(int key) {
    RowBytes row = rows[key];
    if (row == null || row.length() == 0) {
      throw new IllegalStateException("no row for key " + key);
    }
    return row;
  }
}
