package dev.headrace.core.ledger;

import dev.headrace.core.ledger.internal.LedgerDatabase;
import dev.headrace.core.ledger.internal.Pointers;
import dev.headrace.core.ledger.internal.PublicationRows;
import dev.headrace.core.ledger.internal.RunRows;
import dev.headrace.spi.error.HeadraceException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An environment's tables become those of {@code prod}, within one transaction. */
final class Promotion {
  private static final String PROD = Pointers.PROD;

  private final LedgerDatabase.Transaction t;
  private final Pointers pointers;
  private final EnvironmentRecord environment;
  private final String name;

  Promotion(LedgerDatabase.Transaction t, Pointers pointers, EnvironmentRecord environment) {
    this.t = t;
    this.pointers = pointers;
    this.environment = environment;
    this.name = environment.name();
  }

  PointerMove carryOut(Instant at) throws SQLException {
    Map<String, Optional<Publication>> own = new TreeMap<>(pointers.own(name));
    requireFinished(own);
    requireUntouched(own, redefined(pointers, environment.baseChange()));
    Map<String, Publication> before = pointers.shown(PROD);
    Set<String> prods = requireNotOlder(own, before);
    long run =
        RunRows.start(
            t,
            PROD,
            RunRecord.Action.PROMOTE,
            "%s, %d table%s".formatted(name, own.size(), own.size() == 1 ? "" : "s"),
            at);
    List<String> shown = new ArrayList<>();
    List<String> withdrawn = new ArrayList<>();
    for (Map.Entry<String, Optional<Publication>> entry : own.entrySet()) {
      String table = entry.getKey();
      Publication old = before.get(table);
      if (prods.contains(table)) {
        pointers.follow(name, table, run);
        continue;
      }
      if (entry.getValue().isPresent()) {
        Publication publication = entry.getValue().get();
        if (old == null || old.id() != publication.id()) {
          pointers.show(PROD, table, publication.id(), run);
          shown.add(table);
        }
      } else if (old != null) {
        pointers.hide(PROD, table, run);
        withdrawn.add(table);
      }
      pointers.follow(name, table, run);
    }
    t.update(
        "update environment set base_change = ? where environment = ?",
        pointers.newestChange(),
        name);
    RunRows.finish(t, run, RunRecord.Status.SUCCEEDED, at);
    return new PointerMove(run, shown, withdrawn);
  }

  /**
   * Looks at the tables of which {@code prod} has the same version by now, with data of its own.
   *
   * @return tables that stay as {@code prod} has them: defined and checked in the same way
   * @throws HeadraceException LEDGER_PROMOTION_CONFLICT when one was only checked anew, on rows
   *     that {@code prod} no longer has
   */
  private Set<String> requireNotOlder(
      Map<String, Optional<Publication>> own, Map<String, Publication> before) throws SQLException {
    Set<String> prods = new TreeSet<>();
    List<String> older = new ArrayList<>();
    for (Map.Entry<String, Optional<Publication>> entry : own.entrySet()) {
      Publication mine = entry.getValue().orElse(null);
      Publication theirs = before.get(entry.getKey());
      if (mine == null
          || theirs == null
          || !mine.content().kind().equals(theirs.content().kind())
          || !mine.content().fingerprint().equals(theirs.content().fingerprint())
          || PublicationRows.continues(t, mine.id(), theirs.id())) {
        continue;
      }
      if (mine.content().audit().equals(theirs.content().audit())) {
        prods.add(entry.getKey());
      } else {
        older.add(entry.getKey());
      }
    }
    if (!older.isEmpty()) {
      throw new HeadraceException(
          LedgerError.LEDGER_PROMOTION_CONFLICT,
          "Cannot promote '%s': prod has newer rows of %s than were checked here."
              .formatted(name, String.join(", ", older)),
          "Check them: headrace run --env " + name);
    }
    return prods;
  }

  /** Tables that {@code prod} defines in another way than at a change, as it does now. */
  static Map<String, Optional<Publication>> redefined(Pointers pointers, long since)
      throws SQLException {
    Map<String, Publication> then = pointers.shownAt(PROD, since);
    Map<String, Publication> now = pointers.shown(PROD);
    Map<String, Optional<Publication>> redefined = new TreeMap<>();
    Set<String> tables = new TreeSet<>(then.keySet());
    tables.addAll(now.keySet());
    for (String table : tables) {
      boolean side = isSideTable(then.get(table)) || isSideTable(now.get(table));
      if (!side && !Objects.equals(identity(then.get(table)), identity(now.get(table)))) {
        redefined.put(table, Optional.ofNullable(now.get(table)));
      }
    }
    return redefined;
  }

  /** A side table is defined by the asset it belongs to. */
  private static boolean isSideTable(@Nullable Publication publication) {
    return publication != null
        && !publication.content().table().equalsIgnoreCase(publication.content().asset());
  }

  private static @Nullable String identity(@Nullable Publication publication) {
    return publication == null ? null : publication.content().identity();
  }

  private void requireFinished(Map<String, Optional<Publication>> own) throws SQLException {
    if (own.isEmpty()) {
      throw new HeadraceException(
          LedgerError.LEDGER_PROMOTION_UNFINISHED,
          "Cannot promote '%s': it has no table of its own, everything is as in prod."
              .formatted(name),
          "Change the project and build it: headrace run --env " + name);
    }
    List<String> outside =
        own.entrySet().stream()
            .filter(
                entry ->
                    entry
                        .getValue()
                        .filter(p -> p.content().kind().equals(Publication.OUTSIDE))
                        .isPresent())
            .map(Map.Entry::getKey)
            .toList();
    if (!outside.isEmpty()) {
      throw new HeadraceException(
          LedgerError.LEDGER_PROMOTION_UNFINISHED,
          "Cannot promote '%s': another program has changed %s there, which nothing has checked."
              .formatted(name, String.join(", ", outside)),
          "Build what the project defines: headrace run --env " + name);
    }
    Optional<RunRecord> run = RunRows.newestRun(t, name);
    if (run.isPresent() && run.get().status() != RunRecord.Status.SUCCEEDED) {
      throw new HeadraceException(
          LedgerError.LEDGER_PROMOTION_UNFINISHED,
          "Cannot promote '%s': its last run, %d, %s."
              .formatted(
                  name,
                  run.get().id(),
                  switch (run.get().status()) {
                    case RUNNING -> "is under way";
                    case FAILED -> "failed";
                    default -> "was interrupted";
                  }),
          "Let a run of it succeed first: headrace run --env " + name);
    }
    if (!RunRows.hasBuiltWhole(t, name)) {
      throw new HeadraceException(
          LedgerError.LEDGER_PROMOTION_UNFINISHED,
          "Cannot promote '%s': no run of the whole project has succeeded since it last changed."
              .formatted(name),
          "Build all of it: headrace run --env " + name);
    }
  }

  private void requireUntouched(
      Map<String, Optional<Publication>> own, Map<String, Optional<Publication>> redefined) {
    List<String> conflicts = new ArrayList<>();
    redefined.forEach(
        (table, theirs) -> {
          Optional<Publication> ours = own.getOrDefault(table, theirs);
          if (!Objects.equals(identity(ours.orElse(null)), identity(theirs.orElse(null)))) {
            conflicts.add(table);
          } else if (!own.containsKey(table)) {
            readers(table, own)
                .forEach(reader -> conflicts.add(table + " (read by " + reader + ")"));
          }
        });
    if (!conflicts.isEmpty()) {
      throw new HeadraceException(
          LedgerError.LEDGER_PROMOTION_CONFLICT,
          "Cannot promote '%s': prod has redefined %s since this environment was built."
              .formatted(name, String.join(", ", conflicts)),
          "Bring that change into the project's files, then: headrace run --env %s --rebase"
              .formatted(name));
    }
  }

  /** Tables of its own that were built from another. */
  private static List<String> readers(String table, Map<String, Optional<Publication>> own) {
    return own.entrySet().stream()
        .filter(
            entry ->
                entry
                    .getValue()
                    .filter(
                        p ->
                            p.content().inputs().keySet().stream()
                                .anyMatch(table::equalsIgnoreCase))
                    .isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }
}
