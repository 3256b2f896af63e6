package dev.headrace.data.draft;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts of a project.
 *
 * @param files text by path, relative to the project, in the order in which to read them
 * @param sources what was found in the raw files
 * @param tables names of the tables that are proposed
 */
public record ProjectDraft(Map<String, String> files, List<Source> sources, List<String> tables) {
  public ProjectDraft {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    sources = List.copyOf(sources);
    tables = List.copyOf(tables);
  }

  /**
   * A source that is proposed.
   *
   * @param files as its declaration names them
   * @param rejected rows that could not be read
   */
  public record Source(
      String name, String files, long rows, long rejected, int columns, int checks) {}
}
