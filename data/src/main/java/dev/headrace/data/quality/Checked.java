package dev.headrace.data.quality;

import java.util.List;

/** A declaration whose rows are checked before they are published. */
public interface Checked {
  /** What must hold of the rows, in order of declaration. */
  List<CheckSpec> checks();
}
