package dev.headrace.data.portability;

import dev.headrace.core.graph.Asset;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.quality.Checked;
import dev.headrace.data.quality.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Columns of an asset that a check keeps free of nulls: no row with one is ever published. */
final class NotNullColumns {
  private NotNullColumns() {}

  /** Their names, in lower case. */
  static Set<String> of(Asset asset) {
    List<CheckSpec> checks =
        asset.declaration().spec() instanceof Checked checked ? checked.checks() : List.of();
    Set<String> columns = new HashSet<>();
    for (CheckSpec check : checks) {
      if (check.rule() instanceof Check.NotNull held
          && check.severity() == Severity.ERROR
          && check.where() == null) {
        held.columns().forEach(column -> columns.add(column.toLowerCase(Locale.ROOT)));
      }
    }
    return columns;
  }
}
