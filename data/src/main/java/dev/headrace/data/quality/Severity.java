package dev.headrace.data.quality;

import dev.headrace.core.project.spec.Doc;

/** What a check that does not hold means for publication. */
public enum Severity {
  @Doc("The table is not published; readers keep seeing the previous snapshot.")
  ERROR,
  @Doc("The table is published and the report carries a warning.")
  WARN
}
