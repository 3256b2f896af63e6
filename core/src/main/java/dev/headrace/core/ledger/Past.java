package dev.headrace.core.ledger;

import dev.headrace.core.ledger.internal.LedgerDatabase;
import dev.headrace.core.ledger.internal.Pointers;
import dev.headrace.core.ledger.internal.PublicationRows;
import dev.headrace.core.ledger.internal.RunRows;
import dev.headrace.core.ledger.internal.StepRows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an environment has shown of one table, read from the journal of its pointers. */
final class Past {
  private final LedgerDatabase.Transaction t;
  private final String environment;
  private final String table;
  private final Map<Long, Publication> publications = new HashMap<>();

  /**
   * @param table its key
   */
  Past(LedgerDatabase.Transaction t, String environment, String table) {
    this.t = t;
    this.environment = environment;
    this.table = table;
  }

  /** A change of a pointer; without a publication one that hides, or that follows prod again. */
  private record Change(
      String environment, String effect, @Nullable Long publication, long run, Instant at) {
    boolean follows() {
      return effect.equals("FOLLOW");
    }
  }

  List<Showing> showings() throws SQLException {
    for (Publication one : published()) {
      publications.put(one.id(), one);
    }
    List<Showing> showings = new ArrayList<>();
    Long prods = null;
    Change own = null;
    Long shown = null;
    for (Change change : changes()) {
      if (change.environment().equals(Pointers.PROD)) {
        prods = change.publication();
      }
      if (change.environment().equals(environment)) {
        own = change.follows() ? null : change;
      }
      Long now = own == null ? prods : own.publication();
      if (now == null ? shown != null : !now.equals(shown)) {
        showings.add(showing(change, now));
        shown = now;
      }
    }
    return showings;
  }

  private Showing showing(Change change, @Nullable Long publication) throws SQLException {
    return new Showing(
        change.at(),
        Optional.ofNullable(publication).map(publications::get),
        change.follows(),
        RunRows.find(t, change.run()).orElseThrow(),
        StepRows.reason(t, change.run(), asset(publication)));
  }

  /** The asset that a table belongs to is told by any of its publications. */
  private String asset(@Nullable Long publication) {
    Publication one =
        publication == null
            ? publications.values().iterator().next()
            : publications.get(publication);
    return one == null ? table : one.content().asset();
  }

  private List<Change> changes() throws SQLException {
    return t.query(
        "select environment, effect, publication_id, run_id, changed_at from pointer_change"
            + " where environment in (?, ?) and table_name = ? order by change_id",
        row -> {
          long publication = row.getLong(3);
          return new Change(
              row.getString(1),
              row.getString(2),
              row.wasNull() ? null : publication,
              row.getLong(4),
              Instant.parse(row.getString(5)));
        },
        environment,
        Pointers.PROD,
        table);
  }

  private List<Publication> published() throws SQLException {
    return t.query(
        "select distinct "
            + PublicationRows.COLUMNS
            + " from publication p where p.publication_id in (select publication_id from"
            + " pointer_change where environment in (?, ?) and table_name = ?)",
        PublicationRows::read,
        environment,
        Pointers.PROD,
        table);
  }
}
