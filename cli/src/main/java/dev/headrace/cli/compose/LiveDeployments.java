package dev.headrace.cli.compose;

import dev.headrace.core.project.Environment;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.decisions.deployments.DeploymentKind;
import dev.headrace.decisions.deployments.Deployments;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The deployments of a project while it is served. */
final class LiveDeployments {
  private LiveDeployments() {}

  /** A deployment may have waited for its model. */
  record Signs(Set<String> files, Set<String> models) {}

  /**
   * The deployments as they are, followed from now on.
   *
   * @param models that the project declares now
   * @throws HeadraceException if they cannot be read now
   */
  static Live<Signs, Deployments> follow(Headrace headrace, Supplier<Set<String>> models) {
    Path directory = headrace.directory();
    Environment environment = new Environment(headrace.ambient().environment());
    return Live.follow(
        "deployments",
        () -> new Signs(FolderFiles.in(directory.resolve("deployments")), models.get()),
        signs -> {
          // Of the deployments alone: the project's SQL is no matter of theirs.
          ProjectLoader loader =
              new ProjectLoader(List.of(DeploymentKind.amid(signs.models())), Kinds.SECTIONS);
          return Deployments.of(loader.load(directory, environment));
        });
  }
}
