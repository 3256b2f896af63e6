package dev.headrace.core.ledger;

import java.util.Optional;

/**
 * One change that another program makes to what an environment shows. Each says what it starts
 * from, and is refused when that is no longer so.
 */
public sealed interface OutsideMove {
  /** What keeps a name of its own in a warehouse. */
  enum Kind {
    TABLE,
    VIEW
  }

  /**
   * A table of the project shows rows that another program wrote.
   *
   * @param expected the publication that was shown before
   * @param rows rows that were added
   */
  record Publish(long expected, Publication.Content content, long rows) implements OutsideMove {}

  /**
   * A table or view of the other programs' own is now what a metadata file says.
   *
   * @param expected the file before; empty when it is new
   */
  record Point(OutsideName name, Kind kind, Optional<String> expected, String location)
      implements OutsideMove {}

  /** A table or view goes by another name. */
  record Rename(OutsideName name, OutsideName to, Kind kind) implements OutsideMove {}

  /** A table or view is forgotten; its files stay. */
  record Drop(OutsideName name, Kind kind) implements OutsideMove {}
}
