package dev.headrace.data.proof;

import dev.headrace.core.graph.Asset;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.tables.TableSpec;
import java.util.List;

/** Which columns tell the rows of a table apart, as far as its declaration says. */
final class RowKeys {
  private RowKeys() {}

  /**
   * The declared key, or else the columns of the first check that they are unique. Whether they
   * really are is for the comparison to find out.
   */
  static List<String> of(Asset asset) {
    if (!asset.definition().key().isEmpty()
        || !(asset.declaration().spec() instanceof TableSpec spec)) {
      return asset.definition().key();
    }
    for (CheckSpec check : spec.checks()) {
      if (check.rule() instanceof Check.Unique unique && check.where() == null) {
        return unique.columns();
      }
    }
    return List.of();
  }
}
