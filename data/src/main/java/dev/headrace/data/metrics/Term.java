package dev.headrace.data.metrics;

import java.util.Optional;
import java.util.function.Function;

/**
 * A metric's value as an expression over aggregates.
 *
 * @param value writes the expression, given how an aggregate is written
 * @param sample writes how many rows or entities were measured; empty where it cannot be told
 */
record Term(
    Function<Function<String, String>, String> value,
    Optional<Function<Function<String, String>, String>> sample) {

  /** Just one aggregate. */
  static Term of(String aggregate, String sample) {
    return new Term(names -> names.apply(aggregate), Optional.of(names -> names.apply(sample)));
  }

  /** One aggregate over another, as a fraction. */
  static Term share(String part, String whole) {
    return new Term(
        names -> divided(names.apply(part), names.apply(whole)),
        Optional.of(names -> names.apply(whole)));
  }

  /** Nothing where the denominator is 0: a division by it is an error on some engines. */
  static String divided(String numerator, String denominator) {
    return "cast(" + numerator + " as double) / nullif(" + denominator + ", 0)";
  }

  /** No value where too little was measured. */
  Term from(int minimumSample) {
    return minimumSample <= 0 || sample.isEmpty()
        ? this
        : new Term(
            names ->
                "case when %s >= %d then %s end"
                    .formatted(sample.get().apply(names), minimumSample, value.apply(names)),
            sample);
  }
}
