package dev.headrace.core.ledger.internal;

import dev.headrace.core.ledger.Publication;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What environments show and showed, within one transaction. Every change is written twice: as the
 * pointer that readers follow now, and as a numbered change that the past is read from.
 */
public final class Pointers {
  /** The environment that others overlay. */
  public static final String PROD = "prod";

  /** Text order is time order. */
  private static final DateTimeFormatter CHANGED_AT =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(java.time.temporal.ChronoField.NANO_OF_SECOND, 6, 6, true)
          .appendLiteral('Z')
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final LedgerDatabase.Transaction transaction;
  private final Instant at;

  public Pointers(LedgerDatabase.Transaction transaction, Instant at) {
    this.transaction = transaction;
    this.at = at;
  }

  /** What a change did to one table of one environment. */
  private enum Effect {
    SHOW,
    HIDE,
    FOLLOW
  }

  /** An instant as changes are stamped. */
  public static String stamp(Instant instant) {
    return CHANGED_AT.format(instant);
  }

  /** The key of a table. */
  public static String key(String table) {
    return table.toLowerCase(Locale.ROOT);
  }

  /** Number of the newest change there is; 0 when there is none. */
  public long newestChange() throws SQLException {
    return transaction
        .query("select coalesce(max(change_id), 0) from pointer_change", row -> row.getLong(1))
        .getFirst();
  }

  /** The tables of an environment's own, by key; those it hides are empty. */
  public Map<String, Optional<Publication>> own(String environment) throws SQLException {
    Map<String, Optional<Publication>> own = new LinkedHashMap<>();
    transaction
        .query(
            "select table_name from pointer where environment = ? and publication_id is null",
            row -> row.getString(1),
            environment)
        .forEach(table -> own.put(table, Optional.empty()));
    transaction
        .query(
            "select "
                + PublicationRows.COLUMNS
                + " from pointer r join publication p using (publication_id)"
                + " where r.environment = ?",
            PublicationRows::read,
            environment)
        .forEach(p -> own.put(key(p.content().table()), Optional.of(p)));
    return own;
  }

  /** What an environment shows now, by key. */
  public Map<String, Publication> shown(String environment) throws SQLException {
    return overlay(environment.equals(PROD) ? Map.of() : shownAlone(own(PROD)), own(environment));
  }

  /** What an environment showed right after the change with that number. */
  public Map<String, Publication> shownAt(String environment, long change) throws SQLException {
    return overlay(
        environment.equals(PROD) ? Map.of() : shownAlone(ownAt(PROD, change)),
        ownAt(environment, change));
  }

  /** The tables that were an environment's own right after a change; those it hid are empty. */
  public Map<String, Optional<Publication>> ownAt(String environment, long change)
      throws SQLException {
    Map<String, Optional<Publication>> own = new LinkedHashMap<>();
    String newest =
        " from pointer_change c join (select table_name, max(change_id) as change_id"
            + " from pointer_change where environment = ? and change_id <= ? group by table_name)"
            + " newest on newest.change_id = c.change_id";
    transaction
        .query(
            "select c.table_name" + newest + " where c.effect = 'HIDE'",
            row -> row.getString(1),
            environment,
            change)
        .forEach(table -> own.put(table, Optional.empty()));
    transaction
        .query(
            "select "
                + PublicationRows.COLUMNS
                + newest
                + " join publication p on p.publication_id = c.publication_id"
                + " where c.effect = 'SHOW'",
            PublicationRows::read,
            environment,
            change)
        .forEach(p -> own.put(key(p.content().table()), Optional.of(p)));
    return own;
  }

  private static Map<String, Publication> shownAlone(Map<String, Optional<Publication>> own) {
    return overlay(Map.of(), own);
  }

  private static Map<String, Publication> overlay(
      Map<String, Publication> base, Map<String, Optional<Publication>> own) {
    Map<String, Publication> shown = new HashMap<>(base);
    own.forEach(
        (table, publication) ->
            publication.ifPresentOrElse(p -> shown.put(table, p), () -> shown.remove(table)));
    return shown;
  }

  /** The publication that an environment shows of a table. */
  public OptionalLong current(String environment, String table) throws SQLException {
    for (String place : List.of(environment, PROD)) {
      List<Long> found =
          transaction.query(
              "select coalesce(publication_id, -1) from pointer"
                  + " where environment = ? and table_name = ?",
              row -> row.getLong(1),
              place,
              key(table));
      if (!found.isEmpty()) {
        return found.getFirst() < 0 ? OptionalLong.empty() : OptionalLong.of(found.getFirst());
      }
    }
    return OptionalLong.empty();
  }

  /** What an environment shows of one table. */
  public Optional<Publication> shown(String environment, String table) throws SQLException {
    OptionalLong id = current(environment, table);
    return id.isEmpty()
        ? Optional.empty()
        : transaction
            .query(
                "select "
                    + PublicationRows.COLUMNS
                    + " from publication p where p.publication_id = ?",
                PublicationRows::read,
                id.getAsLong())
            .stream()
            .findFirst();
  }

  /** Shows a publication. */
  public void show(String environment, String table, long publication, long run)
      throws SQLException {
    set(environment, key(table), publication);
    journal(environment, key(table), Effect.SHOW, publication, run);
  }

  /** Shows nothing under a name; beside {@code prod}, even where that does. */
  public void hide(String environment, String table, long run) throws SQLException {
    if (environment.equals(PROD)) {
      remove(environment, key(table));
    } else {
      set(environment, key(table), null);
    }
    journal(environment, key(table), Effect.HIDE, null, run);
  }

  /** Gives up a table of its own: what {@code prod} shows is shown. */
  public void follow(String environment, String table, long run) throws SQLException {
    remove(environment, key(table));
    journal(environment, key(table), Effect.FOLLOW, null, run);
  }

  private void set(String environment, String key, @Nullable Long publication) throws SQLException {
    transaction.update(
        "insert into pointer values (?,?,?) on conflict (environment, table_name)"
            + " do update set publication_id = excluded.publication_id",
        environment,
        key,
        publication);
  }

  private void remove(String environment, String key) throws SQLException {
    transaction.update(
        "delete from pointer where environment = ? and table_name = ?", environment, key);
  }

  private void journal(
      String environment, String key, Effect effect, @Nullable Long publication, long run)
      throws SQLException {
    transaction.update(
        "insert into pointer_change values (?,?,?,?,?,?,?)",
        transaction.nextId("pointer_change", "change_id"),
        environment,
        key,
        effect.name(),
        publication,
        run,
        stamp(at));
  }
}
