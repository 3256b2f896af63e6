package dev.headrace.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Ledger.Release;
import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.PointerMove;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.Publication.Content;
import dev.headrace.core.ledger.Publication.Stored;
import dev.headrace.core.ledger.Realignment;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.Showing;
import dev.headrace.spi.error.HeadraceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The suite that environments pass in every ledger; a subclass says where the ledger is kept. */
public abstract class EnvironmentsContract {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private Instant now = START;
  private Ledger ledger;
  private Environments environments;

  /** Opens a ledger that nobody has written to. */
  protected abstract Ledger openLedger(Clock clock);

  @BeforeEach
  void open() {
    InstantSource source = () -> now;
    ledger = openLedger(source.withZone(ZoneOffset.UTC));
    environments = ledger.environments();
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void shown_besideProd_isProdExceptForItsOwnTables() {
    run("prod", Map.of("a", 1L, "b", 2L));
    environments.open("dev");
    run("dev", Map.of("b", 3L, "C", 4L));
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 1L, "b", 2L));
    assertThat(snapshots("dev")).isEqualTo(Map.of("a", 1L, "b", 3L, "c", 4L));

    run("prod", Map.of("a", 5L, "b", 6L));
    assertThat(snapshots("dev")).as("prod goes on").isEqualTo(Map.of("a", 5L, "b", 3L, "c", 4L));
    assertThat(environments.list())
        .singleElement()
        .satisfies(
            dev -> {
              assertThat(dev.name()).isEqualTo("dev");
              assertThat(dev.tables()).isEqualTo(2);
            });
  }

  @Test
  void publish_besideProd_continuesWhatProdShows() {
    run("prod", Map.of("a", 1L));
    environments.open("dev");
    long prods = ledger.published("prod", "a").orElseThrow().id();
    long run = ledger.startRun("dev");
    ledger.startStep(run, "a", "table", "new");
    ledger.publish(
        run,
        "dev",
        "a",
        "new",
        List.of(new Release(content("a", 2, "i", "dev"), true, List.of())),
        List.of(),
        Ledger.Counts.none(1),
        null);
    assertThat(ledger.published("dev", "A").orElseThrow().parent()).hasValue(prods);
  }

  @Test
  void promote_movesAllTablesAtOnce_andLeavesTheEnvironmentWithNone() {
    run("prod", Map.of("a", 1L, "b", 2L, "old", 9L));
    environments.open("dev");
    run("dev", Map.of("b", 3L, "c", 4L));
    long next = ledger.startRun("dev");
    environments.realign("dev", new Realignment(Set.of(), Set.of("old")), next);
    ledger.finishRun(next, RunRecord.Status.SUCCEEDED);
    assertThat(snapshots("dev")).isEqualTo(Map.of("a", 1L, "b", 3L, "c", 4L));

    PointerMove move = environments.promote("dev");

    assertThat(move.shown()).containsExactly("b", "c");
    assertThat(move.withdrawn()).containsExactly("old");
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 1L, "b", 3L, "c", 4L));
    assertThat(environments.own("dev")).isEmpty();
    assertThat(ledger.runs(1).getFirst())
        .satisfies(
            record -> {
              assertThat(record.id()).isEqualTo(move.run());
              assertThat(record.action()).isEqualTo(RunRecord.Action.PROMOTE);
              assertThat(record.note()).isEqualTo("dev, 3 tables");
              assertThat(record.status()).isEqualTo(RunRecord.Status.SUCCEEDED);
            });
    assertThatThrownBy(() -> environments.promote("dev"))
        .hasMessage("Cannot promote 'dev': it has no table of its own, everything is as in prod.");
  }

  @Test
  void promote_lastRunFailed_isRefused_andChangesNothing() {
    run("prod", Map.of("a", 1L));
    environments.open("dev");
    run("dev", Map.of("a", 2L));
    long failed = ledger.startRun("dev");
    assertThatThrownBy(() -> environments.promote("dev"))
        .hasMessage("Cannot promote 'dev': its last run, %d, is under way.".formatted(failed));
    ledger.finishRun(failed, RunRecord.Status.FAILED);
    assertThatThrownBy(() -> environments.promote("dev"))
        .hasMessage("Cannot promote 'dev': its last run, %d, failed.".formatted(failed));
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 1L));
    run("dev", Map.of());
    environments.promote("dev");
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 2L));
  }

  @Test
  void promote_prodRedefinedTheTable_isAConflict_untilItsAuthorHasSeenIt() {
    run("prod", Map.of("a", 1L, "b", 1L));
    environments.open("mine");
    environments.open("theirs");
    run("mine", Map.of("a", 2L), "mine");
    run("theirs", Map.of("a", 3L), "theirs");
    environments.promote("theirs");

    assertThatThrownBy(() -> environments.promote("mine"))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(LedgerError.LEDGER_PROMOTION_CONFLICT);
              assertThat(e)
                  .hasMessageContaining("prod has redefined a since this environment was built");
              assertThat(e.hint()).contains("headrace run --env mine --rebase");
            });
    assertThat(snapshots("prod")).containsEntry("a", 3L);

    environments.rebase("mine", environments.newestChange());
    environments.promote("mine");
    assertThat(snapshots("prod")).containsEntry("a", 2L);
  }

  @Test
  void promote_prodHasNewRowsOfTheSameDefinition_isNoConflict() {
    run("prod", Map.of("a", 1L));
    environments.open("mine");
    run("mine", Map.of("a", 2L), "mine");
    run("prod", Map.of("a", 3L));
    environments.promote("mine");
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 2L));
  }

  @Test
  void promote_whatProdHasBuiltItself_leavesItsNewerRows() {
    run("prod", Map.of("a", 1L));
    environments.open("dev");
    run("dev", Map.of("a", 2L, "b", 2L), "new");
    publish("prod", content("a", 7, "new", "dev"));
    environments.rebase("dev", environments.newestChange());

    assertThat(environments.promote("dev").shown()).containsExactly("b");
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 7L, "b", 2L));
    assertThat(environments.own("dev")).isEmpty();
  }

  @Test
  void promote_rowsThatWereCheckedAnew_isRefused_whenProdHasNewerOnes() {
    publish("prod", content("a", 1, "i", "prod"));
    environments.open("dev");
    Content rechecked = withAudit(content("a", 1, "i", "prod"), "more checks");
    publish("dev", rechecked);
    assertThat(ledger.continues(id("dev", "a"), id("prod", "a"))).isTrue();
    assertThat(ledger.continues(id("prod", "a"), id("dev", "a"))).isFalse();
    publish("prod", content("a", 2, "i", "prod"));
    assertThatThrownBy(() -> environments.promote("dev"))
        .hasMessage("Cannot promote 'dev': prod has newer rows of a than were checked here.");
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 2L));
  }

  @Test
  void promote_onlyPartsWereBuilt_isRefused() {
    run("prod", Map.of("a", 1L));
    environments.open("dev");
    long part = ledger.startRun("dev", RunRecord.Action.RUN, RunRecord.PART);
    publish(part, "dev", content("a", 2, "new", "dev"));
    ledger.finishRun(part, RunRecord.Status.SUCCEEDED);
    assertThatThrownBy(() -> environments.promote("dev"))
        .hasMessageContaining("no run of the whole project has succeeded");
    run("dev", Map.of());
    environments.promote("dev");
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 2L));
  }

  @Test
  void rollback_overACompaction_goesToTheRunBefore() {
    run("prod", Map.of("a", 1L));
    run("prod", Map.of("a", 2L));
    long compaction = ledger.startRun("prod", RunRecord.Action.COMPACT, "4 small files");
    publish(compaction, "prod", content("a", 3, "i", "prod"));
    ledger.finishRun(compaction, RunRecord.Status.SUCCEEDED);
    environments.rollback("prod", Optional.empty());
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 1L));
  }

  @Test
  void rollback_ofAnEnvironmentThatWasPromoted_showsWhatItShowedThen() {
    run("prod", Map.of("a", 1L));
    environments.open("dev");
    run("dev", Map.of("a", 2L));
    environments.promote("dev");
    run("dev", Map.of("a", 3L), "again");
    environments.rollback("dev", Optional.empty());
    assertThat(environments.own("dev")).isEmpty();
    assertThat(snapshots("dev")).isEqualTo(Map.of("a", 2L));
  }

  @Test
  void rollback_again_goesFurtherBack_andToARunForward() {
    long first = run("prod", Map.of("a", 1L));
    long second = run("prod", Map.of("a", 2L, "b", 2L));
    long third = run("prod", Map.of("a", 3L));

    assertThat(environments.rollback("prod", Optional.empty()).shown()).containsExactly("a");
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 2L, "b", 2L));
    PointerMove further = environments.rollback("prod", Optional.empty());
    assertThat(further.shown()).containsExactly("a");
    assertThat(further.withdrawn()).containsExactly("b");
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 1L));
    assertThatThrownBy(() -> environments.rollback("prod", Optional.empty()))
        .hasMessage("Cannot take 'prod' back: nothing was shown before what it shows.");

    environments.rollback("prod", Optional.of(third));
    assertThat(snapshots("prod")).isEqualTo(Map.of("a", 3L, "b", 2L));
    environments.rollback("prod", Optional.of(second));
    assertThat(environments.rollback("prod", Optional.of(first)).withdrawn()).containsExactly("b");
    assertThatThrownBy(() -> environments.rollback("prod", Optional.of(99L)))
        .hasMessageContaining("Cannot find run 99: the newest is");
  }

  @Test
  void shownAt_anyMomentOfARandomPast_isWhatWasShownThen() {
    Random random = new Random(20261121);
    List<String> names = List.of("prod", "dev", "test");
    names.forEach(environments::open);
    Map<Environments.Moment, Map<String, Long>> seen = new HashMap<>();
    Map<Instant, Map<String, Long>> byTime = new TreeMap<>();
    for (int step = 1; step <= 120; step++) {
      now = now.plus(Duration.ofMillis(random.nextInt(1, 2_000)));
      String name = names.get(random.nextInt(3));
      long run =
          switch (random.nextInt(5)) {
            case 0 -> promoted(name).orElseGet(() -> run("prod", Map.of()));
            case 1 -> {
              long id = ledger.startRun(name);
              Realignment change =
                  new Realignment(
                      name.equals("prod") ? Set.of() : Set.of("t" + random.nextInt(5)),
                      Set.of("t" + random.nextInt(5, 9)));
              environments.realign(name, change, id);
              ledger.finishRun(id, RunRecord.Status.SUCCEEDED);
              yield id;
            }
            default -> run(name, Map.of("t" + random.nextInt(9), (long) step, "u", (long) -step));
          };
      Environments.Moment moment = environments.after(run);
      seen.put(moment, snapshots(moment.environment()));
      byTime.put(now, snapshots("dev"));
    }
    seen.forEach(
        (moment, state) ->
            assertThat(snapshots(environments.shownAt(moment.environment(), moment.change())))
                .isEqualTo(state));
    byTime.forEach(
        (instant, state) -> {
          Environments.Moment moment = environments.at("dev", instant);
          assertThat(snapshots(environments.shownAt("dev", moment.change()))).isEqualTo(state);
        });
    byTime.forEach((instant, state) -> assertThat(replayed("dev", instant)).isEqualTo(state));
    for (String name : names) {
      assertThat(replayed(name, now)).isEqualTo(snapshots(name));
      for (String table : List.of("t0", "T7", "u")) {
        List<Showing> showings = environments.showings(name, table);
        assertThat(showings).hasSizeGreaterThan(5);
        for (int i = 1; i < showings.size(); i++) {
          assertThat(showings.get(i).publication()).isNotEqualTo(showings.get(i - 1).publication());
          assertThat(showings.get(i).at()).isAfterOrEqualTo(showings.get(i - 1).at());
        }
      }
    }
  }

  /** What was shown at an instant, by what is told of each table's past. */
  private Map<String, Long> replayed(String name, Instant instant) {
    Map<String, Publication> shown = new HashMap<>();
    for (String table : List.of("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "u")) {
      environments.showings(name, table).stream()
          .filter(showing -> !showing.at().isAfter(instant))
          .reduce((earlier, later) -> later)
          .flatMap(Showing::publication)
          .ifPresent(publication -> shown.put(table, publication));
    }
    return snapshots(shown);
  }

  @Test
  void showings_tellWhatMovedThePointer() {
    long first = run("prod", Map.of("a", 1L));
    environments.open("dev");
    long second = run("dev", Map.of("a", 2L));
    now = START.plus(Duration.ofHours(1));
    long promotion = environments.promote("dev").run();
    now = START.plus(Duration.ofHours(2));
    long rollback = environments.rollback("prod", Optional.of(first)).run();

    List<Showing> prods = environments.showings("prod", "A");
    assertThat(prods)
        .extracting(one -> one.run().id(), one -> one.run().action(), Showing::stepReason)
        .containsExactly(
            tuple(first, RunRecord.Action.RUN, Optional.of("new")),
            tuple(promotion, RunRecord.Action.PROMOTE, Optional.empty()),
            tuple(rollback, RunRecord.Action.ROLLBACK, Optional.empty()));
    assertThat(prods).extracting(Showing::at).startsWith(START, START.plus(Duration.ofHours(1)));
    assertThat(environments.showings("dev", "a"))
        .as("prod shines through before and after; the promotion itself shows dev nothing else")
        .extracting(one -> one.run().id())
        .containsExactly(first, second, rollback);
    assertThat(environments.showings("prod", "absent")).isEmpty();
    assertThat(environments.endOf(rollback)).isEqualTo(now);
    assertThatThrownBy(() -> environments.endOf(99))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_RUN_MISSING));
  }

  private Optional<Long> promoted(String name) {
    if (name.equals("prod") || environments.own(name).isEmpty()) {
      return Optional.empty();
    }
    environments.rebase(name, environments.newestChange());
    return Optional.of(environments.promote(name).run());
  }

  @Test
  void needed_keepsWhatIsShownAndWhatWasShownSince_andTheRestCannotComeBack() {
    long first = run("prod", Map.of("a", 1L));
    now = START.plus(Duration.ofDays(10));
    long second = run("prod", Map.of("a", 2L));
    now = START.plus(Duration.ofDays(20));
    run("prod", Map.of("a", 3L));
    environments.open("dev");
    run("dev", Map.of("b", 4L));

    assertThat(neededSnapshots(START.plus(Duration.ofDays(15))))
        .containsExactlyInAnyOrder(2L, 3L, 4L);
    assertThat(neededSnapshots(START.plus(Duration.ofDays(5))))
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
    List<Publication> needed = environments.needed(now.plusSeconds(1));
    assertThat(neededSnapshots(now.plusSeconds(1))).containsExactlyInAnyOrder(3L, 4L);

    environments.expireAllBut(environments.needed(START.plus(Duration.ofDays(15))));
    environments.rollback("prod", Optional.of(second));
    assertThatThrownBy(() -> environments.rollback("prod", Optional.of(first)))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(LedgerError.LEDGER_EXPIRED);
              assertThat(e)
                  .hasMessage("Cannot go back to run 1: gc has removed the rows that a had then.");
            });
    assertThat(needed).hasSize(2);
  }

  @Test
  void drop_givesUpItsTables_andTheNameIsFreeAgain() {
    run("prod", Map.of("a", 1L));
    environments.open("dev");
    run("dev", Map.of("a", 2L));
    assertThat(environments.drop("dev").withdrawn()).containsExactly("a");
    assertThatThrownBy(() -> environments.require("dev"))
        .hasMessage("Cannot find environment 'dev': there is prod.");
    assertThatThrownBy(() -> environments.drop("dev")).isInstanceOf(HeadraceException.class);
    environments.open("dev");
    assertThat(snapshots("dev")).isEqualTo(Map.of("a", 1L));
    environments.require("prod");
  }

  @Test
  void open_impossibleName_isRefused() {
    for (String name : List.of("", "../x", "~versions", "a b", "x".repeat(65), "é")) {
      assertThatThrownBy(() -> environments.open(name))
          .as(name)
          .isInstanceOfSatisfying(
              HeadraceException.class,
              e -> assertThat(e.code()).isEqualTo(LedgerError.LEDGER_ENVIRONMENT_NAME));
    }
  }

  private long run(String environment, Map<String, Long> tables) {
    return run(environment, tables, "i");
  }

  private long run(String environment, Map<String, Long> tables, String identity) {
    long run = ledger.startRun(environment);
    tables.forEach(
        (table, snapshot) -> {
          ledger.startStep(run, table, "table", "new");
          ledger.publish(
              run,
              environment,
              table,
              "new",
              List.of(Release.of(content(table, snapshot, identity, environment))),
              List.of(),
              Ledger.Counts.none(1),
              null);
        });
    ledger.finishRun(run, RunRecord.Status.SUCCEEDED);
    return run;
  }

  private void publish(String environment, Content content) {
    long run = ledger.startRun(environment);
    publish(run, environment, content);
    ledger.finishRun(run, RunRecord.Status.SUCCEEDED);
  }

  /** A step that builds on what is shown. */
  private void publish(long run, String environment, Content content) {
    ledger.startStep(run, content.table(), "table", "new");
    ledger.publish(
        run,
        environment,
        content.table(),
        "new",
        List.of(new Release(content, true, List.of())),
        List.of(),
        Ledger.Counts.none(1),
        null);
  }

  private long id(String environment, String table) {
    return ledger.published(environment, table).orElseThrow().id();
  }

  private static Content withAudit(Content content, String audit) {
    return new Content(
        content.table(),
        content.asset(),
        content.kind(),
        content.fingerprint(),
        content.identity(),
        audit,
        content.state(),
        content.data(),
        content.inputs(),
        content.days());
  }

  private static Content content(String table, long snapshot, String identity, String environment) {
    return new Content(
        table,
        table,
        "table",
        identity + "@" + environment,
        identity,
        "",
        "s" + snapshot,
        new Stored(snapshot, 1, 1, Optional.empty()),
        Map.of(),
        DayRanges.none());
  }

  private Map<String, Long> snapshots(String environment) {
    return snapshots(environments.shown(environment));
  }

  private static Map<String, Long> snapshots(Map<String, Publication> shown) {
    Map<String, Long> snapshots = new HashMap<>();
    shown.forEach(
        (table, publication) ->
            snapshots.put(table, ((Stored) publication.content().data()).snapshotId()));
    return snapshots;
  }

  private List<Long> neededSnapshots(Instant since) {
    return environments.needed(since).stream()
        .map(p -> ((Stored) p.content().data()).snapshotId())
        .toList();
  }
}
