package dev.headrace.data.quality;

import dev.headrace.data.quality.ColumnProfile.Histogram;
import dev.headrace.data.quality.internal.Literals;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A profile as a terminal shows it: one line per column, a small histogram or the top values. */
public final class ProfileText {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final String ASCII = "_.:-=+*#";
  private static final int LONGEST_NAME = 28;
  private static final int LONGEST_VALUE = 19;

  private final int width;
  private final boolean unicode;

  private ProfileText(int width, boolean unicode) {
    this.width = Math.max(width, 60);
    this.unicode = unicode;
  }

  /**
   * For a terminal that shows block characters.
   *
   * @param width characters per line; at least 60 are used
   */
  public static ProfileText unicode(int width) {
    return new ProfileText(width, true);
  }

  /** For a terminal that shows plain ASCII only. */
  public static ProfileText ascii(int width) {
    return new ProfileText(width, false);
  }

  /** The lines, each ended by a line feed. */
  public String render(String table, TableProfile profile) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("column", "type", "nulls", "distinct", "least", "greatest", "values"));
    profile.columns().forEach(column -> cells.add(cells(column)));
    int last = cells.getFirst().size() - 1;
    int[] widths = new int[last];
    for (List<String> line : cells) {
      for (int i = 0; i < last; i++) {
        widths[i] = Math.max(widths[i], length(line.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    text.append(printable(table)).append(": ").append(count(profile.rows())).append(" rows, ");
    text.append(count(profile.columns().size())).append(" columns\n\n");
    for (List<String> line : cells) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < last; i++) {
        String gap = " ".repeat(widths[i] - length(line.get(i)));
        boolean right = i == 2 || i == 3;
        out.append(right ? gap + line.get(i) : line.get(i) + gap).append("  ");
      }
      text.append(cut(out + line.get(last), width).stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private List<String> cells(ColumnProfile column) {
    return List.of(
        cut(printable(column.name()), LONGEST_NAME),
        Literals.describe(column.type()),
        share(column.nulls(), column.rows()),
        column.approximateDistinct().isPresent()
            ? "~" + count(column.approximateDistinct().getAsLong())
            : "",
        column.range().map(range -> value(range.least())).orElse(""),
        column.range().map(range -> value(range.greatest())).orElse(""),
        column.histogram().map(this::bars).orElseGet(() -> top(column)));
  }

  private String bars(Histogram histogram) {
    String levels = unicode ? BLOCKS : ASCII;
    long most = histogram.rows().stream().mapToLong(Long::longValue).max().orElse(0);
    StringBuilder bars = new StringBuilder();
    for (long rows : histogram.rows()) {
      // An empty bin is blank, so that a rare value can be told from none.
      int level = (int) Math.ceil(rows * (double) levels.length() / Math.max(most, 1));
      bars.append(rows == 0 ? ' ' : levels.charAt(Math.min(level, levels.length()) - 1));
    }
    return bars.toString();
  }

  private String top(ColumnProfile column) {
    return column.top().stream()
        .map(
            value ->
                cut(printable(value.text()), LONGEST_VALUE)
                    + " "
                    + share(value.rows(), column.rows()))
        .collect(Collectors.joining(", "));
  }

  private String value(Object value) {
    if (value instanceof BigDecimal || value instanceof Double || value instanceof Float) {
      BigDecimal number = new BigDecimal(value.toString());
      String exact = number.stripTrailingZeros().toPlainString();
      return exact.length() <= LONGEST_VALUE
          ? exact
          : number.round(new MathContext(8)).stripTrailingZeros().toString();
    }
    return cut(printable(value.toString()), LONGEST_VALUE);
  }

  /** Control characters, and in ASCII mode all others beyond it, must not reach a terminal. */
  private String printable(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || (!unicode && c > '~')) {
                safe.append(unicode ? '·' : '?');
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }

  private String cut(String text, int most) {
    String mark = unicode ? "…" : "~";
    return length(text) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most - 1)) + mark;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String share(long part, long whole) {
    if (part == 0 || whole == 0) {
      return "0%";
    }
    double percent = 100.0 * part / whole;
    return percent < 0.1 ? "<0.1%" : String.format(Locale.ROOT, "%.1f%%", percent);
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
