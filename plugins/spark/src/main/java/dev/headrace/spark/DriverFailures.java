package dev.headrace.spark;

import dev.headrace.spark.wire.Failure;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tells the failure of a query in the words and places of the one who wrote it. */
final class DriverFailures {
  private DriverFailures() {}

  /** What the driver told. */
  static HeadraceException of(Failure failure, Request request) {
    Location place = request.query().origin();
    SparkText text = request.texts().get(failure.source());
    if (text != null) {
      Location exact = text.locate(failure.offset());
      place = exact == null ? place : exact;
    }
    SparkErrorCode code = code(failure.reason());
    return new HeadraceException(
        code,
        "Cannot " + doing(failure, request) + ": " + sentence(failure.message()),
        hint(code, failure, request),
        place,
        new DriverTrace(failure.trace()));
  }

  private static String doing(Failure failure, Request request) {
    String name = failure.name();
    return switch (failure.reason()) {
      case UNKNOWN_TABLE -> "find the table '" + name + "'";
      case REFUSED -> "call '" + name + "' in a query";
      default -> {
        String thing = "'" + request.query().origin().file() + "'";
        yield failure.reason() == Failure.Reason.CONVERSION && name != null
            ? request.verb() + " the column '" + name + "' of " + thing
            : request.verb() + " " + thing;
      }
    };
  }

  /** The driver's stack trace, for the log. */
  private static final class DriverTrace extends RuntimeException {
    DriverTrace(String trace) {
      super(trace, null, false, false);
    }
  }

  /** The stream broke off: the driver is gone, or was stopped. */
  static RuntimeException lost(Request request, Watch watch, DriverClient client, Exception cause) {
    if (watch.isCancelled()) {
      CancellationException cancelled = new CancellationException("the query was cancelled");
      cancelled.initCause(cause);
      return cancelled;
    }
    return new HeadraceException(
        SparkErrorCode.SPARK_DRIVER_LOST,
        "Cannot "
            + request.verb()
            + " '"
            + request.query().origin().file()
            + "': the Spark driver ended while it was working"
            + Complaint.ofCluster(client.log()).bracketed()
            + ".",
        "Run it again; what became of the driver is at the end of '" + client.log() + "'.",
        request.query().origin(),
        cause);
  }

  private static SparkErrorCode code(Failure.Reason reason) {
    return switch (reason) {
      case SYNTAX, NOT_A_SELECT -> SparkErrorCode.SPARK_SYNTAX;
      case REFUSED -> SparkErrorCode.SPARK_FUNCTION_REFUSED;
      case UNKNOWN_TABLE -> SparkErrorCode.SPARK_UNKNOWN_TABLE;
      case BINDING -> SparkErrorCode.SPARK_BINDING;
      case CONVERSION -> SparkErrorCode.SPARK_CONVERSION;
      case VALUE -> SparkErrorCode.SPARK_VALUE;
      case SCHEMA -> SparkErrorCode.SPARK_SCHEMA;
      case TYPE_UNSUPPORTED -> SparkErrorCode.SPARK_TYPE_UNSUPPORTED;
      case PERMISSION -> SparkErrorCode.SPARK_PERMISSION;
      case OUT_OF_MEMORY -> SparkErrorCode.SPARK_OUT_OF_MEMORY;
      case DISK_FULL -> SparkErrorCode.SPARK_DISK_FULL;
      case IO -> SparkErrorCode.SPARK_IO;
      case INTERNAL -> SparkErrorCode.SPARK_INTERNAL;
    };
  }

  private static String hint(SparkErrorCode code, Failure failure, Request request) {
    return switch (code) {
      case SPARK_SYNTAX ->
          "Write one SELECT that Spark can read; docs/portable-sql.md lists what both engines"
              + " take.";
      case SPARK_FUNCTION_REFUSED ->
          "Allowed in FROM are tables, subqueries, VALUES, range, explode, posexplode, inline and"
              + " stack.";
      case SPARK_UNKNOWN_TABLE ->
          nearest(failure.name(), request.query().relations().keySet())
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("Name a source or a table of the project.");
      case SPARK_BINDING ->
          "Check names, functions and types; docs/portable-sql.md lists what both engines take.";
      case SPARK_CONVERSION ->
          "Clean the value first, or use TRY_CAST, which gives NULL for what does not convert.";
      case SPARK_VALUE -> "Guard the expression against such values, for example with CASE.";
      case SPARK_SCHEMA -> "Give the query exactly the table's columns.";
      case SPARK_TYPE_UNSUPPORTED -> "Cast the column to a type that a table can store.";
      case SPARK_PERMISSION -> "Declare a source for files outside the project's directories.";
      case SPARK_OUT_OF_MEMORY -> "Raise spark.driver.memory under 'engine: spark: conf:'.";
      case SPARK_DISK_FULL -> "Free space, or point spark.local.dir to a larger disk.";
      case SPARK_IO -> "Check that the file exists, is complete and may be accessed.";
      case SPARK_PARAMETER,
          SPARK_MISSING,
          SPARK_JAVA,
          SPARK_START,
          SPARK_DRIVER_LOST,
          SPARK_CLOSED,
          SPARK_INTERNAL ->
          "Run it again; report it if it stays.";
    };
  }

  private static Optional<String> nearest(@Nullable String name, Set<String> names) {
    return name == null
        ? Optional.empty()
        : names.stream()
            .filter(known -> distance(known, name) <= 1 + name.length() / 4)
            .min(Comparator.comparingInt(known -> distance(known, name)));
  }

  /** How many letters have to be changed, added or taken away. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private static String sentence(String message) {
    String line = message.replaceAll("\\s*\\n\\s*", " ").strip();
    return line.endsWith(".") || line.endsWith("!") || line.endsWith("?") ? line : line + ".";
  }
}
