package dev.headrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.testkit.Golden;
import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.junit.jupiter.api.Test;

/**
 * The shipped list is what Maven makes of the four libraries that the driver is compiled against.
 */
class JarListTest {
  private static final List<String> SPARK =
      List.of(
          "org.apache.spark:spark-sql_2.13:4.1.3",
          "org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0");

  /**
   * Spark's own Hadoop cannot start on a recent JDK: these take its place. What they need, Spark
   * brings in newer versions.
   */
  private static final List<String> HADOOP =
      List.of(
          "org.apache.hadoop:hadoop-client-api:3.4.3",
          "org.apache.hadoop:hadoop-client-runtime:3.4.3");

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
      SPARK.forEach(root -> collect.addDependency(runtime(root)));
      HADOOP.forEach(
          root ->
              collect.addDependency(
                  runtime(root).setExclusions(List.of(new Exclusion("*", "*", "*", "*")))));
      List<ArtifactResult> results =
          maven
              .repositorySystem()
              .resolveDependencies(
                  maven.repositorySystemSession(), new DependencyRequest(collect, null))
              .getArtifactResults();
      List<String> lines = new ArrayList<>();
      List<Artifact> artifacts =
          results.stream()
              .map(ArtifactResult::getArtifact)
              .sorted(
                  Comparator.comparing(
                          (Artifact artifact) -> !artifact.getGroupId().equals("org.apache.hadoop"))
                      .thenComparing(Artifact::toString))
              .toList();
      for (Artifact artifact : artifacts) {
        Path file = artifact.getFile().toPath();
        lines.add(
            new JarList.Jar(artifact.toString(), Files.size(file), JarList.sha256(file)).line());
      }
      Golden.of("plugins/spark/src/main/resources/dev/headrace/spark/spark-jars.txt")
          .matches(String.join("\n", lines) + "\n");
    }
  }

  private static Dependency runtime(String coordinates) {
    return new Dependency(new DefaultArtifact(coordinates), "runtime");
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
