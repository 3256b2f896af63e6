package dev.headrace.core.project;

import java.util.List;
import java.util.SortedSet;

/**
 * What a declaration comes down to.
 *
 * @param inputs tables read, in order of first mention, without repetition
 * @param identity text that changes if and only if the same inputs may give other data: the
 *     canonical statement and the settings that matter, not comments, checks or tags
 * @param audit text that changes when what is checked before publication changes
 * @param tags labels for selection
 */
public record Definition(
    List<String> inputs, String identity, String audit, SortedSet<String> tags) {
  public Definition {
    inputs = List.copyOf(inputs);
  }
}
