package dev.headrace.spark;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Why a driver did not come up, as far as its log tells.
 *
 * @param text the line that says most; empty when none does
 */
record Complaint(String text) {
  private static final int LAST_LINES = 200;
  private static final Charset ANY = StandardCharsets.ISO_8859_1; // Reads whatever there is.

  /** What Java says of classes made for a later one. */
  private static final String TOO_OLD = "UnsupportedClassVersionError";

  /** What Hadoop before 3.4.3 says on Java 24 and later, where it cannot ask who the user is. */
  private static final String TOO_NEW = "getSubject is not supported";

  private static final List<String> BEGINNINGS =
      List.of(
          "Exception in thread",
          "Error:",
          "Caused by: ",
          "java.lang.UnsupportedClassVersionError",
          "JAVA_HOME is not set");

  /**
   * What Spark says when a cluster wants nothing more of it; it ends then, whatever it was doing.
   */
  private static final String CLUSTER = "error from cluster scheduler: ";

  static Complaint in(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, ANY);
      return of(lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return new Complaint("");
    }
  }

  /** What a driver that has ended while it worked has heard from its cluster; empty for nothing. */
  static Complaint ofCluster(Path log) {
    try {
      return new Complaint(
          Files.readAllLines(log, ANY).stream()
              .filter(line -> line.contains(CLUSTER))
              .map(line -> line.substring(line.indexOf(CLUSTER) + CLUSTER.length()).strip())
              .findFirst()
              .orElse(""));
    } catch (IOException e) {
      return new Complaint("");
    }
  }

  /** What the last lines of a log tell: the Java, or else what went wrong innermost. */
  static Complaint of(List<String> lines) {
    List<String> complaints =
        lines.stream()
            .map(String::strip)
            .filter(line -> BEGINNINGS.stream().anyMatch(line::startsWith))
            .toList();
    return new Complaint(
        complaints.stream()
            .filter(line -> line.contains(TOO_OLD) || line.contains(TOO_NEW))
            .findFirst()
            .or(() -> complaints.stream().reduce((first, second) -> second))
            .orElse(""));
  }

  /** Whether another Java would help. */
  boolean isOfJava() {
    return !ofJava().isEmpty();
  }

  /** What is wrong with the Java, as the end of a sentence about it; empty when nothing is. */
  String ofJava() {
    if (text.contains(TOO_OLD)) {
      return "is too old";
    }
    if (text.contains(TOO_NEW)) {
      return "is too new for the Hadoop that comes with this Spark";
    }
    return text.startsWith("JAVA_HOME is not set") ? "is none" : "";
  }

  /** To be put behind a sentence. */
  String bracketed() {
    return text.isEmpty() ? "" : " (" + text + ")";
  }
}
