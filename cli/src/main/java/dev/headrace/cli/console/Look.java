package dev.headrace.cli.console;

import dev.headrace.cli.process.Ambient;
import java.util.Locale;

/**
 * How one stream is written to.
 *
 * @param terminal whether a person looks at it
 * @param width columns of the terminal; {@link Integer#MAX_VALUE} where there is none
 * @param colour whether to colour
 * @param unicode whether more than ASCII may be drawn; text of the user is UTF-8 in any case
 */
public record Look(boolean terminal, int width, boolean colour, boolean unicode) {
  private static final int USUAL_WIDTH = 80;
  private static final int NARROWEST = 20;

  /** A file or a pipe. */
  public static Look plain(boolean unicode) {
    return new Look(false, Integer.MAX_VALUE, false, unicode);
  }

  /**
   * Decides for one stream. Colour: never with {@code NO_COLOR} or {@code TERM=dumb}, always with
   * {@code CLICOLOR_FORCE}, otherwise on a terminal unless {@code CLICOLOR=0}.
   *
   * @param terminal whether the stream is one
   * @param columns the terminal's width; 0 when unknown
   */
  public static Look of(Ambient ambient, boolean terminal, int columns) {
    boolean dumb = ambient.variable("TERM").equals("dumb");
    boolean colour;
    if (!ambient.variable("NO_COLOR").isEmpty() || dumb) {
      colour = false;
    } else if (isOn(ambient.variable("CLICOLOR_FORCE"))) {
      colour = true;
    } else {
      colour = terminal && !ambient.variable("CLICOLOR").equals("0");
    }
    int width = Integer.MAX_VALUE;
    if (terminal) {
      width = columns == 0 ? USUAL_WIDTH : Math.max(columns, NARROWEST);
    }
    return new Look(terminal && !dumb, width, colour, isUnicode(ambient));
  }

  private static boolean isOn(String value) {
    return !value.isEmpty() && !value.equals("0");
  }

  private static boolean isUnicode(Ambient ambient) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String locale = ambient.variable(name);
      if (!locale.isEmpty()) {
        String folded = locale.toLowerCase(Locale.ROOT);
        return folded.contains("utf-8") || folded.contains("utf8");
      }
    }
    return false;
  }

  /** {@code text} in a colour, or as it is where there is none. */
  public String paint(Paint paint, String text) {
    return colour ? "\u001b[" + paint.sgr + 'm' + text + "\u001b[0m" : text;
  }

  /** The drawing where it can be shown, else its stand-in. */
  public String draw(String drawing, String ascii) {
    return unicode ? drawing : ascii;
  }

  /** What a colour means here; the terminal's theme says what it looks like. */
  public enum Paint {
    BOLD("1"),
    DIM("2"),
    GOOD("32"),
    WARNING("33"),
    BAD("1;31"),
    ACCENT("36");

    private final String sgr;

    Paint(String sgr) {
      this.sgr = sgr;
    }
  }
}
