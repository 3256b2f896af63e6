package dev.headrace.decisions.experiments.kept;

import java.util.Map;

/** A way to add up what units come to, and to keep it. */
sealed interface UnitTotals permits QueriedTotals, WalkedTotals {
  /** Tells what is kept in this way from what is kept in others. */
  String form();

  /** Everything, from nothing. */
  Kept anew(String definition, Map<String, Kept.State> states);

  /** What is kept, brought forward by some days. */
  Kept further(Kept kept, Advance.Days days, Map<String, Kept.State> states);
}
