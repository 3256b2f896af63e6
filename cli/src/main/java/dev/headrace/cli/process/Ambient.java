package dev.headrace.cli.process;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;

/**
 * What the surrounding machine says: asked once, then handed in, so that nothing else depends on
 * where and when it runs.
 *
 * @param environment environment variables
 * @param clock the time of day
 * @param zone the machine's time zone, for display only
 * @param workingDirectory absolute directory that relative paths of the command line start from
 * @param homeDirectory the user's home
 * @param temporaryDirectory where files may be put that nobody keeps
 */
public record Ambient(
    Map<String, String> environment,
    InstantSource clock,
    ZoneId zone,
    Path workingDirectory,
    Path homeDirectory,
    Path temporaryDirectory) {
  public Ambient {
    environment = Map.copyOf(environment);
  }

  /** The machine this process runs on. */
  public static Ambient ofProcess() {
    return new Ambient(
        System.getenv(),
        InstantSource.system(),
        ZoneId.systemDefault(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home", ".")),
        Path.of(System.getProperty("java.io.tmpdir", ".")));
  }

  /** The variable's text, or the empty text when it is not set. */
  public String variable(String name) {
    return environment.getOrDefault(name, "");
  }
}
