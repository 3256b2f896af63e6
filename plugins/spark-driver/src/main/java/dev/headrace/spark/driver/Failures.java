package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Failure;
import dev.headrace.spark.wire.Failure.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.QueryContext;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.trees.Origin;
import org.jspecify.annotations.Nullable;

/** What Spark throws, told by what it means. */
final class Failures {
  private Failures() {}

  /** Throws what Scala throws without saying so. */
  @SuppressWarnings("unchecked")
  static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
    throw (E) e;
  }

  static Failure of(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof Refusal refusal) {
        return refusal.failure(trace.toString());
      }
    }
    // The innermost that Spark has a name for says most: those around it say that a task failed.
    @Nullable SparkThrowable named = null;
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof SparkThrowable spark && spark.getCondition() != null) {
        named = spark;
      }
      if (e instanceof OutOfMemoryError) {
        return plain(Reason.OUT_OF_MEMORY, "Spark ran out of memory", trace.toString());
      }
      if (e instanceof IOException io && e.getCause() == null) {
        String message = String.valueOf(io.getMessage());
        boolean full = message.contains("No space left");
        boolean outOfMemory = message.contains("UNABLE_TO_ACQUIRE_MEMORY");
        return plain(
            full ? Reason.DISK_FULL : outOfMemory ? Reason.OUT_OF_MEMORY : Reason.IO,
            io instanceof FileNotFoundException ? "a file is gone: " + message : message,
            trace.toString());
      }
    }
    return named == null
        ? plain(Reason.INTERNAL, firstLine(String.valueOf(thrown)), trace.toString())
        : named(named, trace.toString());
  }

  private static Failure plain(Reason reason, String message, String trace) {
    return new Failure(reason, message, null, Failure.NOWHERE, -1, trace);
  }

  private static Failure named(SparkThrowable e, String trace) {
    String condition = e.getCondition();
    Map<String, String> parameters = e.getMessageParameters();
    if (condition.equals("USER_RAISED_EXCEPTION")) {
      @Nullable Failure own = Conform.failure(parameters.get("errorMessage"), trace);
      if (own != null) {
        return own;
      }
    }
    int source = Failure.NOWHERE;
    int offset = -1;
    QueryContext[] contexts = e.getQueryContext();
    if (contexts != null && contexts.length > 0) {
      source = number(contexts[0].objectName());
      offset = contexts[0].startIndex();
    }
    if (e instanceof ParseException parse && offset < 0) {
      source =
          parse.start().objectName().isDefined() ? number(parse.start().objectName().get()) : -1;
      offset = parse.start().startIndex().isDefined() ? offset(parse.start()) : -1;
    }
    return new Failure(
        reason(e, condition, String.valueOf(e.getSqlState())),
        message(e, condition),
        name(condition, parameters),
        source,
        offset,
        trace);
  }

  /** Where in its text a part of a plan begins. */
  static int offset(Origin origin) {
    return origin.startIndex().isDefined() ? ((Number) origin.startIndex().get()).intValue() : -1;
  }

  private static int number(@Nullable String text) {
    try {
      return text == null ? Failure.NOWHERE : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return Failure.NOWHERE;
    }
  }

  private static @Nullable String name(String condition, Map<String, String> parameters) {
    return condition.startsWith("TABLE_OR_VIEW_NOT_FOUND")
        ? parameters.getOrDefault("relationName", "").replace("`", "")
        : null;
  }

  private static Reason reason(SparkThrowable e, String condition, String state) {
    if (e instanceof ParseException) {
      return Reason.SYNTAX;
    }
    if (condition.startsWith("TABLE_OR_VIEW_NOT_FOUND")) {
      return Reason.UNKNOWN_TABLE;
    }
    if (condition.startsWith("CAST_INVALID") || condition.startsWith("CANNOT_PARSE")) {
      return Reason.CONVERSION;
    }
    if (condition.startsWith("FAILED_READ_FILE") || condition.startsWith("PATH_NOT_FOUND")) {
      return Reason.IO;
    }
    if (condition.contains("OUT_OF_MEMORY") || condition.contains("ACQUIRE_MEMORY")) {
      return Reason.OUT_OF_MEMORY;
    }
    if (e instanceof AnalysisException) {
      return Reason.BINDING;
    }
    // SQL's own classes of states: 22 is about data, 42 about the statement, XX is a defect.
    return switch (state.substring(0, Math.min(2, state.length())).toUpperCase(Locale.ROOT)) {
      case "22", "23", "21", "P0" -> Reason.VALUE;
      case "42", "0A" -> Reason.BINDING;
      default -> Reason.INTERNAL;
    };
  }

  /** Spark's sentence without its code in front, the state and the excerpt of the text behind. */
  private static String message(SparkThrowable e, String condition) {
    String text =
        e instanceof AnalysisException analysis
            ? analysis.getSimpleMessage()
            : String.valueOf(((Throwable) e).getMessage());
    if (e instanceof ParseException) {
      text = String.valueOf(((Throwable) e).getMessage());
    }
    text = text.replaceFirst("^\\s*\\[" + java.util.regex.Pattern.quote(condition) + "\\]\\s*", "");
    int end = text.indexOf(" SQLSTATE: ");
    return firstLine(end < 0 ? text : text.substring(0, end));
  }

  private static String firstLine(String text) {
    String stripped = text.strip();
    int end = stripped.indexOf("\n==");
    return (end < 0 ? stripped : stripped.substring(0, end)).replaceAll("\\s*\\n\\s*", " ").strip();
  }
}
