package dev.headrace.core.plan;

import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LoadedFile;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.Realignment;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an environment shows, kept in memory and brought forward as a run publishes.
 *
 * <p>Thread-safe.
 */
public final class Published {
  private final String environment;
  private final Ledger ledger;
  private final Map<String, Publication> tables;
  private final Map<String, Publication> prod;

  private Published(
      String environment,
      Ledger ledger,
      Map<String, Publication> tables,
      Map<String, Publication> prod) {
    this.environment = environment;
    this.ledger = ledger;
    this.tables = new ConcurrentHashMap<>(tables);
    this.prod = prod;
  }

  /** Reads what {@code environment} shows now. */
  public static Published of(Ledger ledger, String environment) {
    Map<String, Publication> tables = ledger.published(environment);
    boolean overlays = !environment.equals(Environments.PROD);
    return new Published(
        environment, ledger, tables, overlays ? ledger.published(Environments.PROD) : tables);
  }

  /** Reads what an environment showed at a moment in the past. */
  public static Published at(Ledger ledger, Environments.Moment moment) {
    Map<String, Publication> tables =
        ledger.environments().shownAt(moment.environment(), moment.change());
    return new Published(moment.environment(), ledger, tables, tables);
  }

  /** What the environment will show once it follows the project: see {@link Realignment}. */
  public Published realigned(Realignment change) {
    Published realigned = new Published(environment, ledger, tables, prod);
    for (String table : change.follow()) {
      Publication followed = prod.get(table);
      if (followed == null) {
        realigned.tables.remove(table);
      } else {
        realigned.tables.put(table, followed);
      }
    }
    change.withdraw().forEach(realigned.tables::remove);
    return realigned;
  }

  /** What the environment would show with other publications of some tables. */
  Published showing(List<Publication> publications) {
    Published other = new Published(environment, ledger, tables, prod);
    other.advance(publications);
    return other;
  }

  /** Whether {@code later} was built on {@code earlier}, over however many publications. */
  boolean continues(Publication later, Publication earlier) {
    return ledger.continues(later.id(), earlier.id());
  }

  /** Whether this is an environment beside {@code prod}, which shows what that shows. */
  public boolean overlays() {
    return !environment.equals(Environments.PROD);
  }

  /** What {@code prod} shows of a table, by name without regard to case. */
  public Optional<Publication> inProd(String name) {
    return Optional.ofNullable(prod.get(name.toLowerCase(Locale.ROOT)));
  }

  public String environment() {
    return environment;
  }

  /** The time column of a table that has rows of its own and declares one. */
  public Optional<String> timeColumn(String table) {
    return table(table)
        .map(Publication::content)
        .map(Publication.Content::data)
        .filter(Publication.Stored.class::isInstance)
        .flatMap(data -> ((Publication.Stored) data).time())
        .map(Publication.TimeColumn::name);
  }

  /** The current publication of a table, by name without regard to case. */
  public Optional<Publication> table(String name) {
    return Optional.ofNullable(tables.get(name.toLowerCase(Locale.ROOT)));
  }

  /** All current publications, in no particular order. */
  public List<Publication> tables() {
    return List.copyOf(tables.values());
  }

  /** The outcomes of the checks that a publication's rows went through before it was published. */
  public List<CheckRecord> checks(Publication publication) {
    return ledger.checks(publication.runId(), publication.content().asset());
  }

  /** Raw files that a publication and those it continues have taken in, by path. */
  public Map<String, LoadedFile> loadedFiles(Publication publication) {
    return ledger.loadedFiles(publication.id());
  }

  /**
   * The newest publication of a table that was built from a definition and passed its checks, with
   * the side tables of the same step; none where its rows are gone.
   */
  Optional<List<Publication>> earlier(String table, String fingerprint, String audit) {
    List<Publication> tables = ledger.builtOnce(table, fingerprint, audit);
    return tables.isEmpty() ? Optional.empty() : Optional.of(tables);
  }

  /** Brings this forward after a step was published. */
  public void advance(List<Publication> publications) {
    publications.forEach(p -> tables.put(p.content().table().toLowerCase(Locale.ROOT), p));
  }

  /** Brings this forward after a table was withdrawn. */
  public void withdraw(String table) {
    tables.remove(table.toLowerCase(Locale.ROOT));
  }
}
