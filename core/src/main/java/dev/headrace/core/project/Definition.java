package dev.headrace.core.project;

import dev.headrace.spi.digest.Sha256;
import java.util.List;
import java.util.SortedSet;

/**
 * What a declaration comes down to.
 *
 * @param inputs tables read, in order of first mention, without repetition
 * @param checkedAgainst tables that only its checks read: they are built before, but the data do
 *     not depend on them
 * @param identity text that changes if and only if the same inputs may give other data: the
 *     canonical statement and the settings that matter, not comments, checks or tags
 * @param audit text that changes when what is checked before publication changes
 * @param key columns that are declared to tell rows apart; empty when none are
 * @param tags labels for selection
 */
public record Definition(
    List<String> inputs,
    List<String> checkedAgainst,
    String identity,
    String audit,
    List<String> key,
    SortedSet<String> tags) {
  public Definition {
    inputs = List.copyOf(inputs);
    checkedAgainst = List.copyOf(checkedAgainst);
    key = List.copyOf(key);
  }

  /** Short text that differs when {@link #identity} does. */
  public String identityDigest() {
    return Sha256.shortHex(identity);
  }

  /** Short text that differs when {@link #audit} does. */
  public String auditDigest() {
    return Sha256.shortHex(audit);
  }
}
