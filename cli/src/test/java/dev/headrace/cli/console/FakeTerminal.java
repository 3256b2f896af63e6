package dev.headrace.cli.console;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal that understands the few control sequences we use and remembers its screen. */
final class FakeTerminal extends ByteArrayOutputStream {
  private static final Pattern TOKEN = Pattern.compile("\u001b\\[([0-9;]*)([A-Za-z])|.|\n|\r");

  /** What a person sees now, from the first line ever written to the last. */
  String screen() {
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    Matcher token = TOKEN.matcher(toString(StandardCharsets.UTF_8));
    while (token.find()) {
      String command = token.group(2);
      if (command == null) {
        switch (token.group()) {
          case "\n" -> {
            row++;
            column = 0;
            if (row == lines.size()) {
              lines.add(new StringBuilder());
            }
          }
          case "\r" -> column = 0;
          default -> {
            StringBuilder line = lines.get(row);
            line.setLength(Math.max(line.length(), column));
            line.replace(column, Math.min(line.length(), column + 1), token.group());
            column++;
          }
        }
      } else {
        switch (command) {
          case "A" -> row -= Integer.parseInt(token.group(1));
          case "J" -> {
            lines.subList(row + 1, lines.size()).clear();
            lines.get(row).setLength(column);
          }
          case "m" -> {}
          default -> throw new AssertionError("unknown sequence " + token.group());
        }
      }
    }
    return String.join("\n", lines);
  }
}
