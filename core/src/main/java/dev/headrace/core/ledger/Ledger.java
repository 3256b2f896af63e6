package dev.headrace.core.ledger;

import dev.headrace.core.ledger.internal.LedgerDatabase;
import dev.headrace.core.ledger.internal.Pointers;
import dev.headrace.core.ledger.internal.PostgresDatabase;
import dev.headrace.core.ledger.internal.PublicationRows;
import dev.headrace.core.ledger.internal.RunRows;
import dev.headrace.core.ledger.internal.SqliteDatabase;
import dev.headrace.core.ledger.internal.StepRows;
import dev.headrace.core.postgres.Postgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The transactional journal of runs, steps, publications and checks.
 *
 * <p>Thread-safe; every method that writes is one transaction, durable against the death of the
 * process when it returns.
 */
public final class Ledger implements AutoCloseable {
  private final LedgerDatabase database;
  private final Clock clock;
  private final Environments environments;
  private final Outsiders outsiders;
  private final Stops stops;
  private final Aliases aliases;

  private Ledger(LedgerDatabase database, Clock clock) {
    this.database = database;
    this.clock = clock;
    this.environments = new Environments(database, clock);
    this.outsiders = new Outsiders(database, clock);
    this.stops = new Stops(database, clock);
    this.aliases = new Aliases(database, clock);
  }

  /** Opens the ledger kept in {@code file}, creating it where it is absent. */
  public static Ledger open(Path file, Clock clock) {
    return new Ledger(SqliteDatabase.open(file), clock);
  }

  /** Opens the ledger kept in a PostgreSQL database, creating its schema where it is absent. */
  public static Ledger open(Postgres postgres, Clock clock) {
    return new Ledger(PostgresDatabase.open(postgres), clock);
  }

  // Who may change what

  /**
   * Whether other machines may work with this ledger; if not, the lock of the state directory keeps
   * everybody else out.
   */
  public boolean shared() {
    return database.shared();
  }

  /**
   * Asks for the right to change environments; granted at once when the ledger is not {@link
   * #shared}. Prefer {@code RunLock}, which also keeps this machine's processes apart.
   */
  public LedgerLock.Attempt tryLock(Reach reach) {
    return database.tryLock(reach);
  }

  /** What readers see, by environment; now and in the past. */
  public Environments environments() {
    return environments;
  }

  /** What other programs write. */
  public Outsiders outsiders() {
    return outsiders;
  }

  /** What somebody has stopped while it is served. */
  public Stops stops() {
    return stops;
  }

  /** What versions of models are called. */
  public Aliases aliases() {
    return aliases;
  }

  // Runs and steps

  /** Begins a run and returns its number. */
  public long startRun(String environment) {
    return startRun(environment, RunRecord.Action.RUN, "");
  }

  /** Begins a run of another kind and returns its number. */
  public long startRun(String environment, RunRecord.Action action, String note) {
    return database.write(t -> RunRows.start(t, environment, action, note, clock.instant()));
  }

  /** Ends a run. */
  public void finishRun(long runId, RunRecord.Status status) {
    database.write(
        t -> {
          RunRows.finish(t, runId, status, clock.instant());
          return runId;
        });
  }

  /**
   * The steps that are under way, by run and asset; to whom holds the lock these are the steps of
   * runs that were killed.
   */
  public List<StepRecord> stepsUnderWay(Reach reach) {
    return database.read(
        t -> {
          List<StepRecord> steps = new ArrayList<>();
          for (long run : RunRows.open(t, reach)) {
            steps.addAll(StepRows.underWay(t, run));
          }
          return steps;
        });
  }

  /**
   * Marks every run that is still open as interrupted, with its steps; the ledger then takes
   * nothing more from such a run. Call it only while holding the lock, when no run should be alive.
   */
  public void closeInterrupted(Reach reach) {
    database.write(
        t -> {
          List<Long> open = RunRows.open(t, reach);
          for (long run : open) {
            StepRows.interrupt(t, run, clock.instant());
            RunRows.finish(t, run, RunRecord.Status.INTERRUPTED, clock.instant());
          }
          return open.size();
        });
  }

  /** Journals that a step begins. */
  public void startStep(long runId, String asset, String kind, String reason) {
    database.write(
        t -> {
          RunRows.requireOpen(t, runId);
          return StepRows.start(t, runId, asset, kind, reason, clock.instant());
        });
  }

  /** Journals steps that need no work: skipped or blocked. */
  public void recordIdle(long runId, List<StepRecord> steps) {
    database.write(
        t -> {
          for (StepRecord step : steps) {
            StepRows.idle(t, runId, step, clock.instant());
          }
          return steps.size();
        });
  }

  /** Counters of a finished step. */
  public record Counts(long rowsIn, long rowsOut, long rejected, int attempts) {
    public static Counts none(int attempts) {
      return new Counts(0, 0, 0, attempts);
    }
  }

  /** Journals that a step failed; nothing of it is published except what was before. */
  public void failStep(long runId, String asset, Counts counts, StepRecord.Failure failure) {
    database.write(
        t ->
            StepRows.end(
                t, runId, asset, StepRecord.Status.FAILED, counts, failure, clock.instant()));
  }

  /** Journals that a step that was begun turned out to need no work. */
  public void skipStep(long runId, String asset, String reason) {
    database.write(
        t -> {
          StepRows.reason(t, runId, asset, reason);
          return StepRows.end(
              t, runId, asset, StepRecord.Status.SKIPPED, Counts.none(1), null, clock.instant());
        });
  }

  // Publications

  /**
   * What one step publishes.
   *
   * @param content the new state of a table
   * @param continuesParent whether it builds on what the environment shows
   * @param files raw files taken in with it
   * @param builtOn the publication it builds on, where that is known; otherwise what is shown when
   *     it is published
   */
  public record Release(
      Publication.Content content,
      boolean continuesParent,
      List<LoadedFile> files,
      OptionalLong builtOn) {
    public Release(Publication.Content content, boolean continuesParent, List<LoadedFile> files) {
      this(content, continuesParent, files, OptionalLong.empty());
    }

    /** The same, built on a publication: somebody may have published since it was looked at. */
    public Release on(Optional<Publication> base) {
      return new Release(
          content,
          continuesParent,
          files,
          base.map(p -> OptionalLong.of(p.id())).orElse(OptionalLong.empty()));
    }

    public static Release of(Publication.Content content) {
      return new Release(content, false, List.of());
    }
  }

  /**
   * Publishes what a step made, journals its checks and ends it, all in one transaction: readers of
   * the environment see all of it or nothing.
   *
   * @param reason why the step was done, as known when it was
   * @param failure why the step did not publish its main table, when its checks refused it; side
   *     tables among the releases are published all the same
   */
  public List<Publication> publish(
      long runId,
      String environment,
      String asset,
      String reason,
      List<Release> releases,
      List<CheckRecord> checks,
      Counts counts,
      StepRecord.@Nullable Failure failure) {
    return database.write(
        t -> {
          RunRows.requireOpen(t, runId);
          List<Publication> published = new ArrayList<>();
          Instant at = clock.instant();
          for (Release release : releases) {
            published.add(publish(t, runId, environment, release, at));
          }
          for (CheckRecord check : checks) {
            StepRows.check(t, runId, asset, check);
          }
          StepRows.reason(t, runId, asset, reason);
          StepRows.end(
              t,
              runId,
              asset,
              failure == null ? StepRecord.Status.BUILT : StepRecord.Status.FAILED,
              counts,
              failure,
              at);
          return published;
        });
  }

  private Publication publish(
      LedgerDatabase.Transaction t, long runId, String environment, Release release, Instant at)
      throws SQLException {
    String table = release.content().table();
    Pointers pointers = new Pointers(t, at);
    OptionalLong parent = OptionalLong.empty();
    if (release.continuesParent()) {
      parent =
          release.builtOn().isPresent() ? release.builtOn() : pointers.current(environment, table);
    }
    Publication publication = PublicationRows.insert(t, parent, runId, at, release.content());
    for (LoadedFile file : release.files()) {
      t.update(
          "insert into loaded_file values (?,?,?,?,?,?,?)",
          publication.id(),
          file.path(),
          file.sizeBytes(),
          file.modified().toString(),
          file.hash(),
          file.rows(),
          file.rejected());
    }
    pointers.show(environment, table, publication.id(), runId);
    return publication;
  }

  /** Whether one publication is another, or builds on it over however many in between. */
  public boolean continues(long later, long earlier) {
    return database.read(t -> PublicationRows.continues(t, later, earlier));
  }

  /**
   * Publishes what was built before, by pointing to it, and ends the step: one transaction.
   *
   * @param shown publications to show
   * @param gone tables that are shown now and do not belong to them
   */
  public void show(
      long runId,
      String environment,
      String asset,
      String reason,
      List<Publication> shown,
      List<String> gone,
      Counts counts) {
    database.write(
        t -> {
          RunRows.requireOpen(t, runId);
          Pointers pointers = new Pointers(t, clock.instant());
          for (Publication publication : shown) {
            pointers.show(environment, publication.content().table(), publication.id(), runId);
          }
          for (String table : gone) {
            pointers.hide(environment, table, runId);
          }
          StepRows.reason(t, runId, asset, reason);
          return StepRows.end(
              t, runId, asset, StepRecord.Status.BUILT, counts, null, clock.instant());
        });
  }

  /**
   * The newest publication of a table that was built from a definition and passed its checks, with
   * what the same step published beside it; none where it was never built or its rows are gone.
   */
  public List<Publication> builtOnce(String table, String fingerprint, String audit) {
    return database.read(
        t -> {
          List<Publication> newest =
              t.query(
                  "select "
                      + PublicationRows.COLUMNS
                      + " from publication p join run r on r.run_id = p.run_id"
                      + " where p.table_name = ? and p.fingerprint = ?"
                      + " and p.audit = ? and p.expired_at is null and r.action = 'RUN'"
                      + " order by p.publication_id desc limit 1",
                  PublicationRows::read,
                  table,
                  fingerprint,
                  audit);
          return newest.isEmpty()
              ? newest
              : t.query(
                  "select "
                      + PublicationRows.COLUMNS
                      + " from publication p where p.run_id = ? and p.asset = ?"
                      + " and p.expired_at is null order by p.publication_id",
                  PublicationRows::read,
                  newest.getFirst().runId(),
                  newest.getFirst().content().asset());
        });
  }

  /** What an environment shows of one table, by name without regard to case. */
  public Optional<Publication> published(String environment, String table) {
    return environments.shown(environment, table);
  }

  /** What an environment shows, by table name in lower case. */
  public Map<String, Publication> published(String environment) {
    return environments.shown(environment);
  }

  /**
   * Raw files taken in by a publication and those it continues. A path that was taken in again
   * appears once, as last loaded.
   */
  public Map<String, LoadedFile> loadedFiles(long publicationId) {
    return database.read(
        t -> {
          List<LoadedFile> files =
              t.query(
                  """
                  with recursive line(id) as (
                    select ?
                    union all
                    select p.parent_id from publication p join line on p.publication_id = line.id
                    where p.parent_id is not null)
                  select path, size_bytes, modified_at, content_hash, row_count, rejected
                  from loaded_file join line on publication_id = id
                  order by publication_id
                  """,
                  row ->
                      new LoadedFile(
                          row.getString(1),
                          row.getLong(2),
                          Instant.parse(row.getString(3)),
                          row.getString(4),
                          row.getLong(5),
                          row.getLong(6)),
                  publicationId);
          return files.stream()
              .collect(Collectors.toMap(LoadedFile::path, f -> f, (earlier, later) -> later));
        });
  }

  // History

  /** The latest runs, newest first. */
  public List<RunRecord> runs(int limit) {
    return database.read(t -> RunRows.newest(t, limit));
  }

  /** The steps of a run in the order they began. */
  public List<StepRecord> steps(long runId) {
    return database.read(t -> StepRows.ofRun(t, runId));
  }

  /** The latest steps of an asset, newest first. */
  public List<StepRecord> stepsOf(String asset, int limit) {
    return database.read(t -> StepRows.ofAsset(t, asset, limit));
  }

  /** A check's outcome with the run and asset it belongs to. */
  public record JournalledCheck(long runId, String asset, CheckRecord check) {}

  /** The newest outcome of every check of every asset, by asset and check. */
  public List<JournalledCheck> latestChecks() {
    return database.read(StepRows::latestChecks);
  }

  /** The outcomes of the checks of an asset in a run, by name; none where it was not built. */
  public List<CheckRecord> checks(long runId, String asset) {
    return database.read(t -> StepRows.checks(t, runId, asset));
  }

  @Override
  public void close() {
    database.close();
  }
}
