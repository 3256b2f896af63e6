package dev.headrace.core.ledger;

import java.util.List;

/**
 * A finished move of pointers: no table was built or copied.
 *
 * @param run the number it is journalled under
 * @param shown tables that show other rows or another definition than before, sorted
 * @param withdrawn tables that are no longer shown, sorted
 */
public record PointerMove(long run, List<String> shown, List<String> withdrawn) {
  public PointerMove {
    shown = List.copyOf(shown);
    withdrawn = List.copyOf(withdrawn);
  }

  public boolean isEmpty() {
    return shown.isEmpty() && withdrawn.isEmpty();
  }
}
