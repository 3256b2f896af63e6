package dev.headrace.ml.learn.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.ml.learn.LearnSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which settings are tried. */
class SearchSpaceTest {
  private static List<SearchSpace.Candidate> candidates(int trials, Map<String, String> search) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    search.forEach((name, text) -> ranges.put(name, Range.parse(text)));
    return SearchSpace.candidates(
        new LearnSpec.Neighbours(5, LearnSpec.Closeness.NONE),
        new TuneSpec(trials, null, 3, ranges),
        7);
  }

  @Test
  void singleNumbers_areEachTriedOnceAndTheDeclaredOnesFirst() {
    List<SearchSpace.Candidate> all = candidates(20, Map.of("k", "3 or 7 or 11"));
    assertThat(all.getFirst().numbers()).isEmpty();
    assertThat(all.subList(1, all.size()))
        .extracting(one -> one.numbers().get("k"))
        .containsExactlyInAnyOrder(3.0, 7.0, 11.0);
    assertThat(candidates(3, Map.of("k", "3 or 7 or 11"))).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void stretches_areDrawnAsOftenAsAsked() {
    List<SearchSpace.Candidate> all = candidates(30, Map.of("k", "3 to 11"));
    assertThat(all).hasSize(30);
    assertThat(all.subList(1, 30))
        .allSatisfy(one -> assertThat(one.numbers().get("k")).isBetween(3.0, 11.0));
  }

  @Test
  void text_isReadAndWrittenAgain() {
    for (String text : List.of("3.0 to 10.0", "0.01 to 0.3 log", "4.0 or 6.0 or 8.5")) {
      assertThat(Range.parse(text)).hasToString(text);
      assertThat(Range.parse(Range.parse(text).toString())).isEqualTo(Range.parse(text));
    }
    assertThat(Range.parse("50% or 75%").oneOf()).containsExactly(50.0, 75.0);
    for (String wrong :
        List.of("", "4", "4 or", "or 4", "4, 6", "4 or six", "4 or 4", "4 to 6 or 8")) {
      assertThatThrownBy(() -> Range.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("must ");
    }
  }
}
