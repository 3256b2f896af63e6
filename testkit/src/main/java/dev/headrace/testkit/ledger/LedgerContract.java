package dev.headrace.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.ledger.Aliases;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Ledger.Counts;
import dev.headrace.core.ledger.Ledger.Release;
import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.LoadedFile;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.Publication.Content;
import dev.headrace.core.ledger.Publication.Stored;
import dev.headrace.core.ledger.Publication.TimeColumn;
import dev.headrace.core.ledger.Publication.TimeRange;
import dev.headrace.core.ledger.Publication.Virtual;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The suite that every ledger passes; a subclass says where the ledger is kept. */
public abstract class LedgerContract {
  /** What ledgers are opened with. */
  protected static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T10:15:30.123456Z"), ZoneOffset.UTC);

  private Ledger ledger;

  /** Opens the ledger of this test, which is empty at first, once more. */
  protected abstract Ledger openLedger();

  @BeforeEach
  void open() {
    ledger = openLedger();
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
                        Optional.of(
                            new TimeRange(
                                Instant.parse("2026-01-01T00:00:00.000001Z"),
                                Instant.parse("2026-01-31T23:59:59Z")))))),
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
    assertThat(shown("orders").content()).isEqualTo(stored);
    assertThat(shown("v").content()).isEqualTo(view);
    assertThat(ledger.published("elsewhere"))
        .as("overlays prod")
        .isEqualTo(ledger.published("prod"));
  }

  @Test
  void published_withATimeColumnWithoutValues_namesTheColumn() {
    Stored noTimes = new Stored(7, 2, 100, Optional.of(new TimeColumn("at", Optional.empty())));
    publish(ledger.startRun("prod"), "prod", Release.of(table("t", 1).withData(noTimes)));

    reopen();

    assertThat(shown("t").content().data()).isEqualTo(noTimes);
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
    assertThat(ledger.loadedFiles(after.id()))
        .hasEntrySatisfying("b", file -> assertThat(file.hash()).isEqualTo("h3"));
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
    assertThat(ledger.stepsUnderWay(Reach.all()))
        .extracting(StepRecord::asset)
        .containsExactly("half");
    ledger.closeInterrupted(Reach.all());
    assertThat(ledger.stepsUnderWay(Reach.all())).isEmpty();
    assertThat(ledger.stepsOf("half", 1).getFirst().status())
        .isEqualTo(StepRecord.Status.INTERRUPTED);
    assertThat(ledger.runs(5))
        .singleElement()
        .satisfies(record -> assertThat(record.status()).isEqualTo(RunRecord.Status.INTERRUPTED));
  }

  @Test
  void closeInterrupted_ofOneEnvironment_leavesRunsOfOthersAlone() {
    long mine = ledger.startRun("mine");
    long other = ledger.startRun("prod");
    ledger.startStep(mine, "a", "table", "new");
    ledger.startStep(other, "a", "table", "new");
    assertThat(ledger.stepsUnderWay(Reach.of("mine")))
        .extracting(StepRecord::runId)
        .containsExactly(mine);
    ledger.closeInterrupted(Reach.of("mine"));
    assertThat(ledger.stepsUnderWay(Reach.all()))
        .extracting(StepRecord::runId)
        .containsExactly(other);
    assertThat(ledger.runs(2))
        .extracting(RunRecord::status)
        .containsExactly(RunRecord.Status.RUNNING, RunRecord.Status.INTERRUPTED);
  }

  @Test
  void aRunThatAnotherProcessHasClosed_changesNothingAnyMore() {
    long run = ledger.startRun("prod");
    ledger.startStep(run, "t", "table", "new");
    try (Ledger other = openLedger()) {
      other.closeInterrupted(Reach.of("prod"));
    }
    assertThatThrownBy(() -> publish(run, "prod", Release.of(table("t", 1))))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_RUN_CLOSED));
    assertThatThrownBy(() -> ledger.startStep(run, "u", "table", "new"))
        .isInstanceOf(HeadraceException.class);
    ledger.failStep(
        run,
        "t",
        Counts.none(1),
        new StepRecord.Failure(ErrorKind.CONFLICT, "LEDGER_RUN_CLOSED", "Cannot go on", ""));
    ledger.finishRun(run, RunRecord.Status.SUCCEEDED);
    assertThat(ledger.published("prod")).isEmpty();
    assertThat(ledger.steps(run))
        .extracting(StepRecord::status)
        .containsExactly(StepRecord.Status.INTERRUPTED);
    assertThat(ledger.runs(1))
        .extracting(RunRecord::status)
        .containsExactly(RunRecord.Status.INTERRUPTED);
  }

  @Test
  void publish_thatFailsHalfWay_leavesNothing() {
    long run = ledger.startRun("prod");
    ledger.startStep(run, "t", "table", "new");
    CheckRecord check = new CheckRecord("c", CheckRecord.Status.PASSED, 0, "");
    // The same check twice: the second row breaks the key, after everything else was written.
    assertThatThrownBy(
            () ->
                ledger.publish(
                    run,
                    "prod",
                    "t",
                    "new",
                    List.of(Release.of(table("t", 1))),
                    List.of(check, check),
                    Counts.none(1),
                    null))
        .isInstanceOf(HeadraceException.class);
    assertThat(ledger.published("prod")).isEmpty();
    assertThat(ledger.latestChecks()).isEmpty();
    assertThat(ledger.stepsUnderWay(Reach.all())).hasSize(1);
    publish(run, "prod", Release.of(table("t", 2)));
    assertThat(ledger.published("prod")).containsOnlyKeys("t");
  }

  /**
   * Several processes stand for each other as several ledgers: none shares anything but the
   * database.
   */
  @Test
  void manyWriters_atOnce_loseNothing_andNumbersAscendAsTheyAreSeen() throws Exception {
    int writers = 6;
    int rounds = 15;
    CountDownLatch start = new CountDownLatch(1);
    List<Throwable> disorder = new CopyOnWriteArrayList<>();
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      List<Future<List<Long>>> work = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        String name = "t" + writer;
        work.add(
            threads.submit(
                () -> {
                  List<Long> numbers = new ArrayList<>();
                  try (Ledger own = openLedger()) {
                    start.await();
                    for (int round = 0; round < rounds; round++) {
                      long run = own.startRun("prod");
                      long seen = newest(own);
                      List<Publication> made =
                          own.publish(
                              run,
                              "prod",
                              name,
                              "new",
                              List.of(
                                  new Release(table(name, round), true, List.of()),
                                  new Release(
                                      table("shared", round),
                                      true,
                                      List.of(file(name + "/" + round, "h")))),
                              List.of(),
                              Counts.none(1),
                              null);
                      own.finishRun(run, RunRecord.Status.SUCCEEDED);
                      made.forEach(publication -> numbers.add(publication.id()));
                      if (made.getFirst().id() <= seen) {
                        disorder.add(new AssertionError(made.getFirst().id() + " after " + seen));
                      }
                    }
                  }
                  return numbers;
                }));
      }
      start.countDown();
      Set<Long> all = new TreeSet<>();
      for (Future<List<Long>> numbers : work) {
        assertThat(numbers.get()).isSorted();
        all.addAll(numbers.get());
      }
      assertThat(all).hasSize(writers * rounds * 2);
      assertThat(disorder).isEmpty();
    }
    assertThat(ledger.runs(1000))
        .hasSize(writers * rounds)
        .allMatch(run -> run.status() == RunRecord.Status.SUCCEEDED)
        .extracting(RunRecord::id)
        .doesNotHaveDuplicates();
    // Every publication of the table that all write continues the one before it: none was lost.
    assertThat(ledger.loadedFiles(shown("shared").id())).hasSize(writers * rounds);
  }

  private static long newest(Ledger ledger) {
    return ledger.published("prod").values().stream().mapToLong(Publication::id).max().orElse(0);
  }

  @Test
  void readers_besideAWriter_seeBothTablesOfAPublicationOrNeither() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        readers.add(
            threads.submit(
                () -> {
                  int seen = 0;
                  try (Ledger own = openLedger()) {
                    while (!stop.get()) {
                      Map<String, Publication> published = own.published("prod");
                      if (published.isEmpty()) {
                        continue;
                      }
                      assertThat(published).containsOnlyKeys("one", "two");
                      assertThat(published.values())
                          .extracting(publication -> publication.content().state())
                          .satisfies(states -> assertThat(Set.copyOf(states)).hasSize(1));
                      seen++;
                    }
                  }
                  return seen;
                }));
      }
      try {
        long run = ledger.startRun("prod");
        for (int round = 0; round < 60; round++) {
          ledger.publish(
              run,
              "prod",
              "one",
              "new",
              List.of(Release.of(table("one", round)), Release.of(table("two", round))),
              List.of(),
              Counts.none(1),
              null);
        }
      } finally {
        stop.set(true);
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    }
  }

  private Publication shown(String table) {
    return Objects.requireNonNull(ledger.published("prod").get(table));
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

  /** Closes the ledger and opens it again. */
  private void reopen() {
    ledger.close();
    ledger = openLedger();
  }

  @Test
  void stops_lastUntilStarted_andReachOtherProcesses() {
    assertThat(ledger.stops().now()).isEmpty();
    assertThat(ledger.stops().stop("checkout", "errors")).isTrue();
    assertThat(ledger.stops().stop("checkout", "again")).isFalse();
    assertThat(ledger.stops().stop("banner", "")).isTrue();
    assertThat(ledger.stops().start("absent", "")).isFalse();
    try (Ledger other = openLedger()) {
      assertThat(other.stops().now()).containsExactly("banner", "checkout");
      assertThat(other.stops().newest("checkout"))
          .hasValueSatisfying(
              change -> {
                assertThat(change.reason()).isEqualTo("errors");
                assertThat(change.at()).isEqualTo(CLOCK.instant());
              });
      assertThat(other.stops().start("checkout", "repaired")).isTrue();
    }
    assertThat(ledger.stops().now()).containsExactly("banner");
    assertThat(ledger.stops().stop("checkout", "once more")).isTrue();
    assertThat(ledger.stops().now()).containsExactly("banner", "checkout");
  }

  @Test
  void aliases_areTheirMoves_andReachOtherProcesses() {
    assertThat(ledger.aliases().now("churn")).isEmpty();
    assertThat(ledger.aliases().give("churn", "candidate", 2, "better in May")).isTrue();
    assertThat(ledger.aliases().give("churn", "candidate", 2, "again")).as("no move").isFalse();
    assertThat(ledger.aliases().give("churn", "audited", 1, "")).isTrue();
    assertThat(ledger.aliases().give("other", "candidate", 9, "")).isTrue();
    try (Ledger process = openLedger()) {
      assertThat(process.aliases().give("churn", "candidate", 3, "ü'; drop")).isTrue();
    }
    reopen();

    assertThat(ledger.aliases().now("churn")).isEqualTo(Map.of("candidate", 3, "audited", 1));
    assertThat(ledger.aliases().now())
        .isEqualTo(
            Map.of("churn", Map.of("candidate", 3, "audited", 1), "other", Map.of("candidate", 9)));
    assertThat(ledger.aliases().changes("churn"))
        .containsExactly(
            change("candidate", 2, Aliases.Origin.GIVEN, "better in May"),
            change("audited", 1, Aliases.Origin.GIVEN, ""),
            change("candidate", 3, Aliases.Origin.GIVEN, "ü'; drop"));
  }

  private static Aliases.Change change(
      String alias, int version, Aliases.Origin origin, String reason) {
    return new Aliases.Change("churn", alias, version, origin, reason, CLOCK.instant());
  }

  @Test
  void aliases_ofBefore_areAdoptedOnce() throws Exception {
    Map<String, Integer> before = Map.of("candidate", 2, "audited", 1);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> adoptions = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        adoptions.add(threads.submit(() -> ledger.aliases().adopt("churn", before)));
      }
      int adopted = 0;
      for (Future<Boolean> one : adoptions) {
        adopted += one.get() ? 1 : 0;
      }
      assertThat(adopted).isOne();
    }
    ledger.aliases().give("churn", "candidate", 3, "");
    assertThat(ledger.aliases().adopt("churn", before)).as("the ledger's count").isFalse();

    assertThat(ledger.aliases().now("churn")).isEqualTo(Map.of("candidate", 3, "audited", 1));
    assertThat(ledger.aliases().changes("churn"))
        .containsExactly(
            change("audited", 1, Aliases.Origin.FOUND, ""),
            change("candidate", 2, Aliases.Origin.FOUND, ""),
            change("candidate", 3, Aliases.Origin.GIVEN, ""));
  }
}
