package dev.headrace.spi.engine;

import dev.headrace.spi.error.Location;
import java.util.Map;

/**
 * A SELECT with everything it needs: the same value gives the same rows on any engine.
 *
 * @param sql one SELECT statement without a closing semicolon
 * @param relations what each name in FROM stands for, keyed by the name in lower case
 * @param parameters values of {@code $name} parameters; {@code Long}, {@code Double}, {@code
 *     Boolean}, {@code String}, {@code java.math.BigDecimal}, {@code java.time.LocalDate}, {@code
 *     LocalDateTime} or {@code Instant}
 * @param origin where the first character of {@code sql} is, so that a failure can name the place
 */
public record Query(
    String sql, Map<String, Relation> relations, Map<String, Object> parameters, Location origin) {
  private static final Location UNKNOWN = new Location("sql", 1, 1);

  public Query {
    relations = Map.copyOf(relations);
    parameters = Map.copyOf(parameters);
  }

  /** A query whose text comes from nowhere in particular. */
  public Query(String sql, Map<String, Relation> relations, Map<String, Object> parameters) {
    this(sql, relations, parameters, UNKNOWN);
  }

  /** A query without parameters. */
  public static Query of(String sql, Map<String, ? extends Relation> relations) {
    return new Query(sql, Map.copyOf(relations), Map.of());
  }

  /** The same query, its text beginning at {@code place}. */
  public Query at(Location place) {
    return new Query(sql, relations, parameters, place);
  }
}
