package dev.headrace.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.Ledger.Counts;
import dev.headrace.core.ledger.Ledger.Release;
import dev.headrace.core.ledger.Publication.Content;
import dev.headrace.core.ledger.Publication.Stored;
import dev.headrace.core.ledger.Publication.TimeColumn;
import dev.headrace.core.ledger.Publication.TimeRange;
import dev.headrace.core.ledger.Publication.Virtual;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T10:15:30.123456Z"), ZoneOffset.UTC);

  @TempDir Path directory;
  private Ledger ledger;

  @BeforeEach
  void open() {
    ledger = Ledger.open(directory.resolve("state/ledger.db"), CLOCK);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void published_afterPublish_isWhatWasReleasedInEveryDetail() {
    Content stored =
        new Content(
            "Orders",
            "orders",
            "table",
            "f1",
            "i1",
            "a1",
            "s7",
            new Stored(
                7,
                10,
                1234,
                Optional.of(
                    new TimeColumn(
                        "at",
                        new TimeRange(
                            Instant.parse("2026-01-01T00:00:00.000001Z"),
                            Instant.parse("2026-01-31T23:59:59Z"))))),
            Map.of("raw", "s3", "other", "s4"),
            DayRanges.of(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 2, 1)));
    Content view =
        new Content(
            "v",
            "v",
            "table",
            "f2",
            "i2",
            "",
            "x",
            new Virtual("select 1 as \"ü\""),
            Map.of(),
            DayRanges.none());
    long run = ledger.startRun("prod");
    publish(run, "prod", Release.of(stored));
    publish(run, "prod", Release.of(view));

    reopen();

    assertThat(ledger.published("prod")).containsOnlyKeys("orders", "v");
    assertThat(ledger.published("prod").get("orders").content()).isEqualTo(stored);
    assertThat(ledger.published("prod").get("v").content()).isEqualTo(view);
    assertThat(ledger.published("elsewhere"))
        .as("overlays prod")
        .isEqualTo(ledger.published("prod"));
  }

  @Test
  void publish_again_movesThePointerAndKeepsThePast() {
    long run = ledger.startRun("prod");
    Publication first = publish(run, "prod", Release.of(table("t", 1)));
    Publication second = publish(run, "prod", new Release(table("t", 2), true, List.of()));
    assertThat(second.parent()).hasValue(first.id());
    assertThat(ledger.published("prod").get("t")).isEqualTo(second);
    assertThat(ledger.environments().needed(CLOCK.instant().plusSeconds(1)))
        .containsExactly(second);
  }

  @Test
  void loadedFiles_overSeveralPublications_areThoseOfTheLineTheyContinue() {
    long run = ledger.startRun("prod");
    Publication before = publish(run, "prod", release(1, false, file("a", "h1"), file("b", "h2")));
    Publication after = publish(run, "prod", release(2, true, file("b", "h3"), file("c", "h4")));
    Publication fresh = publish(run, "prod", release(3, false, file("z", "h5")));
    assertThat(ledger.loadedFiles(before.id())).containsOnlyKeys("a", "b");
    assertThat(ledger.loadedFiles(after.id())).containsOnlyKeys("a", "b", "c");
    assertThat(ledger.loadedFiles(after.id()).get("b").hash()).isEqualTo("h3");
    assertThat(ledger.loadedFiles(fresh.id())).containsOnlyKeys("z");
  }

  @Test
  void publish_withAFailure_publishesSideTablesAndEndsTheStepAsFailed() {
    long run = ledger.startRun("prod");
    ledger.startStep(run, "t", "table", "new");
    ledger.publish(
        run,
        "prod",
        "t",
        "new",
        List.of(Release.of(table("t__failed", 5))),
        List.of(new CheckRecord("not-null(id)", CheckRecord.Status.FAILED, 3, "3 rows")),
        new Counts(10, 0, 0, 1),
        new StepRecord.Failure(
            ErrorKind.INVALID, "QUALITY_CHECK_FAILED", "Cannot publish", "Look"));
    assertThat(ledger.published("prod")).containsOnlyKeys("t__failed");
    assertThat(ledger.steps(run))
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.status()).isEqualTo(StepRecord.Status.FAILED);
              assertThat(step.failure()).get().extracting("code").isEqualTo("QUALITY_CHECK_FAILED");
              assertThat(step.rowsIn()).isEqualTo(10);
            });
    assertThat(ledger.latestChecks())
        .singleElement()
        .satisfies(check -> assertThat(check.check().failingRows()).isEqualTo(3));
  }

  @Test
  void closeInterrupted_afterAKill_endsTheStepsThatWereUnderWay() {
    long run = ledger.startRun("prod");
    ledger.startStep(run, "done", "table", "new");
    publish(run, "prod", Release.of(table("done", 1)));
    ledger.startStep(run, "half", "table", "new");
    reopen();
    assertThat(ledger.stepsUnderWay()).extracting(StepRecord::asset).containsExactly("half");
    ledger.closeInterrupted();
    assertThat(ledger.stepsUnderWay()).isEmpty();
    assertThat(ledger.stepsOf("half", 1).getFirst().status())
        .isEqualTo(StepRecord.Status.INTERRUPTED);
    assertThat(ledger.runs(5))
        .singleElement()
        .satisfies(record -> assertThat(record.status()).isEqualTo(RunRecord.Status.INTERRUPTED));
  }

  @Test
  void open_aLedgerOfALaterVersion_isRefused() throws Exception {
    Path file = directory.resolve("later.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("pragma user_version=99");
    }
    assertThatThrownBy(() -> Ledger.open(file, CLOCK))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_TOO_NEW))
        .hasMessageContaining("version 99");
  }

  @Test
  void open_aFileThatIsNoDatabase_saysWhichFile() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("text.db"), "not a database, but long enough".repeat(50));
    assertThatThrownBy(() -> Ledger.open(file, CLOCK))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("text.db");
  }

  private Publication publish(long run, String environment, Release release) {
    String asset = release.content().asset();
    return ledger
        .publish(run, environment, asset, "new", List.of(release), List.of(), Counts.none(1), null)
        .getFirst();
  }

  private static Release release(long snapshot, boolean continues, LoadedFile... files) {
    return new Release(table("s", snapshot), continues, List.of(files));
  }

  private static Content table(String name, long snapshot) {
    return new Content(
        name,
        name.replace("__failed", ""),
        "table",
        "f",
        "i",
        "a",
        "s" + snapshot,
        new Stored(snapshot, 1, 1, Optional.empty()),
        Map.of(),
        DayRanges.none());
  }

  private static LoadedFile file(String path, String hash) {
    return new LoadedFile(path, 1, Instant.EPOCH, hash, 3, 0);
  }

  private void reopen() {
    ledger.close();
    ledger = Ledger.open(directory.resolve("state/ledger.db"), CLOCK);
  }
}
