package dev.headrace.decisions.deployments;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A deployment as declared: one file in {@code deployments/}. */
@Doc("Which versions of a model answer POST /api/v1/predict/NAME.")
public record DeploymentSpec(
    @Doc("The model.") String model,
    @Default("{all: champion}") @Doc("How requests are shared among versions.") TrafficSpec traffic,
    @Doc("Column of the request that says who is served, such as user_id; a canary is drawn by it.")
        @Nullable String unit,
    @Default("100%") @Doc("Share of predictions that is logged with their feature vectors.")
        Percentage log,
    @Default("[]") @Doc("Labels for --select tag:NAME.") List<String> tags,
    @Doc("What it is about, one sentence.") @Nullable String description) {
  public DeploymentSpec {
    tags = List.copyOf(tags);
    if (traffic instanceof TrafficSpec.Canary && unit == null) {
      throw new IllegalArgumentException("must have a 'unit' by which the canary is drawn");
    }
  }
}
