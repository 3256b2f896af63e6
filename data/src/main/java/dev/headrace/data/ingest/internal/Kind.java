package dev.headrace.data.ingest.internal;

/** What a raw value looks like, told from its bytes alone. */
enum Kind {
  NULL,
  BOOLEAN,
  /** A whole number that fits 64 bits. */
  LONG,
  /** A whole number of up to 38 digits that does not. */
  BIG,
  /** A number with a point or an exponent. */
  DOUBLE,
  /** {@code 2026-02-28}; a day that exists. */
  DATE,
  /** A date and a time of day without a zone. */
  TIMESTAMP,
  /** A date and a time of day with a zone or {@code Z}. */
  TIMESTAMPTZ,
  STRING,
  OBJECT,
  ARRAY;

  int bit() {
    return 1 << ordinal();
  }
}
