package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.data.sql.Offsets;
import dev.headrace.data.sql.Position;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.data.sql.SqlScanner;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** DuckDB's parser behind {@code json_serialize_sql}: text in, syntax tree out. */
public final class Parser implements AutoCloseable {
  private final Supplier<Connection> connections;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Connection connection;
  private @Nullable PreparedStatement serialize;

  public Parser(Supplier<Connection> connections) {
    this.connections = connections;
  }

  /** The tree of the only statement of {@code sql}, which is a SELECT. */
  public JsonNode parseSelect(String sql, Location origin) {
    JsonNode reply = serialize(sql, origin);
    if (reply.path("error").asBoolean()) {
      throw refusal(sql, reply, origin);
    }
    JsonNode statements = reply.path("statements");
    if (statements.isEmpty()) {
      throw new HeadraceException(
          SqlErrorCode.SQL_EMPTY,
          "Cannot read the SQL of '" + origin.file() + "': there is no statement in it.",
          "Write one SELECT.",
          origin,
          null);
    }
    if (statements.size() > 1) {
      throw new HeadraceException(
          SqlErrorCode.SQL_NOT_A_SELECT,
          "Cannot read the SQL of '"
              + origin.file()
              + "': it holds "
              + statements.size()
              + " statements.",
          "Write one SELECT; name steps with WITH, or make each its own table.",
          origin,
          null);
    }
    return statements.get(0);
  }

  private JsonNode serialize(String sql, Location origin) {
    lock.lock();
    try {
      PreparedStatement statement = serialize;
      if (statement == null) {
        connection = connections.get();
        statement =
            connection.prepareStatement(
                "SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR), skip_null := true,"
                    + " skip_empty := true, skip_default := true) AS VARCHAR)");
        serialize = statement;
      }
      statement.setString(1, sql);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return Json.MAPPER.readTree(result.getString(1));
      }
    } catch (SQLException | JsonProcessingException e) {
      // A statement that failed is closed by the driver: begin anew with the next text.
      closeQuietly();
      throw new HeadraceException(
          SqlErrorCode.SQL_PARSER_FAILED,
          "Cannot parse the SQL of '" + origin.file() + "': " + e.getMessage(),
          "Simplify the statement; it may be nested too deeply.",
          origin,
          e);
    } finally {
      lock.unlock();
    }
  }

  private static HeadraceException refusal(String sql, JsonNode reply, Location origin) {
    String message = reply.path("error_message").asText().strip();
    if (reply.path("error_type").asText().equals("parser")) {
      Position position = Position.UNKNOWN;
      if (reply.path("position").canConvertToInt() || !reply.path("position").isMissingNode()) {
        position = Position.of(sql, Offsets.ofBytes(sql).charAt(reply.path("position").asLong(0)));
      }
      return new HeadraceException(
          SqlErrorCode.SQL_SYNTAX,
          "Cannot read the SQL of '" + origin.file() + "': " + message + ".",
          "Correct the statement there.",
          position.in(origin),
          null);
    }
    String word = firstWord(sql);
    if (message.contains("Only SELECT")) {
      boolean pivot = sql.toLowerCase(Locale.ROOT).contains("pivot");
      return new HeadraceException(
          SqlErrorCode.SQL_NOT_A_SELECT,
          pivot
              ? "Cannot read the SQL of '"
                  + origin.file()
                  + "': PIVOT without a list of values has columns that depend on the data."
              : "Cannot read the SQL of '"
                  + origin.file()
                  + "': "
                  + (word.isEmpty() ? "this" : word)
                  + " is not a query.",
          pivot
              ? "List the values: PIVOT t ON c IN (a, b) USING sum(v)."
              : "Write one SELECT; Headrace creates and fills the table itself.",
          origin,
          null);
    }
    return new HeadraceException(
        SqlErrorCode.SQL_SYNTAX,
        "Cannot read the SQL of '" + origin.file() + "': " + message + ".",
        "Correct the statement.",
        origin,
        null);
  }

  private static String firstWord(String sql) {
    String rest = sql.substring(SqlScanner.skipBlanks(sql, 0));
    int end = 0;
    while (end < rest.length() && Character.isLetter(rest.charAt(end))) {
      end++;
    }
    return rest.substring(0, end).toUpperCase(Locale.ROOT);
  }

  private void closeQuietly() {
    serialize = null;
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // A connection that cannot be closed is of no further use either way.
      }
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closeQuietly();
    } finally {
      lock.unlock();
    }
  }

  /** Made when the first text is parsed: a command that parses none does not load Jackson. */
  private static final class Json {
    static final ObjectMapper MAPPER =
        new ObjectMapper(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(10_000)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .build());
  }
}
