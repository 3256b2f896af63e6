package dev.headrace.cli.console;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * Tells a failure: on standard error for a person, or as the one document of {@code --json}: {@code
 * {"error":{"code","message","hint","location"}}}.
 */
public final class ErrorText {
  private final Console console;
  private final boolean debug;

  /**
   * @param debug whether to print the stack trace, with its causes, as well
   */
  public ErrorText(Console console, boolean debug) {
    this.console = console;
    this.debug = debug;
  }

  /** The failure as scripts read it; null where nothing is known. */
  public record Failure(
      String code, String message, @Nullable String hint, @Nullable String location) {
    /** What {@code e} says. */
    public static Failure of(HeadraceException e) {
      return new Failure(
          e.code().name(),
          String.valueOf(e.getMessage()),
          e.hint().isEmpty() ? null : e.hint(),
          e.location().map(Location::toString).orElse(null));
    }
  }

  private record Document(Failure error) {}

  /** Prints {@code e}. */
  public void print(HeadraceException e) {
    Failure failure = Failure.of(e);
    if (!console.json()) {
      console.say(text(failure, console.errLook()));
    } else if (console.takeBackResult()) {
      JsonOut.print(console, new Document(failure));
    } else {
      // Half a result has gone out; a second document behind it would make neither readable.
      StringWriter line = new StringWriter();
      try (JsonOut json = JsonOut.to(line)) {
        json.value(new Document(failure));
      }
      console.say(line.toString().strip());
    }
    if (debug) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      console.say(trace.toString().strip());
    }
  }

  /** The lines for a person. */
  static String text(Failure failure, Look look) {
    StringBuilder text = new StringBuilder();
    text.append(look.paint(Look.Paint.BAD, "error"))
        .append(look.paint(Look.Paint.DIM, "[" + failure.code() + "]"))
        .append(": ")
        .append(Printable.lines(failure.message()));
    if (failure.location() != null) {
      text.append("\n   at: ").append(Printable.oneLine(failure.location()));
    }
    if (failure.hint() != null) {
      text.append('\n')
          .append(look.paint(Look.Paint.ACCENT, " hint"))
          .append(": ")
          .append(Printable.lines(failure.hint()));
    }
    return text.toString();
  }
}
