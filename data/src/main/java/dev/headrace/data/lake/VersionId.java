package dev.headrace.data.lake;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One version of a table: its name and the fingerprint of its definition. Several versions of one
 * table stand side by side in the lake.
 *
 * @param table letters, digits and underscores; kept in lower case, as names are compared without
 *     regard to case
 * @param fingerprint lower-case hexadecimal, shortened here to its first 12 digits
 */
public record VersionId(String table, String fingerprint) {
  private static final int DIGITS = 12;
  private static final String SEPARATOR = "__";
  private static final Pattern TABLE = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{" + DIGITS + ",}");

  public VersionId {
    if (!TABLE.matcher(table).matches()) {
      throw new IllegalArgumentException("table name '" + table + "'");
    }
    if (!HEX.matcher(fingerprint).matches()) {
      throw new IllegalArgumentException("fingerprint '" + fingerprint + "'");
    }
    table = table.toLowerCase(Locale.ROOT);
    fingerprint = fingerprint.substring(0, DIGITS);
  }

  /** The name of its Iceberg table and of its directory: {@code <table>__<fingerprint>}. */
  public String physicalName() {
    return table + SEPARATOR + fingerprint;
  }

  /** The version with that {@link #physicalName()}; empty when it is not of that form. */
  public static Optional<VersionId> ofPhysicalName(String name) {
    int cut = name.length() - DIGITS;
    if (cut <= SEPARATOR.length()
        || !name.startsWith(SEPARATOR, cut - SEPARATOR.length())
        || !HEX.matcher(name.substring(cut)).matches()) {
      return Optional.empty();
    }
    String table = name.substring(0, cut - SEPARATOR.length());
    return TABLE.matcher(table).matches()
        ? Optional.of(new VersionId(table, name.substring(cut)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return physicalName();
  }
}
