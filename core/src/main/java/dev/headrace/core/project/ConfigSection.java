package dev.headrace.core.project;

import java.util.Optional;

/**
 * A key of {@code headrace.yaml} that a room or plug-in brings with it; listed in the composition
 * root, so that a new one touches no existing class.
 *
 * @param key as written, for example {@code lake}
 * @param option where several plug-ins offer themselves under one key, the name of this one: {@code
 *     duckdb} beneath {@code engine}. At most one option of a key is written; the first one listed
 *     is chosen when none is.
 * @param type what is bound; an absent key is the record of its defaults
 */
public record ConfigSection<S extends Record>(String key, Optional<String> option, Class<S> type) {

  /** A key with a value of its own. */
  public static <S extends Record> ConfigSection<S> of(String key, Class<S> type) {
    return new ConfigSection<>(key, Optional.empty(), type);
  }

  /** One of the possible values of a key. */
  public static <S extends Record> ConfigSection<S> option(
      String key, String option, Class<S> type) {
    return new ConfigSection<>(key, Optional.of(option), type);
  }
}
