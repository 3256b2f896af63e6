package dev.headrace.ml.features.internal.walk;

import dev.headrace.spi.schema.Type.Primitive;
import java.util.List;

/** Rows of one view, and what is wanted of them at every label. */
public sealed interface Walked permits WalkedView, NewestView {
  /** How many rows there are. */
  long count();

  /**
   * The types of what comes back, long or double; the first is the time of the newest visible row,
   * {@link LabelWalk#NEVER} where nothing is visible.
   */
  List<Primitive> results();

  /** Bytes outside the heap, at most, with what comes back. */
  long bytes(long labels);

  /** Bytes of the heap that one thread takes for an entity with so many rows and labels. */
  long heapBytes(long rows, long labels);
}
