package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills trainings at random instants: whatever the instant, a version is there whole or not at all,
 * and the next training ends as one that nobody disturbed.
 */
class ModelCrashTest {
  /** About what it takes from the first file of a version to the publication of its table. */
  private static final Duration WRITING = Duration.ofMillis(100);

  @TempDir Path directory;

  private Workshop shop;
  private Path template;
  private Map<String, List<String>> expected;
  private Duration takes;

  @BeforeEach
  void undisturbedTraining() throws Exception {
    shop =
        LeaversShop.of(
            directory.resolve("shop"),
            "split: {stratified: true, folds: 3}\nevaluate: {metrics: [auc, log-loss]}\n");
    shop.succeed("run", "--select", "customers");
    template = directory.resolve("template");
    Workshop.copy(shop.directory(), template);
    long started = System.nanoTime();
    try (Child child = shop.start("train", "churn")) {
      Child.End end = child.await();
      assertThat(end.exitCode()).as(end.toString()).isZero();
    }
    takes = Duration.ofNanos(System.nanoTime() - started);
    expected = shop.tables();
    assertThat(expected).containsKeys("customers", "churn");
  }

  @Test
  void killedTraining_leavesNoHalfVersion_short() throws Exception {
    kill(5, new Random(20261121));
  }

  @Test
  @Tag("slow")
  void killedTraining_leavesNoHalfVersion_long() throws Exception {
    kill(100, new Random(3));
  }

  private void kill(int instants, Random random) throws Exception {
    int begun = 0;
    int published = 0;
    for (int i = 0; i < instants; i++) {
      shop.become(template);
      String story;
      try (Child child = shop.start("train", "churn")) {
        // Every third instant is any; the others are at the first thing written, or soon after.
        boolean any = i % 3 == 0;
        long nanos = i % 3 == 1 ? 0 : random.nextLong((any ? takes : WRITING).toNanos());
        boolean ended = !any && endsBeforeWriting(child);
        ended = ended || child.endsWithin(Duration.ofNanos(nanos));
        child.kill();
        story =
            "instant %d: killed %d ms after its %s, ended %s"
                .formatted(i, nanos / 1_000_000, any ? "start" : "first file", ended);
      }
      begun += Files.exists(home()) ? 1 : 0;
      List<String> kept = shop.tables().containsKey("churn") ? versions() : List.of();
      published += kept.size();
      shop.succeed("train", "churn");
      assertThat(Workshop.differences(expected, shop.tables())).as(story).isEmpty();
      List<String> told = versions();
      assertThat(told).as(story).isNotEmpty().containsAll(kept);
      assertThat(files()).as(story).isEqualTo(new TreeSet<>(told));
      for (String version : told) {
        assertThat(shop.succeed("models", "reproduce", "churn:" + version)).as(story).isNotEmpty();
      }
    }
    assertThat(begun).as("trainings that had begun to write").isGreaterThan(published);
  }

  private boolean endsBeforeWriting(Child child) throws Exception {
    while (!Files.exists(home())) {
      if (child.endsWithin(Duration.ofMillis(1))) {
        return true;
      }
    }
    return false;
  }

  private Path home() {
    return shop.state().resolve("lake-models/churn");
  }

  /** What stands where versions are. */
  private TreeSet<String> files() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> entries = Files.list(home())) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  /** The versions that a user is told of. */
  private List<String> versions() throws IOException {
    JsonNode told = new JsonMapper().readTree(shop.succeed("models", "--json"));
    return told.path("versions").valueStream().map(v -> v.path("version").asText()).toList();
  }
}
