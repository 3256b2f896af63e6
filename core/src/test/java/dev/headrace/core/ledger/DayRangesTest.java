package dev.headrace.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.ledger.DayRanges.Range;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DayRangesTest {
  private static final LocalDate EPOCH = LocalDate.of(2026, 2, 20);

  @Test
  void ranges_thatTouch_becomeOne() {
    DayRanges days = days(1, 3).union(days(3, 5)).union(days(8, 9));
    assertThat(days.ranges()).containsExactly(range(1, 5), range(8, 9));
    assertThat(days).hasToString("2026-02-21..2026-02-24, 2026-02-28");
  }

  @Test
  void setOperations_ofRandomRanges_agreeWithSetsOfDays() {
    Random random = new Random(20261121);
    for (int i = 0; i < 2_000; i++) {
      DayRanges left = random(random);
      DayRanges right = random(random);
      Set<LocalDate> both = members(left);
      both.retainAll(members(right));
      Set<LocalDate> either = members(left);
      either.addAll(members(right));
      Set<LocalDate> rest = members(left);
      rest.removeAll(members(right));
      assertThat(members(left.union(right))).isEqualTo(either);
      assertThat(members(left.minus(right))).isEqualTo(rest);
      assertThat(members(left.intersection(right))).isEqualTo(both);
      assertThat(left.days()).isEqualTo(members(left).size());
    }
  }

  private static DayRanges random(Random random) {
    List<Range> ranges = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      int from = random.nextInt(25);
      ranges.add(range(from, from + 1 + random.nextInt(6)));
    }
    return new DayRanges(ranges);
  }

  private static Set<LocalDate> members(DayRanges days) {
    Set<LocalDate> members = new TreeSet<>();
    days.ranges().forEach(range -> range.from().datesUntil(range.to()).forEach(members::add));
    return members;
  }

  private static DayRanges days(int from, int to) {
    return DayRanges.of(EPOCH.plusDays(from), EPOCH.plusDays(to));
  }

  private static Range range(int from, int to) {
    return new Range(EPOCH.plusDays(from), EPOCH.plusDays(to));
  }
}
