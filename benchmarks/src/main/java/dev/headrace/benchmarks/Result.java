package dev.headrace.benchmarks;

import java.util.List;

/**
 * A row of the table.
 *
 * @param asked the limit, as a reader understands it
 * @param ours what Headrace took, median and spread
 * @param peer what the peer took; a dash where there is none
 * @param ratio of ours to the peer's, or a dash
 * @param met whether the median keeps the limit
 * @param notes what explains the figure
 */
record Result(
    String what,
    String asked,
    String ours,
    String peer,
    String ratio,
    boolean met,
    List<String> notes) {
  static final String NONE = "–";

  Result {
    notes = List.copyOf(notes);
  }
}
