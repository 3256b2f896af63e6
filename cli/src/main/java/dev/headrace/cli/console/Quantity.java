package dev.headrace.cli.console;

import java.util.Locale;

/** Counts and durations as a person reads them. */
public final class Quantity {
  private Quantity() {}

  /** {@code 1,234,567}. */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1 row}, {@code 1,234 rows}. */
  public static String count(long number, String noun) {
    return grouped(number) + ' ' + noun + (number == 1 ? "" : "s");
  }

  /** Three digits and a unit: {@code 999}, {@code 1.23k}, {@code 45.6M}, {@code 789G}. */
  public static String rounded(double number) {
    double scaled = number;
    int unit = 0;
    // 999.5 would be shown as 1000.
    while (Math.abs(scaled) >= 999.5 && unit < 3) {
      scaled /= 1000;
      unit++;
    }
    return digits(unit, scaled) + " kMG".substring(unit, unit + 1).strip();
  }

  private static String digits(int unit, double scaled) {
    double size = Math.abs(scaled);
    int decimals = unit == 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", scaled);
  }

  /** {@code 0.42 s}, {@code 12.3 s}, {@code 4 min 05 s}, {@code 2 h 03 min}. */
  public static String seconds(double seconds) {
    if (seconds < 9.995) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** {@code 512 B}, {@code 1.5 KiB}, {@code 23.4 GiB}. */
  public static String bytes(long bytes) {
    double scaled = bytes;
    int unit = 0;
    while (scaled >= 1023.95 && unit < 5) {
      scaled /= 1024;
      unit++;
    }
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", scaled, units[unit]);
  }
}
