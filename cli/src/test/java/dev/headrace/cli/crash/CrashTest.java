package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills runs of the ad example at random instants. Whatever the instant, the next run ends with the
 * tables of a run that nobody disturbed, and after a sweep no file is left that nobody refers to.
 */
class CrashTest {
  private static final int DAYS = 4;

  @TempDir Path directory;

  private Workshop ads;

  /** All files are there and nothing is built. */
  private Scene untouched;

  /** All days but the last two are built, and the files of these two have just arrived. */
  private Scene grown;

  /**
   * A project before a run.
   *
   * @param template the project's directory
   * @param tables what an undisturbed run makes of it
   * @param messages how often that run reports
   * @param takes how long it takes in a process of its own
   */
  private record Scene(
      Path template, Map<String, List<String>> tables, int messages, Duration takes) {}

  @BeforeEach
  void undisturbedRuns() throws Exception {
    ads = Workshop.example("ads", directory.resolve("ads"));
    Path world = directory.resolve("world");
    ads.succeed(
        "simulate", "ads", world.toString(), "--people", "300", "--days", "" + DAYS, "--seed", "7");
    arrive(world, 1, DAYS);
    untouched = scene("untouched");

    ads.become(untouched.template());
    Workshop.delete(ads.directory().resolve("data"));
    arrive(world, 1, DAYS - 2);
    ads.succeed("run");
    arrive(world, DAYS - 1, DAYS);
    grown = scene("grown");
  }

  private Scene scene(String name) throws Exception {
    Path template = directory.resolve(name);
    Workshop.copy(ads.directory(), template);
    long started = System.nanoTime();
    try (Child child = ads.start("run")) {
      Child.End end = child.await();
      assertThat(end.exitCode()).as(end.toString()).isZero();
      Duration takes = Duration.ofNanos(System.nanoTime() - started);
      return new Scene(template, ads.tables(), (int) end.err().lines().count(), takes);
    }
  }

  /** Copies the raw files of some days, and those that belong to no day, into the project. */
  private void arrive(Path world, int firstDay, int lastDay) throws IOException {
    Path raw = world.resolve("raw");
    try (Stream<Path> files = Files.walk(raw)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        boolean daily = name.startsWith("2026-03-");
        int day = daily ? Integer.parseInt(name.substring(8, 10)) - 1 : 0;
        Path target = ads.directory().resolve("data/raw").resolve(raw.relativize(file));
        if ((!daily && firstDay == 1)
            || (daily && day >= firstDay && (day <= lastDay || lastDay == DAYS && day > DAYS))) {
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        }
      }
    }
  }

  @Test
  void killedRun_isCompletedByTheNext_short() throws Exception {
    kill(8, new Random(20261121));
  }

  @Test
  @Tag("slow")
  void killedRun_isCompletedByTheNext_long() throws Exception {
    kill(200, new Random(9));
  }

  /** Every second instant grows the lake, every fourth is followed by kills of the recovery. */
  private void kill(int instants, Random random) throws Exception {
    Map<Phase, Integer> phases = new EnumMap<>(Phase.class);
    for (int i = 0; i < instants; i++) {
      Scene scene = i % 2 == 0 ? untouched : grown;
      ads.become(scene.template());
      StringBuilder story = new StringBuilder("instant " + i + ":");
      for (int kills = i % 4 == 3 ? 3 : 1; kills > 0; kills--) {
        phases.merge(killOnce(scene, random, story), 1, Integer::sum);
      }
      ads.succeed("run");
      assertThat(Workshop.differences(scene.tables(), ads.tables())).as(story.toString()).isEmpty();
      ads.succeed("gc");
      assertThat(LakeFiles.strays(ads)).as(story.toString()).isEmpty();
      assertThat(LakeFiles.temporary(ads)).as(story.toString()).isEmpty();
      assertThat(Workshop.differences(scene.tables(), ads.tables())).as(story.toString()).isEmpty();
      System.out.println(story + "; so far " + phases);
    }
    // Instants before the first or after the last write prove nothing.
    assertThat(phases.getOrDefault(Phase.IN_RUN, 0)).isGreaterThan(instants / 2);
  }

  /** What a killed process was doing. */
  private enum Phase {
    BEFORE_RUN,
    IN_RUN,
    AFTER_RUN
  }

  /** Starts a run and kills it: a random while after its start, or after a message of its. */
  private Phase killOnce(Scene scene, Random random, StringBuilder story) throws Exception {
    try (Child child = ads.start("run")) {
      int message = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(scene.messages() - 1);
      long range =
          message == 0 ? scene.takes().toNanos() : scene.takes().toNanos() / scene.messages();
      long nanos = random.nextLong(range);
      child.awaitMessages(message);
      boolean ended = child.endsWithin(Duration.ofNanos(nanos));
      child.kill();
      Phase phase = ended ? Phase.AFTER_RUN : phase();
      story.append(
          " killed %d ms after message %d (%s)".formatted(nanos / 1_000_000, message, phase));
      return phase;
    }
  }

  private Phase phase() {
    Path file = ads.state().resolve("ledger.db");
    if (!Files.exists(file)) {
      return Phase.BEFORE_RUN;
    }
    try (Ledger ledger = Ledger.open(file, Clock.systemUTC())) {
      return ledger.runs(1).stream()
          .findFirst()
          .filter(run -> run.status() == RunRecord.Status.RUNNING)
          .map(run -> Phase.IN_RUN)
          .orElse(Phase.BEFORE_RUN);
    }
  }
}
