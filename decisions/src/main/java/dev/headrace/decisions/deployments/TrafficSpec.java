package dev.headrace.decisions.deployments;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;

/** The closed choice of how requests are shared among versions. */
public sealed interface TrafficSpec {

  @Doc("One version answers every request.")
  record All(@Default("champion") @Doc("A number, an alias, champion or latest.") String version)
      implements TrafficSpec {}

  @Doc("A share of the units is answered by another version, always the same units.")
  record Canary(
      @Doc("The version that is tried: a number, an alias or latest.") String version,
      @Doc("Share of units that it answers; raising it moves none back.") Percentage share,
      @Default("champion") @Doc("The version that answers the others.") String base)
      implements TrafficSpec {}

  @Doc("Another version predicts every request too; its predictions are logged and not told.")
  record Shadow(
      @Doc("The version that is tried: a number, an alias or latest.") String version,
      @Default("champion") @Doc("The version that answers.") String base)
      implements TrafficSpec {}

  @Doc("Two versions are kept loaded, and one of them answers every request.")
  record BlueGreen(
      @Doc("A version: a number or an alias.") String blue,
      @Doc("Another version.") String green,
      @Doc("Which of them answers.") Live live)
      implements TrafficSpec {}

  /** Which of two versions answers. */
  enum Live {
    BLUE,
    GREEN
  }
}
