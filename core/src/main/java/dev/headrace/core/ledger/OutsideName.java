package dev.headrace.core.ledger;

import java.util.List;

/**
 * The name of a table or view that another program keeps in an environment's warehouse.
 *
 * @param namespace its levels, outermost first
 */
public record OutsideName(List<String> namespace, String name) {
  public OutsideName {
    namespace = List.copyOf(namespace);
  }

  @Override
  public String toString() {
    return String.join(".", namespace) + "." + name;
  }
}
