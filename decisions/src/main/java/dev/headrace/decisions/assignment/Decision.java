package dev.headrace.decisions.assignment;

import org.jspecify.annotations.Nullable;

/**
 * What an experiment says of a unit.
 *
 * @param variant the one assigned; null for {@linkplain Reason#OVERRIDE every} reason but two
 */
record Decision(Reason reason, @Nullable String variant) {
  /** The step that decided; in the order in which they are taken. */
  enum Reason {
    STOPPED("the experiment is stopped"),
    OVERRIDE("somebody fixed the variant of this unit"),
    TARGETING("the attributes are not those of the experiment's units"),
    HOLDOUT("the unit is in the global holdout"),
    LAYER_HOLDOUT("the unit is in the layer's holdout"),
    LAYER("the unit's slot of the layer belongs to another experiment or to none"),
    RAMP("the ramp has not reached the unit"),
    NO_VARIANT("no variant covers the unit's place"),
    ASSIGNED("the hash chose the variant");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  static Decision outside(Reason reason) {
    return new Decision(reason, null);
  }
}
