package dev.headrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.testkit.Golden;
import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.junit.jupiter.api.Test;

/** The shipped list is what Maven makes of the four libraries that the driver is compiled against. */
class JarListTest {
  /** Spark's own Hadoop is older and cannot start on a recent JDK: these come first. */
  private static final List<String> ROOTS =
      List.of(
          "org.apache.hadoop:hadoop-client-api:3.4.3",
          "org.apache.hadoop:hadoop-client-runtime:3.4.3",
          "org.apache.spark:spark-sql_2.13:4.1.3",
          "org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0");

  @Test
  void shippedList_isTheTreeOfDependencies() throws Exception {
    ContextOverrides overrides =
        ContextOverrides.create()
            .withUserSettings(true)
            .ignoreArtifactDescriptorRepositories(true)
            .build();
    try (Context maven = Runtimes.INSTANCE.getRuntime().create(overrides)) {
      CollectRequest collect = new CollectRequest();
      collect.setRepositories(maven.remoteRepositories());
      ROOTS.forEach(
          root -> collect.addDependency(new Dependency(new DefaultArtifact(root), "runtime")));
      List<ArtifactResult> results =
          maven
              .repositorySystem()
              .resolveDependencies(
                  maven.repositorySystemSession(), new DependencyRequest(collect, null))
              .getArtifactResults();
      List<String> lines = new ArrayList<>();
      for (ArtifactResult result : results) {
        Artifact artifact = result.getArtifact();
        Path file = artifact.getFile().toPath();
        lines.add(
            new JarList.Jar(artifact.toString(), Files.size(file), JarList.sha256(file)).line());
      }
      Golden.of("plugins/spark/src/main/resources/dev/headrace/spark/spark-jars.txt")
          .matches(String.join("\n", lines) + "\n");
    }
  }

  @Test
  void shippedList_putsTheNewerHadoopFirst() {
    JarList list = JarList.shipped();

    assertThat(list.jars().subList(0, 2))
        .extracting(JarList.Jar::coordinates)
        .allMatch(name -> name.startsWith("org.apache.hadoop:hadoop-client-"));
    assertThat(list.bytes()).isBetween(300_000_000L, 400_000_000L);
  }
}
