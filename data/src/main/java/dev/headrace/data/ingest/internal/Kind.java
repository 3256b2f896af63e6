package dev.headrace.data.ingest.internal;

/** What a raw value looks like, told from its bytes alone. */
enum Kind {
  NULL(1),
  BOOLEAN(1 << 1),
  /** A whole number that fits 64 bits. */
  LONG(1 << 2),
  /** A whole number of up to 38 digits that does not. */
  BIG(1 << 3),
  /** A number with a point or an exponent. */
  DOUBLE(1 << 4),
  /** {@code 2026-02-28}; a day that exists. */
  DATE(1 << 5),
  /** A date and a time of day without a zone. */
  TIMESTAMP(1 << 6),
  /** A date and a time of day with a zone or {@code Z}. */
  TIMESTAMPTZ(1 << 7),
  STRING(1 << 8),
  OBJECT(1 << 9),
  ARRAY(1 << 10);

  /** Every kind there is. */
  static final int ALL = (1 << 11) - 1;

  private final int bit;

  Kind(int bit) {
    this.bit = bit;
  }

  /** Its place in a set of kinds. */
  int bit() {
    return bit;
  }
}
