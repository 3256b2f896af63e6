package dev.headrace.data.ingest.internal;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of one JSON record that would not be the same after an engine made doubles of them,
 * and are to be taken as they are written: they have to be read as texts.
 */
final class ExactNumbers {
  /** A decimal number of so many digits is the same again after it was a double. */
  private static final int SURE_DIGITS = 15;

  private record Stretch(int from, int to) {}

  /** In order, none within another. */
  private final List<Stretch> texts = new ArrayList<>();

  /** Within a value that is taken as a text, whether a double would change something of it. */
  private boolean inText;

  private boolean changes;

  void clear() {
    texts.clear();
    inText = false;
  }

  boolean isEmpty() {
    return texts.isEmpty();
  }

  /** Whether an object or a list begins that is taken as one text; then it has to be left again. */
  boolean entersText(ValueProfile.Wanted wanted) {
    if (inText || wanted != ValueProfile.Wanted.TEXT) {
      return false;
    }
    inText = true;
    changes = false;
    return true;
  }

  /** What is taken as a text stood in {@code [from, to)}. */
  void leaveText(int from, int to) {
    inText = false;
    if (changes) {
      texts.add(new Stretch(from, to));
    }
  }

  /** A sound number in {@code [from, to)}. */
  void saw(byte[] b, int from, int to, Kind kind, ValueProfile.Wanted wanted) {
    if (!isChanged(b, from, to, kind, wanted)) {
      return;
    }
    if (inText) {
      changes = true;
    } else {
      texts.add(new Stretch(from, to));
    }
  }

  private boolean isChanged(byte[] b, int from, int to, Kind kind, ValueProfile.Wanted wanted) {
    return switch (kind) {
      case STRING -> true; // Of more digits than any number of a table has.
      case DOUBLE ->
          (inText || wanted == ValueProfile.Wanted.NUMBER)
              ? isLong(b, from, to)
              : wanted == ValueProfile.Wanted.TEXT;
      // Minus zero is zero to whom it is no text.
      default -> wanted == ValueProfile.Wanted.TEXT && b[from] == '-' && b[from + 1] == '0';
    };
  }

  private static boolean isLong(byte[] b, int from, int to) {
    int digits = 0;
    for (int i = from; i < to && b[i] != 'e' && b[i] != 'E'; i++) {
      boolean counts = digits > 0 ? b[i] >= '0' : b[i] > '0';
      if (counts && b[i] <= '9') {
        digits++;
      }
    }
    return digits > SURE_DIGITS;
  }

  /** The record in {@code [from, to)} with these numbers in quotes. */
  byte[] quotedIn(byte[] b, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + 16 * texts.size());
    int done = from;
    for (Stretch text : texts) {
      out.write(b, done, text.from - done);
      out.writeBytes(JsonText.quoted(b, text.from, text.to));
      done = text.to;
    }
    out.write(b, done, to - done);
    return out.toByteArray();
  }
}
