package dev.headrace.decisions.experiments.proof;

import java.util.List;
import java.util.SplittableRandom;

/** Draws experiments. Thread-safe: what changes is the stream of random numbers. */
interface Draws {
  /** One experiment, look by look; looks at which an arm has no unit are left out. */
  List<Look> draw(SplittableRandom random);

  /** The relative effect that treated units have. */
  double truth();
}
