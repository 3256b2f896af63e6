package dev.headrace.cli.compose;

import dev.headrace.cli.process.Ambient;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.spark.SparkAccess;
import dev.headrace.spark.SparkDriver;
import dev.headrace.spark.SparkEngine;
import dev.headrace.spark.SparkJars;
import dev.headrace.spark.SparkJars.Fetched;
import dev.headrace.spark.SparkLaunch;
import dev.headrace.spi.engine.SqlEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Puts the Spark engine together. */
final class SparkEngines {
  private static final int TELL_EVERY_PERCENT = 10;

  private SparkEngines() {}

  /** An engine and the process behind it, which whoever opened them closes. */
  record Opened(SqlEngine engine, SparkDriver driver) {}

  /**
   * The Spark that a project declares, or one with defaults; it sees the project, its state and its
   * lake.
   *
   * @param directory the project's, which relative paths start from
   * @param lake where the lake is
   * @param catalog starts serving the lake's versions to who carries a token; returns where
   * @param notices hears of what takes long: fetching and starting
   */
  static Opened open(
      ProjectConfig config,
      Path directory,
      Path lake,
      Path log,
      UnaryOperator<String> catalog,
      Ambient ambient,
      Consumer<String> notices) {
    SparkSpec spec = config.find(Kinds.SPARK).orElseGet(SparkSpec::defaults);
    SparkDriver driver = driver(spec, directory, log, catalog, ambient, notices);
    SparkAccess access = SparkAccess.to(List.of(directory, config.state(directory), lake));
    return new Opened(engine(driver, access.withTimeZone(config.timezone())), driver);
  }

  /** A driver that starts with the first query; its engine's files are those of {@code access}. */
  static SqlEngine engine(SparkDriver driver, SparkAccess access) {
    return SparkEngine.open(driver, access);
  }

  /**
   * @param directory the project's, which relative paths start from
   * @param catalog starts serving the lake's versions to who carries a token; returns where
   * @param notices hears of what takes long: fetching and starting
   */
  static SparkDriver driver(
      SparkSpec spec,
      Path directory,
      Path log,
      UnaryOperator<String> catalog,
      Ambient ambient,
      Consumer<String> notices) {
    return SparkDriver.of(
        new SparkLaunch(
            spec.master(),
            spec.conf(),
            Optional.ofNullable(spec.home()).map(directory::resolve),
            Optional.ofNullable(spec.java()).map(directory::resolve),
            Optional.of(catalog),
            new SparkJars(cache(ambient), telling(notices)),
            log));
  }

  /** Where programs keep what they can fetch again. */
  private static Path cache(Ambient ambient) {
    String declared = ambient.variable("XDG_CACHE_HOME");
    Path caches =
        declared.isBlank() ? ambient.homeDirectory().resolve(".cache") : Path.of(declared);
    return caches.resolve("headrace");
  }

  private static Consumer<Fetched> telling(Consumer<String> notices) {
    int[] told = {-1};
    return fetched -> {
      int percent = (int) (100 * fetched.bytes() / Math.max(1, fetched.ofBytes()));
      synchronized (told) {
        if (told[0] < 0 || percent >= told[0] + TELL_EVERY_PERCENT) {
          told[0] = percent - percent % TELL_EVERY_PERCENT;
          notices.accept(
              "Fetching Spark, once for this machine: %d of %d MB"
                  .formatted(fetched.bytes() >> 20, fetched.ofBytes() >> 20));
        }
      }
    };
  }
}
