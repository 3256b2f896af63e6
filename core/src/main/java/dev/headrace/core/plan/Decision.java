package dev.headrace.core.plan;

import java.util.List;

/** Whether an asset has to be built. */
public sealed interface Decision {

  /** Nothing to do. */
  record Skip(String reason) implements Decision {
    /** The asset is as its definition and inputs make it. */
    public static final Skip UP_TO_DATE = new Skip("up to date");

    /** An environment beside {@code prod} shows what that has of the same definition. */
    public static final Skip AS_IN_PROD = new Skip("as in prod");
  }

  /**
   * Work to do.
   *
   * @param reasons why, each a short phrase such as {@code sql changed} or {@code 3 new files}; at
   *     least one
   * @param work what exactly, known to the asset's kind
   * @param warnings what may not be meant and is done all the same: sentences that say what to do
   */
  record Build(List<String> reasons, Work work, List<String> warnings) implements Decision {
    public Build {
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("a build without a reason");
      }
      reasons = List.copyOf(reasons);
      warnings = List.copyOf(warnings);
    }

    public Build(List<String> reasons, Work work) {
      this(reasons, work, List.of());
    }
  }

  /** What a kind has to do for one asset: immutable data whose {@code toString} a user can read. */
  interface Work {}

  /** Work that cannot be told before an input is built. */
  record AfterInputs(List<String> inputs) implements Work {
    @Override
    public String toString() {
      return "decided after " + String.join(", ", inputs);
    }
  }

  /** The reasons, or why there is nothing to do, as one phrase. */
  default String reason() {
    return switch (this) {
      case Skip skip -> skip.reason();
      case Build build -> String.join(", ", build.reasons());
    };
  }
}
