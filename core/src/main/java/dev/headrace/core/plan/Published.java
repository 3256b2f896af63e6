package dev.headrace.core.plan;

import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LoadedFile;
import dev.headrace.core.ledger.Publication;
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

  private Published(String environment, Ledger ledger) {
    this.environment = environment;
    this.ledger = ledger;
    this.tables = new ConcurrentHashMap<>(ledger.published(environment));
  }

  /** Reads what {@code environment} shows now. */
  public static Published of(Ledger ledger, String environment) {
    return new Published(environment, ledger);
  }

  public String environment() {
    return environment;
  }

  /** The current publication of a table, by name without regard to case. */
  public Optional<Publication> table(String name) {
    return Optional.ofNullable(tables.get(name.toLowerCase(Locale.ROOT)));
  }

  /** All current publications, in no particular order. */
  public List<Publication> tables() {
    return List.copyOf(tables.values());
  }

  /** Raw files that a publication and those it continues have taken in, by path. */
  public Map<String, LoadedFile> loadedFiles(Publication publication) {
    return ledger.loadedFiles(publication.id());
  }

  /** Brings this forward after a step was published. */
  public void advance(List<Publication> publications) {
    publications.forEach(p -> tables.put(p.content().table().toLowerCase(Locale.ROOT), p));
  }
}
