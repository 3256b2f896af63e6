package dev.headrace.cli.compose;

import dev.headrace.core.project.Environment;
import dev.headrace.core.project.ProjectLoader;
import dev.headrace.decisions.deployments.DeploymentKind;
import dev.headrace.decisions.deployments.Deployments;
import dev.headrace.spi.error.HeadraceException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deployments of a project while it is served: what changes in {@code deployments/} takes
 * effect within half a second. Files that cannot be read leave them as they were. Thread-safe.
 */
final class LiveDeployments implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveDeployments.class);
  private static final Duration PERIOD = Duration.ofMillis(250);

  private final Path directory;
  private final Environment environment;
  private final Set<String> models;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Deployments deployments;
  private Set<String> files;
  private boolean failing;

  private LiveDeployments(Headrace headrace, Set<String> models) {
    this.directory = headrace.directory();
    this.environment = new Environment(headrace.ambient().environment());
    this.models = models;
    this.files = files();
    this.deployments = read();
  }

  /**
   * The deployments as they are, followed from now on.
   *
   * @param models that the project declares
   * @throws HeadraceException if they cannot be read now
   */
  static LiveDeployments follow(Headrace headrace, Set<String> models) {
    LiveDeployments live = new LiveDeployments(headrace, models);
    Thread.ofPlatform().daemon().name("deployments").start(live::watch);
    return live;
  }

  Deployments now() {
    return deployments;
  }

  private void watch() {
    try {
      while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      Set<String> there = files();
      if (!there.equals(files)) {
        files = there;
        deployments = read();
      }
      failing = false;
    } catch (HeadraceException | UncheckedIOException e) {
      if (!failing) {
        LOG.warn("The deployments stay as they were", e);
      }
      failing = true;
    }
  }

  private Set<String> files() {
    return FolderFiles.in(directory.resolve("deployments"));
  }

  /** Of the deployments alone: the project's SQL is no matter of theirs. */
  private Deployments read() {
    ProjectLoader loader = new ProjectLoader(List.of(DeploymentKind.amid(models)), Kinds.SECTIONS);
    return Deployments.of(loader.load(directory, environment));
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
