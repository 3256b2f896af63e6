package dev.headrace.testkit.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** An installed Spark: {@code jars/} and {@code bin/spark-submit}. */
public final class SparkHome {
  /**
   * What a distribution's script does: Spark's launcher says which command to run, word by word
   * with zero bytes between and one word of nothing in front, and the shell becomes that command.
   */
  private static final String SUBMIT =
      """
      #!/usr/bin/env bash
      java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
      export SPARK_SCALA_VERSION=2.13
      mapfile -d '' -t command < <(
        "$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \\
          org.apache.spark.deploy.SparkSubmit "$@")
      [ "${#command[@]}" -gt 2 ] || exit 1
      command[1]="${command[1]#$'\\n'}"
      exec "${command[@]:1}"
      """;

  private SparkHome() {}

  /**
   * Makes one.
   *
   * @param directory new or empty
   * @param jars what it consists of
   */
  public static Path make(Path directory, List<Path> jars) throws IOException {
    Path libraries = Files.createDirectories(directory.resolve("jars"));
    for (Path jar : jars) {
      Files.createSymbolicLink(libraries.resolve(jar.getFileName()), jar);
    }
    Path submit = Files.createDirectories(directory.resolve("bin")).resolve("spark-submit");
    Files.writeString(submit, SUBMIT);
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    return directory;
  }
}
