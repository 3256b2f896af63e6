package dev.headrace.core.ledger;

import dev.headrace.core.ledger.internal.LedgerDatabase;
import dev.headrace.core.ledger.internal.Pointers;
import dev.headrace.core.ledger.internal.PublicationRows;
import dev.headrace.core.ledger.internal.RunRows;
import dev.headrace.spi.error.HeadraceException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The environments of a project: maps from table names to publications.
 *
 * <p>{@code prod} is always there. Any other shows what {@code prod} shows now, except for the
 * tables of its own, so making one copies nothing. Promoting and going back move pointers, all of
 * them in one transaction: a reader sees all of the old or all of the new.
 */
public final class Environments {
  /** The environment that others overlay. */
  public static final String PROD = Pointers.PROD;

  /** None that reads as the number of a run or as a date. */
  private static final Pattern NAME =
      Pattern.compile("(?!\\d+$)(?!\\d{4}-)[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final LedgerDatabase database;
  private final Clock clock;

  Environments(LedgerDatabase database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  // What there is

  /** The environments beside {@code prod}, by name. */
  public List<EnvironmentRecord> list() {
    return database.read(t -> t.query(SELECT + " order by environment", Environments::read));
  }

  /** An environment beside {@code prod}. */
  public Optional<EnvironmentRecord> find(String name) {
    return database.read(t -> find(t, name));
  }

  /**
   * Checks that an environment is there; {@code prod} always is.
   *
   * @throws HeadraceException LEDGER_ENVIRONMENT_MISSING
   */
  public void require(String name) {
    if (!name.equals(PROD)) {
      database.read(t -> find(t, name).orElseThrow(() -> missing(t, name)));
    }
  }

  /**
   * Makes sure that an environment is there.
   *
   * @throws HeadraceException LEDGER_ENVIRONMENT_NAME
   */
  public void open(String name) {
    if (name.equals(PROD)) {
      return;
    }
    if (!NAME.matcher(name).matches()) {
      throw new HeadraceException(
          LedgerError.LEDGER_ENVIRONMENT_NAME,
          "Cannot make environment '%s': a name is up to 64 letters, digits, '-', '_' and '.', and is neither a number nor a date."
              .formatted(name),
          "Choose another name, for example my-change.");
    }
    database.write(
        t ->
            t.update(
                "insert into environment values (?,?,?) on conflict (environment) do nothing",
                name,
                clock.instant().toString(),
                new Pointers(t, clock.instant()).newestChange()));
  }

  /** What an environment shows now, by table name in lower case. */
  public Map<String, Publication> shown(String name) {
    return database.read(t -> Map.copyOf(pointers(t).shown(name)));
  }

  /** What it shows now of one table. */
  Optional<Publication> shown(String name, String table) {
    return database.read(t -> pointers(t).shown(name, table));
  }

  /** What an environment showed right after a change, by table name in lower case. */
  public Map<String, Publication> shownAt(String name, long change) {
    return database.read(t -> Map.copyOf(pointers(t).shownAt(name, change)));
  }

  /** Names of the tables of its own, in lower case; those it hides included. */
  public Set<String> own(String name) {
    return database.read(t -> Set.copyOf(pointers(t).own(name).keySet()));
  }

  // The past

  /** A state in the past: an environment right after a change. */
  public record Moment(String environment, long change) {}

  /**
   * The state that a run, a promotion or another action left behind.
   *
   * @throws HeadraceException LEDGER_RUN_MISSING if there is none of that number, or it has not
   *     ended
   */
  public Moment after(long run) {
    return database.read(
        t -> {
          RunRecord record = RunRows.find(t, run).orElseThrow(() -> noRun(t, run));
          long change = RunRows.lastChange(t, run).orElseThrow(() -> notEnded(run));
          return new Moment(record.environment(), change);
        });
  }

  /**
   * When a run, a promotion or another action ended.
   *
   * @throws HeadraceException LEDGER_RUN_MISSING if there is none of that number, or it has not
   *     ended
   */
  public Instant endOf(long run) {
    return database.read(
        t ->
            RunRows.find(t, run)
                .orElseThrow(() -> noRun(t, run))
                .finishedAt()
                .orElseThrow(() -> notEnded(run)));
  }

  private static HeadraceException notEnded(long run) {
    return new HeadraceException(
        LedgerError.LEDGER_RUN_MISSING,
        "Cannot go back to run %d: it has not ended.".formatted(run),
        "Wait for it, or name an earlier one: headrace history");
  }

  /** The state at an instant. */
  public Moment at(String environment, Instant instant) {
    return database.read(
        t ->
            new Moment(
                environment,
                t.query(
                        "select coalesce(max(change_id), 0) from pointer_change"
                            + " where changed_at <= ?",
                        row -> row.getLong(1),
                        Pointers.stamp(instant))
                    .getFirst()));
  }

  /**
   * What an environment has shown of a table, in the order in which it became visible: each entry
   * shows another publication than the one before it. Where the environment had no table of its
   * own, it showed what {@code prod} did.
   */
  public List<Showing> showings(String name, String table) {
    return database.read(t -> new Past(t, name, Pointers.key(table)).showings());
  }

  static HeadraceException noRun(LedgerDatabase.Transaction t, long run) {
    String newest;
    try {
      newest = RunRows.newest(t, 1).stream().map(r -> "" + r.id()).findFirst().orElse("none");
    } catch (SQLException e) {
      newest = "unknown";
    }
    return new HeadraceException(
        LedgerError.LEDGER_RUN_MISSING,
        "Cannot find run %d: the newest is %s.".formatted(run, newest),
        "Look them up: headrace history");
  }

  // Moving pointers

  /**
   * Lets an environment follow the project: tables it no longer builds itself are shown as in
   * {@code prod}, tables that nothing declares are withdrawn.
   */
  public void realign(String name, Realignment change, long run) {
    if (change.isEmpty()) {
      return;
    }
    database.write(
        t -> {
          RunRows.requireOpen(t, run);
          Pointers pointers = pointers(t);
          for (String table : new TreeSet<>(change.follow())) {
            pointers.follow(name, table, run);
          }
          for (String table : new TreeSet<>(change.withdraw())) {
            pointers.hide(name, table, run);
          }
          return 0;
        });
  }

  /** Number of the newest change of any environment. */
  public long newestChange() {
    return database.read(t -> pointers(t).newestChange());
  }

  /**
   * Declares that an environment's author knows what {@code prod} showed right after a change, so
   * that a promotion may redefine it.
   */
  public void rebase(String name, long change) {
    database.write(
        t ->
            t.update(
                "update environment set base_change = ? where environment = ?"
                    + " and base_change < ?",
                change,
                name,
                change));
  }

  /**
   * Tables that {@code prod} has redefined since an environment's author last looked.
   *
   * @return what {@code prod} shows of them now, by key; empty values for withdrawn ones
   */
  public Map<String, Optional<Publication>> redefinedInProd(String name) {
    return database.read(
        t ->
            Promotion.redefined(
                pointers(t), find(t, name).orElseThrow(() -> missing(t, name)).baseChange()));
  }

  /**
   * Makes the tables of an environment those of {@code prod}, all at once, and leaves it with none
   * of its own.
   *
   * @throws HeadraceException LEDGER_ENVIRONMENT_MISSING; LEDGER_PROMOTION_UNFINISHED when its last
   *     run did not succeed; LEDGER_PROMOTION_CONFLICT when {@code prod} has redefined a table
   *     meanwhile; nothing is changed then
   */
  public PointerMove promote(String name) {
    Instant at = clock.instant();
    return database.write(
        t -> {
          EnvironmentRecord environment = find(t, name).orElseThrow(() -> missing(t, name));
          return new Promotion(t, new Pointers(t, at), environment).carryOut(at);
        });
  }

  /**
   * Moves an environment's pointers back.
   *
   * @param target a run or action of that environment, to whose end it goes back; empty for the
   *     state before the newest one that changed anything. A rollback that is repeated goes further
   *     back.
   * @throws HeadraceException LEDGER_RUN_MISSING, LEDGER_NOTHING_BEFORE; LEDGER_EXPIRED when rows
   *     of that state were removed since; nothing is changed then
   */
  public PointerMove rollback(String name, Optional<Long> target) {
    Instant at = clock.instant();
    return database.write(t -> new Rollback(t, new Pointers(t, at), name).carryOut(target, at));
  }

  /**
   * Forgets an environment: everything of its own becomes what {@code gc} may remove.
   *
   * @throws HeadraceException LEDGER_ENVIRONMENT_MISSING
   */
  public PointerMove drop(String name) {
    Instant at = clock.instant();
    return database.write(
        t -> {
          EnvironmentRecord environment = find(t, name).orElseThrow(() -> missing(t, name));
          Pointers pointers = new Pointers(t, at);
          long run = RunRows.start(t, name, RunRecord.Action.DROP, "", at);
          List<String> tables = new ArrayList<>(new TreeSet<>(pointers.own(name).keySet()));
          for (String table : tables) {
            pointers.follow(name, table, run);
          }
          Outsiders.forget(t, name);
          t.update("delete from environment where environment = ?", environment.name());
          RunRows.finish(t, run, RunRecord.Status.SUCCEEDED, at);
          return new PointerMove(run, List.of(), tables);
        });
  }

  // What has to be kept

  /**
   * Every publication that some environment shows, or has shown at any time since an instant.
   *
   * @param since earlier states may go
   */
  public List<Publication> needed(Instant since) {
    String stamp = Pointers.stamp(since);
    return database.read(
        t ->
            t.query(
                "select distinct "
                    + PublicationRows.COLUMNS
                    + " from publication p where p.publication_id in ("
                    + "select publication_id from pointer where publication_id is not null"
                    + " union select publication_id from pointer_change where changed_at >= ?"
                    // What was shown at that instant was shown by the last change before it.
                    + " union select c.publication_id from pointer_change c join ("
                    + "select environment, table_name, max(change_id) as change_id"
                    + " from pointer_change where changed_at < ?"
                    + " group by environment, table_name) newest"
                    + " on newest.change_id = c.change_id)",
                PublicationRows::read,
                stamp,
                stamp));
  }

  /**
   * Notes that the rows of all publications but the needed ones are about to be removed, so that
   * nobody goes back to them.
   */
  public void expireAllBut(List<Publication> needed) {
    Set<Long> kept = needed.stream().map(Publication::id).collect(Collectors.toSet());
    String now = clock.instant().toString();
    database.write(
        t -> {
          List<Long> ids =
              t.query(
                  "select publication_id from publication where expired_at is null",
                  row -> row.getLong(1));
          for (long id : ids) {
            if (!kept.contains(id)) {
              t.update("update publication set expired_at = ? where publication_id = ?", now, id);
            }
          }
          return ids.size();
        });
  }

  private Pointers pointers(LedgerDatabase.Transaction t) {
    return new Pointers(t, clock.instant());
  }

  private static final String SELECT =
      "select environment, created_at, base_change, (select count(*) from pointer p"
          + " where p.environment = e.environment) from environment e";

  private static Optional<EnvironmentRecord> find(LedgerDatabase.Transaction t, String name)
      throws SQLException {
    return t.query(SELECT + " where environment = ?", Environments::read, name).stream()
        .findFirst();
  }

  private static EnvironmentRecord read(ResultSet row) throws SQLException {
    return new EnvironmentRecord(
        row.getString(1), Instant.parse(row.getString(2)), row.getLong(3), row.getInt(4));
  }

  private static HeadraceException missing(LedgerDatabase.Transaction t, String name) {
    List<String> known = new ArrayList<>(List.of(PROD));
    try {
      known.addAll(
          t.query("select environment from environment order by 1", row -> row.getString(1)));
    } catch (SQLException e) {
      known.add("others that cannot be read");
    }
    return new HeadraceException(
        LedgerError.LEDGER_ENVIRONMENT_MISSING,
        "Cannot find environment '%s': there is %s.".formatted(name, String.join(", ", known)),
        "Check the name, or make it by building something in it: headrace run --env NAME");
  }
}
