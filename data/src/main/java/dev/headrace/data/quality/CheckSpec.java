package dev.headrace.data.quality;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Inline;
import org.jspecify.annotations.Nullable;

/**
 * A declared check: one item of {@code checks:} in a source or table.
 *
 * @param rule what is promised
 * @param severity what it means when it does not hold
 * @param name the name to report it by; a name made of the rule and its column where absent
 * @param where a SQL condition: only rows for which it is true are checked
 */
public record CheckSpec(
    @Inline Check rule,
    @Default("error") @Doc("What a failure means: error stops publication, warn does not.")
        Severity severity,
    @Doc("Name in reports; made of the rule and its column where absent.") @Nullable String name,
    @Doc("SQL condition; only rows for which it is true are checked.") @Nullable String where) {

  /** A check of all rows that stops publication. */
  public static CheckSpec of(Check rule) {
    return new CheckSpec(rule, Severity.ERROR, null, null);
  }
}
