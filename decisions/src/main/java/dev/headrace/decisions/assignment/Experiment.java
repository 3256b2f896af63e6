package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.decisions.assignment.Decision.Reason;
import dev.headrace.decisions.assignment.hash.Buckets;
import dev.headrace.decisions.assignment.hash.Hashing;
import dev.headrace.decisions.assignment.hash.Place;
import dev.headrace.decisions.assignment.hash.Ranges;
import dev.headrace.decisions.assignment.hash.Rollout;
import dev.headrace.decisions.assignment.targeting.Condition;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Variants dealt to units: every step from a unit to its variant. Immutable and thread-safe.
 *
 * <p>The steps, in this order: an override; targeting; the global holdout; the layer's holdout; the
 * layer's slots; the ramp; the variant. Each draw has a purpose of its own, so they are independent
 * of each other and of those of other experiments.
 */
public final class Experiment {
  private final String name;
  private final String salt;
  private final List<String> arms;
  private final List<Double> weights;
  private final AssignmentSpec spec;
  private final Condition condition;
  private final List<Ramp> ramp;
  private final Ranges ranges;
  private final @Nullable Holdout holdout;
  private final @Nullable Layer layer;
  private final Buckets rampDraw;
  private final Buckets variantDraw;

  /** A share of the units, from an instant on. */
  private record Ramp(Instant from, int buckets) {}

  /** Units that are kept out. */
  private record Holdout(Buckets draw, int buckets) {
    boolean holds(String unit) {
      return buckets > 0 && draw.bucket(unit) < buckets;
    }
  }

  private record Layer(String name, Buckets draw, Slots slots, Holdout holdout) {}

  private Experiment(
      String name, Map<String, Percentage> split, AssignmentSpec spec, FlagsSpec all, ZoneId zone) {
    this.name = name;
    String written = spec.salt();
    this.salt = written == null ? name : written;
    this.arms = List.copyOf(split.keySet());
    this.weights = split.values().stream().map(share -> (double) Slots.buckets(share)).toList();
    this.spec = spec;
    this.condition = Condition.of(spec.when(), Map.of());
    this.ramp =
        spec.ramp().stream()
            .map(
                step ->
                    new Ramp(
                        step.from() == null
                            ? Instant.MIN
                            : step.from().atStartOfDay(zone).toInstant(),
                        Slots.buckets(step.share())))
            .toList();
    this.ranges = Ranges.of(weights);
    this.holdout =
        spec.holdout()
            ? new Holdout(Buckets.of("holdout", all.holdoutSalt()), Slots.buckets(all.holdout()))
            : null;
    this.layer = layer(spec, all);
    this.rampDraw = Buckets.of("ramp", salt);
    this.variantDraw = Buckets.of("variant", salt);
  }

  /**
   * An experiment as declared.
   *
   * @param split variants with their shares, which sum to 100 %
   * @param all holdouts and layers of the project; an unknown layer has no holdout
   * @param zone in which the days of the ramp begin
   */
  public static Experiment of(
      String name, Map<String, Percentage> split, AssignmentSpec spec, FlagsSpec all, ZoneId zone) {
    return new Experiment(name, split, spec, all, zone);
  }

  private static @Nullable Layer layer(AssignmentSpec spec, FlagsSpec all) {
    String layer = spec.layer();
    Slots slots = spec.slots();
    if (layer == null || slots == null) {
      return null;
    }
    FlagsSpec.LayerSpec declared = all.layers().get(layer);
    int held = declared == null || !spec.holdout() ? 0 : Slots.buckets(declared.holdout());
    return new Layer(
        layer,
        Buckets.of("layer", layer),
        slots,
        new Holdout(Buckets.of("layer-holdout", layer), held));
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Names of the variants, in order. */
  public List<String> arms() {
    return arms;
  }

  /** The attribute that tells units apart. */
  public String unit() {
    return spec.unit();
  }

  /** The variant of a unit; empty when it does not take part or somebody fixed its variant. */
  public Optional<String> assign(String unit, JsonNode attributes, Instant at) {
    Decision decision = decide(unit, attributes, at);
    return decision.reason() == Reason.ASSIGNED
        ? Optional.ofNullable(decision.variant())
        : Optional.empty();
  }

  Decision decide(String unit, JsonNode attributes, Instant at) {
    String fixed = spec.overrides().get(unit);
    if (fixed != null) {
      return new Decision(Reason.OVERRIDE, fixed);
    }
    if (!condition.holds(attributes)) {
      return Decision.outside(Reason.TARGETING);
    }
    if (holdout != null && holdout.holds(unit)) {
      return Decision.outside(Reason.HOLDOUT);
    }
    if (layer != null) {
      if (layer.holdout().holds(unit)) {
        return Decision.outside(Reason.LAYER_HOLDOUT);
      }
      if (!layer.slots().holds(layer.draw().bucket(unit))) {
        return Decision.outside(Reason.LAYER);
      }
    }
    int reached = reached(at);
    if (rampPlace(unit) >= reached) {
      return Decision.outside(Reason.RAMP);
    }
    int arm = reaching(reached).at(fraction(unit));
    return arm < 0
        ? Decision.outside(coverage() ? Reason.RAMP : Reason.NO_VARIANT)
        : new Decision(Reason.ASSIGNED, arms.get(arm));
  }

  private double fraction(String unit) {
    return spec.hashing() == Hashing.HEADRACE
        ? (double) variantDraw.bucket(unit) / Buckets.COUNT
        : spec.hashing().fraction(salt, unit);
  }

  /** How many buckets the ramp has reached. */
  private int reached(Instant at) {
    int reached = ramp.isEmpty() ? Buckets.COUNT : 0;
    for (Ramp step : ramp) {
      if (!step.from().isAfter(at)) {
        reached = step.buckets();
      }
    }
    return reached;
  }

  /** GrowthBook shortens each variant's part instead of drawing apart. */
  private boolean coverage() {
    return spec.hashing() == Hashing.GROWTHBOOK_V1 || spec.hashing() == Hashing.GROWTHBOOK_V2;
  }

  private Ranges reaching(int reached) {
    return coverage()
        ? Ranges.growthBook(
            arms.size(),
            (double) reached / Buckets.COUNT,
            weights.stream().map(weight -> weight / Buckets.COUNT).toList())
        : ranges;
  }

  /** In buckets; -1 where all units pass. */
  private double rampPlace(String unit) {
    if (ramp.isEmpty() || coverage()) {
      return -1;
    }
    return spec.hashing() == Hashing.UNLEASH
        ? Rollout.unleash(salt, unit) * Buckets.COUNT
        : rampDraw.bucket(unit);
  }

  // Explaining

  /** The same decision with its arithmetic. */
  Explanation explain(String flag, boolean stopped, String unit, JsonNode attributes, Instant at) {
    List<Explanation.Step> steps = new ArrayList<>();
    Decision decision = stopped ? Decision.outside(Reason.STOPPED) : decide(unit, attributes, at);
    Reason reason = decision.reason();
    step(steps, "stop", stopped ? "stopped" : "not stopped", reason != Reason.STOPPED);
    if (reason.compareTo(Reason.STOPPED) > 0) {
      String fixed = spec.overrides().get(unit);
      step(
          steps,
          "override",
          fixed == null ? "none for this unit" : "fixed to " + fixed,
          reason != Reason.OVERRIDE);
    }
    if (reason.compareTo(Reason.OVERRIDE) > 0) {
      step(
          steps,
          "targeting",
          spec.when().isEmpty() ? "for all units" : spec.when() + " against " + attributes,
          reason != Reason.TARGETING);
    }
    if (reason.compareTo(Reason.TARGETING) > 0) {
      explainHoldout(steps, "holdout", holdout, unit, reason != Reason.HOLDOUT);
    }
    if (layer != null && reason.compareTo(Reason.HOLDOUT) > 0) {
      explainHoldout(steps, "layer holdout", layer.holdout(), unit, reason != Reason.LAYER_HOLDOUT);
    }
    if (layer != null && reason.compareTo(Reason.LAYER_HOLDOUT) > 0) {
      Place place = layer.draw().place(unit);
      steps.add(
          new Explanation.Step(
              "layer",
              "bucket %d of layer '%s', slots %d to before %d"
                  .formatted(
                      layer.draw().bucket(unit),
                      layer.name(),
                      layer.slots().from(),
                      layer.slots().to()),
              Optional.of(place),
              reason != Reason.LAYER));
    }
    if (reason.compareTo(Reason.LAYER) > 0) {
      explainRamp(steps, unit, at, reason != Reason.RAMP);
    }
    if (reason.compareTo(Reason.RAMP) > 0 || (coverage() && reason == Reason.RAMP)) {
      explainVariant(steps, unit, at, decision.variant());
    }
    return new Explanation(
        name,
        flag,
        unit,
        steps,
        Optional.ofNullable(decision.variant()),
        reason.name(),
        reason.words());
  }

  private static void step(List<Explanation.Step> steps, String step, String says, boolean passed) {
    steps.add(new Explanation.Step(step, says, Optional.empty(), passed));
  }

  private static void explainHoldout(
      List<Explanation.Step> steps,
      String step,
      @Nullable Holdout holdout,
      String unit,
      boolean passed) {
    if (holdout == null || holdout.buckets() == 0) {
      step(steps, step, holdout == null ? "not for this experiment" : "none", passed);
      return;
    }
    steps.add(
        new Explanation.Step(
            step,
            "bucket %d, held out are those below %d"
                .formatted(holdout.draw().bucket(unit), holdout.buckets()),
            Optional.of(holdout.draw().place(unit)),
            passed));
  }

  private void explainRamp(List<Explanation.Step> steps, String unit, Instant at, boolean passed) {
    int reached = reached(at);
    if (ramp.isEmpty()) {
      step(steps, "ramp", "all units take part", passed);
    } else if (coverage()) {
      step(steps, "ramp", "coverage " + Slots.share(reached) + " of each variant's part", passed);
    } else {
      steps.add(
          new Explanation.Step(
              "ramp",
              "place %d, the ramp has reached those below %d (%s)"
                  .formatted((long) rampPlace(unit), reached, Slots.share(reached)),
              spec.hashing() == Hashing.UNLEASH
                  ? Optional.empty()
                  : Optional.of(rampDraw.place(unit)),
              passed));
    }
  }

  private void explainVariant(
      List<Explanation.Step> steps, String unit, Instant at, @Nullable String variant) {
    Ranges reaching = reaching(reached(at));
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < arms.size(); i++) {
      parts.add(
          "%s from %s to before %s"
              .formatted(
                  arms.get(i), reaching.ranges().get(i).from(), reaching.ranges().get(i).to()));
    }
    Place place =
        spec.hashing() == Hashing.HEADRACE
            ? variantDraw.place(unit)
            : spec.hashing().place(salt, unit);
    steps.add(
        new Explanation.Step(
            "variant",
            "place %s: %s".formatted(place.fraction(), String.join(", ", parts)),
            Optional.of(place),
            variant != null));
  }
}
