package dev.headrace.ml.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.plan.Published;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which version is shown, where the files of its table have been joined since. */
class ShownVersionTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T10:15:30Z"), ZoneOffset.UTC);

  @TempDir Path directory;

  @Test
  void shown_afterACompaction_isTheVersionAsBefore() {
    try (Ledger ledger = Ledger.open(directory.resolve("ledger.db"), CLOCK)) {
      publish(ledger, RunRecord.Action.RUN, 7);
      publish(ledger, RunRecord.Action.COMPACT, 9);

      assertThat(ModelBuilder.shown(Published.of(ledger, "prod"), "churn")).isEqualTo(7L);
      assertThat(
              ModelHistory.of(
                      "churn",
                      "prod",
                      List.of(),
                      ledger.environments().showings("prod", "churn"),
                      List.of())
                  .moves())
          .as("nothing that a reader could see has moved")
          .singleElement()
          .satisfies(move -> assertThat(move.reason()).isEqualTo("new; its files are gone"));
    }
  }

  private static void publish(Ledger ledger, RunRecord.Action action, long snapshot) {
    long run = ledger.startRun("prod", action, "");
    ledger.startStep(run, "churn", ModelKind.NAME, "new");
    Publication.Content content =
        new Publication.Content(
            "churn",
            "churn",
            ModelKind.NAME,
            "f",
            "i",
            "",
            "s7",
            new Publication.Stored(snapshot, 1, 1, Optional.empty()),
            Map.of(),
            DayRanges.none());
    ledger.publish(
        run,
        "prod",
        "churn",
        "new",
        List.of(new Ledger.Release(content, true, List.of())),
        List.of(),
        Ledger.Counts.none(1),
        null);
    ledger.finishRun(run, RunRecord.Status.SUCCEEDED);
  }
}
