package dev.headrace.data.duckdb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.sql.SQLException;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Turns what DuckDB's driver throws into {@link HeadraceException}s with a code and a hint. */
public final class DuckDbErrors {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DuckDbErrors() {}

  /**
   * A failure as DuckDB reports it.
   *
   * @param type such as {@code Binder} or {@code Conversion}
   * @param message without the type
   * @param position byte offset in the statement
   */
  record Failure(String type, String message, OptionalLong position) {
    /** Reads the JSON that {@code errors_as_json} gives, or else the text with its prefix. */
    static Failure of(SQLException e) {
      String text = e.getMessage() == null ? e.toString() : e.getMessage();
      int brace = text.indexOf('{');
      if (brace >= 0 && text.startsWith("{\"exception_type\"", brace)) {
        try {
          JsonNode json = JSON.readTree(text.substring(brace));
          JsonNode position = json.path("position");
          return new Failure(
              json.path("exception_type").asText(),
              json.path("exception_message").asText().strip(),
              position.isMissingNode() ? OptionalLong.empty() : OptionalLong.of(position.asLong()));
        } catch (JsonProcessingException notJson) {
          // Fall through: it is told as plain text.
        }
      }
      int colon = text.indexOf(" Error: ");
      return colon < 0
          ? new Failure("", text.strip(), OptionalLong.empty())
          : new Failure(
              text.substring(0, colon),
              text.substring(colon + " Error: ".length()).strip(),
              OptionalLong.empty());
    }

    boolean isInterrupt() {
      return type.equalsIgnoreCase("INTERRUPT");
    }
  }

  /**
   * The exception to throw for {@code e}.
   *
   * @param verb what was being done, for example {@code read}
   * @param thing to what, for example a file
   */
  public static HeadraceException translate(SQLException e, String verb, String thing) {
    return translate(Failure.of(e), verb, thing, null, e);
  }

  static HeadraceException translate(
      Failure failure, String verb, String thing, @Nullable Location place, SQLException cause) {
    DuckDbErrorCode code = code(failure);
    return new HeadraceException(
        code,
        "Cannot " + verb + " '" + thing + "': " + sentence(failure.message),
        hint(code, failure),
        place,
        cause);
  }

  private static DuckDbErrorCode code(Failure failure) {
    String message = failure.message.toLowerCase(Locale.ROOT);
    if (message.contains("no space left on device")
        || message.contains("max_temp_directory_size")
        || message.contains("disk quota exceeded")) {
      return DuckDbErrorCode.DUCKDB_DISK_FULL;
    }
    return switch (failure.type.toLowerCase(Locale.ROOT)) {
      case "parser", "syntax" -> DuckDbErrorCode.DUCKDB_SYNTAX;
      case "binder",
          "catalog",
          "parameter not resolved",
          "parameter not allowed",
          "not implemented",
          "mismatch type" ->
          DuckDbErrorCode.DUCKDB_BINDING;
      case "conversion", "invalid type", "decimal" -> DuckDbErrorCode.DUCKDB_CONVERSION;
      case "invalid input", "out of range", "divide by zero", "constraint", "sequence" ->
          message.contains("configuration has been locked")
              ? DuckDbErrorCode.DUCKDB_PERMISSION
              : DuckDbErrorCode.DUCKDB_VALUE;
      case "permission" -> DuckDbErrorCode.DUCKDB_PERMISSION;
      case "out of memory" -> DuckDbErrorCode.DUCKDB_OUT_OF_MEMORY;
      case "io", "http", "connection" -> DuckDbErrorCode.DUCKDB_IO;
      default -> DuckDbErrorCode.DUCKDB_INTERNAL;
    };
  }

  private static String hint(DuckDbErrorCode code, Failure failure) {
    return switch (code) {
      case DUCKDB_SYNTAX -> "Correct the statement there.";
      case DUCKDB_BINDING ->
          failure.message.contains("Candidate") || failure.message.contains("Did you mean")
              ? "Use one of the names that the message proposes."
              : "Check the names and types against the tables that the query reads.";
      case DUCKDB_CONVERSION ->
          "Clean the value first, or use TRY_CAST, which gives NULL for what does not convert.";
      case DUCKDB_VALUE -> "Guard the expression against such values, for example with CASE.";
      case DUCKDB_SCHEMA -> "Give the query exactly the table's columns.";
      case DUCKDB_TYPE_UNSUPPORTED -> "Cast the column to a type that a table can store.";
      case DUCKDB_PERMISSION -> "Declare a source for files outside the project's directories.";
      case DUCKDB_OUT_OF_MEMORY ->
          "Raise the engine's memory limit, lower its threads, or split the query.";
      case DUCKDB_DISK_FULL ->
          "Free space on the disk or point the spill directory to a larger one.";
      case DUCKDB_IO -> "Check that the file exists, is complete and may be accessed.";
      case DUCKDB_CLOSED, DUCKDB_START, DUCKDB_INTERNAL -> "Run it again; report it if it stays.";
    };
  }

  private static String sentence(String message) {
    String line =
        message
            .replaceAll("\\s*\\n\\s*", " ")
            // Advice that nobody can follow: the settings are locked.
            .replaceFirst("(Use TRY\\(\\.\\.\\.\\)[^,]*), or SET [^.]*", "$1")
            .strip();
    return line.endsWith(".") || line.endsWith("!") || line.endsWith("?") ? line : line + ".";
  }
}
