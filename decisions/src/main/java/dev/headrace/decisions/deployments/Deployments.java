package dev.headrace.decisions.deployments;

import dev.headrace.core.project.Names;
import dev.headrace.core.project.Project;
import dev.headrace.spi.error.HeadraceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The deployments of a project. Immutable. */
public final class Deployments {
  private final Map<String, Deployment> byName;

  private Deployments(Map<String, Deployment> byName) {
    this.byName = byName;
  }

  /** Those that a project declares. */
  public static Deployments of(Project project) {
    Map<String, Deployment> byName = new LinkedHashMap<>();
    project
        .declarations()
        .forEach(
            (name, declaration) -> {
              if (declaration.spec() instanceof DeploymentSpec spec) {
                byName.put(name, new Deployment(name, spec));
              }
            });
    return new Deployments(byName);
  }

  /** All of them. */
  public List<Deployment> all() {
    return List.copyOf(byName.values());
  }

  /**
   * The deployment of that name.
   *
   * @throws HeadraceException DEPLOYMENT_UNKNOWN, with the nearest name
   */
  public Deployment find(String name) {
    Deployment found = byName.get(name);
    if (found == null) {
      throw new HeadraceException(
          DeploymentError.DEPLOYMENT_UNKNOWN,
          "Cannot find deployment '%s': the project declares none of that name.".formatted(name),
          byName.isEmpty()
              ? "Declare one in deployments/" + name + ".yaml."
              : Names.suggest(name, byName.keySet()));
    }
    return found;
  }
}
