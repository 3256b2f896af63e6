package dev.headrace.core.ledger;

import java.util.Set;

/**
 * Tables that an environment shows no longer as it did, because the project has changed.
 *
 * @param follow tables of its own that are to be shown as in {@code prod} again
 * @param withdraw tables that nothing declares any more
 */
public record Realignment(Set<String> follow, Set<String> withdraw) {
  /** Nothing changes. */
  public static final Realignment NONE = new Realignment(Set.of(), Set.of());

  public Realignment {
    follow = Set.copyOf(follow);
    withdraw = Set.copyOf(withdraw);
  }

  /** The part that is done before anything is built. */
  public Realignment followed() {
    return new Realignment(follow, Set.of());
  }

  public boolean isEmpty() {
    return follow.isEmpty() && withdraw.isEmpty();
  }
}
