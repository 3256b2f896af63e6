package dev.headrace.data.portability;

import dev.headrace.data.portability.PortabilityRule.Level;
import dev.headrace.spi.error.Location;
import java.util.List;

/**
 * Where the SQL of a project is not, or may not be, the same on every engine.
 *
 * @param tables number of tables looked at
 * @param findings by file and line
 * @param untyped tables that read something of unknown columns, so that types could not be looked
 *     at
 */
public record PortabilityReport(int tables, List<Finding> findings, List<String> untyped) {
  public PortabilityReport {
    findings = List.copyOf(findings);
    untyped = List.copyOf(untyped);
  }

  /**
   * One use of a construct.
   *
   * @param table the table whose statement or check it is in
   * @param construct what is used
   * @param why what happens on the other engine
   * @param instead what to write; empty where nothing is known
   */
  public record Finding(
      String table, Location location, String construct, Level level, String why, String instead)
      implements Comparable<Finding> {
    @Override
    public int compareTo(Finding other) {
      int byFile = location.file().compareTo(other.location.file());
      int byLine = Integer.compare(location.line(), other.location.line());
      return byFile != 0
          ? byFile
          : byLine != 0 ? byLine : Integer.compare(location.column(), other.location.column());
    }
  }

  /** Tables that leave the portable subset. */
  public List<String> leaving() {
    return findings.stream()
        .filter(finding -> finding.level() == Level.LEAVES)
        .map(Finding::table)
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether no table leaves the portable subset. */
  public boolean isPortable() {
    return leaving().isEmpty();
  }
}
