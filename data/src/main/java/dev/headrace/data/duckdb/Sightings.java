package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.schema.Type.Primitive;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds out during a {@code COPY} which conditions are true of a row. Each has a sequence, and a
 * filter that lets every row pass asks the sequence for its next value where the condition is true:
 * one that has none after the statement has been met by no row.
 */
final class Sightings {
  private final Connection connection;
  private final Map<String, String> sequences = new LinkedHashMap<>();

  private Sightings(Connection connection) {
    this.connection = connection;
  }

  /**
   * Makes ready to look for the target's conditions; those that DuckDB cannot evaluate are left
   * out, since a row could not be written because of one.
   */
  static Sightings begin(Connection connection, WriteTarget target) throws SQLException {
    Sightings sightings = new Sightings(connection);
    for (String condition : target.lookFor()) {
      if (canBeEvaluated(connection, condition, target)) {
        String name = "__headrace_sighted_" + sightings.sequences.size();
        execute(connection, "CREATE OR REPLACE TEMP SEQUENCE " + name);
        sightings.sequences.put(condition, name);
      }
    }
    return sightings;
  }

  /** A regular expression is compiled when it meets a text, not before. */
  private static boolean canBeEvaluated(
      Connection connection, String condition, WriteTarget target) {
    String row =
        target.schema().fields().stream()
            .map(
                field ->
                    "CAST(%s AS %s) AS %s"
                        .formatted(
                            field.type() == Primitive.STRING ? "''" : "NULL",
                            DuckDbTypes.toSql(field.type()),
                            SqlQuotes.identifier(field.name())))
            .collect(Collectors.joining(", "));
    try {
      execute(connection, "SELECT " + condition + " FROM (SELECT " + row + ")");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  boolean isEmpty() {
    return sequences.isEmpty();
  }

  /** True of every row. */
  String filter() {
    return sequences.entrySet().stream()
        .map(
            sequence ->
                "CASE WHEN %s THEN nextval('%s') IS NOT NULL ELSE true END"
                    .formatted(sequence.getKey(), sequence.getValue()))
        .collect(Collectors.joining(" AND "));
  }

  /** The conditions that no row has met, after the statement; the sequences are gone then. */
  Set<String> none() throws SQLException {
    Set<String> none = new HashSet<>();
    for (Map.Entry<String, String> sequence : sequences.entrySet()) {
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT last_value FROM duckdb_sequences() WHERE temporary AND sequence_name = "
                      + SqlQuotes.literal(sequence.getValue()))) {
        if (rows.next() && rows.getObject(1) == null) {
          none.add(sequence.getKey());
        }
      }
      execute(connection, "DROP SEQUENCE " + sequence.getValue());
    }
    return none;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
