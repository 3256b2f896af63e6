package dev.headrace.ml.features;

import dev.headrace.spi.engine.Relation;

/**
 * Entities at moments, for which the features of a view are asked: one row each, with the view's
 * key columns and the columns named here.
 *
 * @param rows what is asked for
 */
public record Moments(Relation rows) {
  /** A number of its own for each row, by which answers are told apart. */
  public static final String ID = "hr_id";

  /** Which rows are seen: the moment of the values, in microseconds since 1970, UTC. */
  public static final String VALUES_AT = "hr_values_at";

  /** What {@code $at} stands for: the moment of the reading, in microseconds since 1970, UTC. */
  public static final String READ_AT = "hr_read_at";
}
