package dev.headrace.data.ingest.internal;

/** Whether a record may hold something that its columns' types cannot. */
enum Trust {
  /** Every value looks like those that the expected type of its column is written with. */
  EXPECTED,
  /** Some value does not, or nothing is known of how values look. */
  DOUBTFUL
}
