package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models asked by a statement that somebody stops: what was begun is seen nowhere. */
class PredictCrashTest {
  /** Seconds to write and to predict. */
  private static final String ROWS =
      "select range as id, range %% 72 as months, 20 + range %% 80 as charge from range(%d)";

  private static final int MANY = 3_000_000;

  @TempDir Path directory;
  private Workshop shop;

  @BeforeEach
  void model() throws Exception {
    shop = LeaversShop.of(directory.resolve("shop"), "features: [months, charge]\n");
    shop.succeed("run");
  }

  private static String predict(int rows) {
    return "select count(*) as n from ml.predict(model churn, (" + ROWS.formatted(rows) + "))";
  }

  @Test
  void controlC_leavesNothing() throws Exception {
    for (String during : List.of("rows", "scores")) {
      try (Child child = shop.start("sql", predict(during.equals("rows") ? 100 * MANY : MANY))) {
        awaitFile(child, during);
        child.signal("INT");
        Child.End end = child.await();
        assertThat(end.exitCode()).as(during + end).isEqualTo(130);
        assertThat(end.out()).as(during).isEmpty();
        assertThat(end.err()).as(during).doesNotContain("\tat ");
      }
      assertThat(scratch()).as(during).isEmpty();
    }
  }

  /** Whoever was killed cleans up no more; the next does, and leaves alone who still works. */
  @Test
  void killed_leavesFilesToTheNext() throws Exception {
    try (Child killed = shop.start("sql", predict(MANY))) {
      awaitFile(killed, "scores");
      killed.kill();
    }
    List<Path> left = scratch();
    assertThat(left).hasSize(1);
    try (Child working = shop.start("sql", predict(100 * MANY))) {
      while (scratch().size() < 2) {
        assertThat(working.endsWithin(Duration.ofMillis(2))).isFalse();
      }
      awaitFile(working, "lock");
      for (Path one : scratch()) {
        Files.setLastModifiedTime(one, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
      }
      assertThat(shop.succeed("sql", predict(10), "--format", "csv")).contains("10");
      assertThat(scratch()).hasSize(1).doesNotContainAnyElementsOf(left);
      assertThat(working.isAlive()).isTrue();
    }
  }

  @Test
  void killedTable_isBuiltByTheNextRun() throws Exception {
    String table = "select * from ml.predict(model churn, (" + ROWS + ")) where id %% 2 = 0";
    shop.file("tables/scored.sql", table.formatted(MANY));
    try (Child child = shop.start("run")) {
      awaitFile(child, "scores");
      child.kill();
    }
    assertThat(shop.tables().keySet())
        .containsExactlyInAnyOrder("churn", "customers", "customers__rejected");
    shop.file("tables/scored.sql", table.formatted(1_000));
    shop.succeed("run");
    assertThat(shop.succeed("sql", "select count(*) as n from scored", "--format", "csv"))
        .contains("500");
    shop.succeed("gc");
    assertThat(LakeFiles.strays(shop)).isEmpty();
  }

  /** The declaration is there or not; the same statement makes the same model. */
  @Test
  void stoppedCreateModel_isMadeByTheNext() throws Exception {
    String create =
        "create or replace model late options(model_type = 'gbdt', trees = %d, key = ['id'],"
            + " input_label_cols = ['churned']) as select * from customers";
    Path declaration = shop.directory().resolve("models/late.yaml");
    try (Child child = shop.start("sql", create.formatted(10_000))) {
      await(child, declaration);
      child.signal("INT");
      Child.End end = child.await();
      assertThat(end.exitCode()).as(end.toString()).isEqualTo(130);
    }
    assertThat(declaration).doesNotExist();
    assertThat(shop.succeed("plan")).contains("0 to build");

    try (Child child = shop.start("sql", create.formatted(10_000))) {
      await(child, declaration);
      child.kill();
    }
    assertThat(declaration).exists();
    assertThat(shop.succeed("sql", create.formatted(5))).contains("late:1");
    assertThat(shop.succeed("models", "reproduce", "late:1")).contains("the same to the byte");
    assertThat(shop.succeed("plan")).contains("0 to build");
  }

  private static void await(Child child, Path file) throws Exception {
    while (!Files.exists(file)) {
      assertThat(child.endsWithin(Duration.ofMillis(2))).as("ended before " + file).isFalse();
    }
  }

  private void awaitFile(Child child, String beginning) throws Exception {
    while (!holds(beginning)) {
      assertThat(child.endsWithin(Duration.ofMillis(2))).as("ended before " + beginning).isFalse();
    }
  }

  private boolean holds(String beginning) throws IOException {
    for (Path one : scratch()) {
      try (Stream<Path> files = Files.list(one)) {
        if (files.anyMatch(file -> file.getFileName().toString().startsWith(beginning))) {
          return true;
        }
      } catch (IOException e) {
        // It was deleted meanwhile.
      }
    }
    return false;
  }

  private List<Path> scratch() throws IOException {
    Path staging = shop.state().resolve("staging");
    if (!Files.exists(staging)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(staging)) {
      return entries.filter(path -> path.getFileName().toString().startsWith("ml-")).toList();
    }
  }
}
