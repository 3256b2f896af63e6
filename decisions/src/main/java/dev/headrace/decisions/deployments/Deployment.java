package dev.headrace.decisions.deployments;

import dev.headrace.decisions.assignment.hash.Buckets;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * Which version answers whom. A unit gets the version that {@link Buckets} for the purpose {@code
 * deploy} and the deployment's name give it: everywhere, always, and independently of every
 * experiment. Immutable and thread-safe.
 */
public final class Deployment {
  private static final String PURPOSE = "deploy";
  private static final String CANARY = "canary";

  private final String name;
  private final DeploymentSpec spec;
  private final Buckets buckets;

  public Deployment(String name, DeploymentSpec spec) {
    this.name = name;
    this.spec = spec;
    this.buckets = Buckets.of(PURPOSE, name);
  }

  /**
   * What becomes of one request.
   *
   * @param version that answers: a number, an alias, champion or latest
   * @param part of the traffic: {@code all}, {@code base}, {@code canary}, {@code blue} or {@code
   *     green}
   * @param shadow version that predicts too, untold
   */
  public record Route(String version, String part, Optional<String> shadow) {}

  public String name() {
    return name;
  }

  public DeploymentSpec spec() {
    return spec;
  }

  /** All versions that may answer or predict untold. */
  public List<String> versions() {
    return switch (spec.traffic()) {
      case TrafficSpec.All(String version) -> List.of(version);
      case TrafficSpec.Canary canary -> List.of(canary.base(), canary.version());
      case TrafficSpec.Shadow shadow -> List.of(shadow.base(), shadow.version());
      case TrafficSpec.BlueGreen pair -> List.of(pair.blue(), pair.green());
    };
  }

  /**
   * Where a unit's request goes.
   *
   * @param unit who is served, as text; not looked at where everybody gets the same
   */
  public Route route(String unit) {
    return switch (spec.traffic()) {
      case TrafficSpec.All(String version) -> new Route(version, "all", Optional.empty());
      case TrafficSpec.Canary canary ->
          isCanary(canary, unit)
              ? new Route(canary.version(), CANARY, Optional.empty())
              : new Route(canary.base(), "base", Optional.empty());
      case TrafficSpec.Shadow shadow ->
          new Route(shadow.base(), "base", Optional.of(shadow.version()));
      case TrafficSpec.BlueGreen pair ->
          switch (pair.live()) {
            case BLUE -> new Route(pair.blue(), "blue", Optional.empty());
            case GREEN -> new Route(pair.green(), "green", Optional.empty());
          };
    };
  }

  /** Where a request goes when the version of a canary is not there; empty for other routes. */
  public Optional<Route> fallback(Route route) {
    return spec.traffic() instanceof TrafficSpec.Canary canary && route.part().equals(CANARY)
        ? Optional.of(new Route(canary.base(), "base", Optional.empty()))
        : Optional.empty();
  }

  private boolean isCanary(TrafficSpec.Canary canary, String unit) {
    BigDecimal below = canary.share().percent().movePointRight(4); // of a million
    return BigDecimal.valueOf(buckets.bucket(unit)).compareTo(below) < 0;
  }
}
