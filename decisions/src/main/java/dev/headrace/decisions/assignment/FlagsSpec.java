package dev.headrace.decisions.assignment;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a project may say about all its flags, under {@code flags:}. */
@Doc("What all flags share.")
public record FlagsSpec(
    @Default("0%") @Doc("Share of all units that is kept out of every experiment.")
        Percentage holdout,
    @Default("global") @Doc("What is hashed for the holdout; changing it picks other units.")
        String holdoutSalt,
    @Default("{}") @Doc("Layers by name.") Map<String, LayerSpec> layers,
    @Default("true") @Doc("Whether what experiments assign is logged.") boolean exposures,
    @Default("[]") @Doc("Attributes that are logged with an exposure, beside the unit.")
        List<String> exposureAttributes,
    @Default("1m") @Doc("How old a file of exposures gets before sources see it.")
        Duration exposureAge) {

  /** What a layer may say. */
  @Doc("Experiments of one layer have slots that do not overlap: no unit is in two of them.")
  public record LayerSpec(
      @Default("0%") @Doc("Share of all units that is kept out of the layer's experiments.")
          Percentage holdout) {
    public LayerSpec {
      Slots.buckets(holdout);
    }
  }

  public FlagsSpec {
    Slots.buckets(holdout);
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
    exposureAttributes = List.copyOf(exposureAttributes);
    if (exposureAge.isNegative() || exposureAge.isZero()) {
      throw new IllegalArgumentException("must have 'exposure-age' above 0");
    }
  }

  /** Without holdouts and layers. */
  public static FlagsSpec defaults() {
    return new FlagsSpec(
        Percentage.parse("0%"), "global", Map.of(), true, List.of(), Duration.ofMinutes(1));
  }
}
