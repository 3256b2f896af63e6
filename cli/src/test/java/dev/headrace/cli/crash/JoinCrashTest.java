package dev.headrace.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.RunRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training set whose making is killed is made by the same command again, and nothing is left. */
class JoinCrashTest {
  private static final String[] JOIN = {
    "features", "join", "events", "--features", "activity.*", "--to", "training"
  };

  @TempDir Path directory;

  @Test
  void killedJoin_isDoneByTheNext_andLeavesNothing() throws Exception {
    Workshop shop = new Workshop(directory.resolve("shop"));
    shop.file("headrace.yaml", "name: shop\n")
        .file(
            "tables/events.sql",
            "/*---\ntime: event_at\n---*/\n"
                + "select i % 1000 as user_id, i as amount,"
                + " timestamp '2026-01-01 00:00:00' + i * interval '35' second as event_at"
                + " from range(60000) t(i)")
        .file(
            "features/activity.yaml",
            "entity: user\nfrom: events\ntime: event_at\nfeatures:\n"
                + "  n: {count: '*', window: [1h, 1d, 7d]}\n"
                + "  spend: {sum: amount, window: [1h, 1d, 7d]}\n"
                + "  newest: {last-k: {of: amount, k: 3}, window: 1d}\n");
    shop.succeed("run");
    Path built = directory.resolve("built");
    Workshop.copy(shop.directory(), built);
    shop.succeed(JOIN);
    Map<String, List<String>> undisturbed = shop.tables();
    assertThat(undisturbed.get("training")).hasSize(60_001); // The first line names the columns.

    shop.become(built);
    int midway = 0;
    for (int millis : new int[] {1, 60, 300}) {
      long before = newest(shop).id();
      try (Child child = shop.start(JOIN)) {
        while (newest(shop).id() == before && child.isAlive()) {
          Thread.sleep(5);
        }
        child.endsWithin(Duration.ofMillis(millis));
        child.kill();
      }
      midway += newest(shop).status() == RunRecord.Status.RUNNING ? 1 : 0;
    }
    assertThat(midway).as("kills that met a join under way").isPositive();
    shop.succeed(JOIN);
    assertThat(Workshop.differences(undisturbed, shop.tables())).isEmpty();
    shop.succeed("gc");
    assertThat(LakeFiles.strays(shop)).isEmpty();
    assertThat(LakeFiles.temporary(shop)).isEmpty();
    assertThat(Workshop.differences(undisturbed, shop.tables())).isEmpty();
  }

  private static RunRecord newest(Workshop shop) {
    try (Ledger ledger = Ledger.open(shop.state().resolve("ledger.db"), Clock.systemUTC())) {
      return ledger.runs(1).getFirst();
    }
  }
}
