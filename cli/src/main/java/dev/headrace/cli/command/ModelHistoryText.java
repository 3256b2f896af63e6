package dev.headrace.cli.command;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.headrace.cli.console.Console;
import dev.headrace.ml.registry.ModelHistory;
import dev.headrace.ml.registry.ModelHistory.Event;
import dev.headrace.ml.registry.ModelHistory.Move;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** When names came to versions, for a person. */
final class ModelHistoryText {
  private static final List<String> COLUMNS = List.of("at", "name", "from", "to", "by", "reason");

  private ModelHistoryText() {}

  /**
   * The whole of it.
   *
   * @param moment that it ends with; null for now
   */
  static void print(ModelHistory history, @Nullable Instant moment, Console console) {
    String standing =
        String.join(
            ", ",
            history.standing().values().stream()
                .map(move -> "%s %d".formatted(move.name(), move.to()))
                .toList());
    console
        .out()
        .write(
            "%s in %s%s: %s\n"
                .formatted(
                    history.model(),
                    history.environment(),
                    moment == null ? "" : " at " + moment,
                    standing.isEmpty() ? "no version has a name" : standing));
    if (!history.moves().isEmpty()) {
      console.out().write("\n");
      CardText.table(
          console, COLUMNS, history.moves().stream().map(ModelHistoryText::row).toList());
    }
  }

  /** What has happened to one version, line by line. */
  static void printVersion(ModelHistory history, int version, Console console) {
    List<Move> moves =
        history.moves().stream()
            .filter(move -> is(move.from(), version) || is(move.to(), version))
            .toList();
    if (moves.isEmpty()) {
      console.out().write("  it never had a name in " + history.environment() + "\n");
    }
    for (Move move : moves) {
      console
          .out()
          .write(
              "  %s  %s%s, %s%s\n"
                  .formatted(
                      at(move),
                      is(move.to(), version) ? move.name() : "no longer " + move.name(),
                      other(move, version),
                      by(move),
                      move.reason().isEmpty() ? "" : ": " + move.reason()));
    }
  }

  /** The version that had the name before, or has it after. */
  private static String other(Move move, int version) {
    Integer other = is(move.to(), version) ? move.from() : move.to();
    return other == null ? "" : (is(move.to(), version) ? " after " : ", since then ") + other;
  }

  private static boolean is(@Nullable Integer number, int version) {
    return number != null && number == version;
  }

  private static List<@Nullable Object> row(Move move) {
    return Arrays.<@Nullable Object>asList(
        at(move),
        move.name(),
        move.from() == null ? null : move.from().toString(),
        move.to() == null ? null : move.to().toString(),
        by(move),
        move.reason());
  }

  private static String at(Move move) {
    String told = move.at().truncatedTo(SECONDS).toString();
    return move.event() == Event.FOUND ? "before " + told : told;
  }

  private static String by(Move move) {
    return switch (move.event()) {
      case NAMED -> "models alias";
      case FOUND -> "since before this was kept";
      case TRAINED, SHOWN_AGAIN, PROMOTED, ROLLED_BACK, FOLLOWED, WITHDRAWN ->
          "%s, run %d in %s".formatted(words(move.event()), move.run(), move.environment());
    };
  }

  /** How an event is called in JSON. */
  static String word(Event event) {
    return event.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String words(Event event) {
    return event.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
