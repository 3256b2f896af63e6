package dev.headrace.decisions.deployments;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The kind {@code deployment}: files {@code deployments/*.yaml}. Nothing is built for one; it is
 * served.
 */
public final class DeploymentKind implements Kind<DeploymentSpec> {
  private static final String MODEL = "model";

  private final Optional<Set<String>> models;

  /** Among all other kinds. */
  public DeploymentKind() {
    this(Optional.empty());
  }

  private DeploymentKind(Optional<Set<String>> models) {
    this.models = models;
  }

  /** On its own, where these models are known to be declared. */
  public static DeploymentKind amid(Set<String> models) {
    return new DeploymentKind(Optional.of(Set.copyOf(models)));
  }

  @Override
  public String name() {
    return "deployment";
  }

  @Override
  public String folder() {
    return "deployments";
  }

  @Override
  public FileForm form() {
    return FileForm.YAML;
  }

  @Override
  public Class<DeploymentSpec> specType() {
    return DeploymentSpec.class;
  }

  @Override
  public boolean isBuilt() {
    return false;
  }

  @Override
  public Definition define(
      Declaration<DeploymentSpec> declaration, Scope scope, Problems problems) {
    DeploymentSpec spec = declaration.spec();
    Set<String> known = models.orElseGet(() -> scope.assetsOf(MODEL));
    if (!known.contains(spec.model())) {
      problems.add(
          declaration.origin().at("model"),
          "unknown model '" + spec.model() + "'",
          known.isEmpty()
              ? "declare it in models/" + spec.model() + ".yaml"
              : Names.suggest(spec.model(), known));
    }
    return new Definition(
        models.isPresent() ? List.of() : List.of(spec.model()),
        List.of(),
        spec.toString(),
        "",
        List.of(),
        new TreeSet<>(spec.tags()));
  }
}
