package dev.headrace.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that run as the launcher starts {@code serve}. */
final class ServingProcess {
  private static final List<String> OPTIONS =
      List.of(
          "-Xmx1g",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UseTransparentHugePages",
          "-XX:+UseShenandoahGC",
          "-XX:ShenandoahGCMode=generational",
          "-Djdk.pollerMode=1",
          "--enable-native-access=ALL-UNNAMED");

  private ServingProcess() {}

  /** Starts a class of the benchmarks; what it complains of is shown. */
  static Process start(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
