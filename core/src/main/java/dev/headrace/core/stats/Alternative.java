package dev.headrace.core.stats;

/** What a test holds against "no difference". */
public enum Alternative {
  /** There is a difference, in whichever direction. */
  TWO_SIDED,
  /** The first, or the treatment, is larger. */
  GREATER,
  /** The first, or the treatment, is smaller. */
  LESS;

  /** The share of alpha that each tested side gets. */
  public double tailOf(double alpha) {
    return this == TWO_SIDED ? alpha / 2 : alpha;
  }

  /** The same question with the two groups exchanged. */
  public Alternative reversed() {
    return switch (this) {
      case TWO_SIDED -> TWO_SIDED;
      case GREATER -> LESS;
      case LESS -> GREATER;
    };
  }
}
