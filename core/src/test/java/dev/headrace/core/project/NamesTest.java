package dev.headrace.core.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
  @ParameterizedTest
  @CsvSource({
    "max-rejcted, max-rejected",
    "max_rejected, max-rejected",
    "MAX-REJECTED, max-rejected",
    "flies, files",
    "file, files",
    "fiel, ",
    "key, key",
    "kye, key",
    "if, ",
    "somethingelse, ",
  })
  void nearest_misspelt_isFoundWithinAThirdOfItsLetters(String name, String expected) {
    assertThat(Names.nearest(name, List.of("files", "key", "max-rejected", "title")))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void nearest_equallyNear_isTheFirstInTheAlphabet() {
    assertThat(Names.nearest("cat", List.of("hat", "bat", "rat"))).contains("bat");
  }

  @Test
  void edits_randomWords_agreeWithTheDefinition() {
    Random random = new Random(11);
    for (int round = 0; round < 2000; round++) {
      String a = word(random);
      String b = word(random);
      int expected = plain(a, b);
      assertThat(Names.edits(a, b, 10)).as(a + " " + b).isEqualTo(expected);
      int limit = random.nextInt(4);
      if (expected <= limit) {
        assertThat(Names.edits(a, b, limit)).isEqualTo(expected);
      } else {
        assertThat(Names.edits(a, b, limit)).isGreaterThan(limit);
      }
    }
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(7); i > 0; i--) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }

  /** The recurrence of optimal string alignment, written down without a table. */
  private static int plain(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.length() + b.length();
    }
    String shorterA = a.substring(0, a.length() - 1);
    String shorterB = b.substring(0, b.length() - 1);
    int same = a.charAt(a.length() - 1) == b.charAt(b.length() - 1) ? 0 : 1;
    int best =
        Math.min(
            plain(shorterA, shorterB) + same, 1 + Math.min(plain(shorterA, b), plain(a, shorterB)));
    if (a.length() > 1
        && b.length() > 1
        && a.charAt(a.length() - 1) == b.charAt(b.length() - 2)
        && a.charAt(a.length() - 2) == b.charAt(b.length() - 1)) {
      int swapped = plain(a.substring(0, a.length() - 2), b.substring(0, b.length() - 2)) + 1;
      best = Math.min(best, swapped);
    }
    return best;
  }
}
