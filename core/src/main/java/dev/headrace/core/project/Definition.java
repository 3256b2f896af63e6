package dev.headrace.core.project;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a declaration comes down to.
 *
 * @param inputs tables read, in order of first mention, without repetition
 * @param checkedAgainst tables that the checks read besides: the asset is built after them, but its
 *     data does not depend on them
 * @param identity text that changes if and only if the same inputs may give other data: the
 *     canonical statement and the settings that matter, not comments, checks or tags
 * @param audit text that changes when what is checked before publication changes
 * @param tags labels for selection
 */
public record Definition(
    List<String> inputs,
    SortedSet<String> checkedAgainst,
    String identity,
    String audit,
    SortedSet<String> tags) {
  public Definition {
    inputs = List.copyOf(inputs);
    checkedAgainst = Collections.unmodifiableSortedSet(new TreeSet<>(checkedAgainst));
  }

  /** A definition whose checks, if any, read nothing but the asset's own table. */
  public Definition(List<String> inputs, String identity, String audit, SortedSet<String> tags) {
    this(inputs, new TreeSet<>(), identity, audit, tags);
  }

  /** Short text that differs when {@link #identity} does. */
  public String identityDigest() {
    return digest(identity);
  }

  /** Short text that differs when {@link #audit} does. */
  public String auditDigest() {
    return digest(audit);
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
