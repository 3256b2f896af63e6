package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.Spending;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Group;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Period;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Spender;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * The look of a group-sequential design that is due, as the data tell: the last named day that
 * exposures have reached and that is over. An analysis between two looks tells the earlier one
 * again, so that no look is taken that was not planned.
 *
 * @param number from 1; 0 before the first one
 * @param days of all looks
 * @param information shares of the planned information at the looks so far, rising; beyond 1 where
 *     more units came than were planned
 * @param spent shares by which alpha is spent, rising to 1: those of information, and all at the
 *     last look. What a look has spent is gone, however many units come after it
 */
public record DueLook(
    int number,
    List<LocalDate> days,
    List<Double> information,
    List<Double> spent,
    Spending spending) {
  /** Before the first look nothing can be shown: about this far out p is 1e-16. */
  private static final double NEVER = 8.2;

  public DueLook {
    days = List.copyOf(days);
    information = List.copyOf(information);
    spent = List.copyOf(spent);
  }

  /** All days of looks, the last day of the period among them. */
  public static List<LocalDate> days(Group group, Period period) {
    List<LocalDate> days = new ArrayList<>(group.looks());
    LocalDate end = period.end();
    if (end != null && (days.isEmpty() || days.getLast().isBefore(end))) {
      days.add(end);
    }
    return days;
  }

  static Spending spending(Group group) {
    return switch (group.spending()) {
      case Spender.ObrienFleming() -> new Spending.OBrienFleming();
      case Spender.Pocock() -> new Spending.Pocock();
      case Spender.Linear() -> new Spending.Power(1);
      case Spender.Power(double power) -> new Spending.Power(power);
    };
  }

  /**
   * How many looks are due.
   *
   * @param until the last day that is over
   */
  public static int number(Group group, Period period, LocalDate until) {
    return (int) days(group, period).stream().filter(day -> !day.isAfter(until)).count();
  }

  /**
   * The look of this number.
   *
   * @param unitsUntil units exposed until a day
   */
  public static DueLook of(
      Group group, Period period, int number, ToLongFunction<LocalDate> unitsUntil) {
    List<LocalDate> days = days(group, period);
    List<Double> information = new ArrayList<>();
    List<Double> spent = new ArrayList<>();
    double before = 1e-6;
    for (int i = 0; i < number; i++) {
      LocalDate day = days.get(i);
      boolean last = i == days.size() - 1;
      Long planned = group.units();
      double share =
          planned == null
              ? share(period, day, days.getLast())
              : (double) unitsUntil.applyAsLong(day) / planned;
      before = Math.max(share, before);
      information.add(before);
      // The last look spends what is left, whether or not all units came.
      spent.add(last ? 1 : Math.min(1, before));
    }
    return new DueLook(number, days, information, spent, spending(group));
  }

  public Optional<LocalDate> day() {
    return number == 0 ? Optional.empty() : Optional.of(days.get(number - 1));
  }

  /** The bound of this look. */
  public double criticalZ(double alpha) {
    if (number == 0) {
      return NEVER;
    }
    return Math.min(
        NEVER,
        GroupSequential.bounds(
                spending, alpha, Alternative.TWO_SIDED, values(spent), values(information))
            .getLast()
            .criticalZ());
  }

  private static double[] values(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * The number of an earlier look that has spent all of alpha, so that this one can show nothing.
   */
  public OptionalInt spentAt() {
    return IntStream.range(1, number).filter(look -> spent.get(look - 1) == 1).findFirst();
  }

  /**
   * The repeated p-value: the smallest alpha at which this look would reject (C. Jennison and B.
   * Turnbull, "Group sequential methods with applications to clinical trials", 2000, section 9.5).
   * Valid at all looks together, so that it may be corrected like any other.
   */
  double pValue(double z) {
    double size = Math.abs(z);
    if (number == 0 || size < criticalZ(0.999)) {
      return 1;
    }
    double low = 1e-12;
    double high = 0.999;
    if (size >= criticalZ(low)) {
      return low;
    }
    for (int i = 0; i < 45 && high / low > 1 + 1e-10; i++) {
      double middle = Math.sqrt(low * high);
      if (size >= criticalZ(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** Looks for planning: at their days' shares of the period. */
  static List<GroupSequential.Look> planned(Group group, Period period, double alpha) {
    List<LocalDate> days = days(group, period);
    return GroupSequential.bounds(
        spending(group),
        alpha,
        Alternative.TWO_SIDED,
        days.stream().mapToDouble(day -> share(period, day, days.getLast())).toArray());
  }

  /** What has passed of a period by the end of a day. */
  private static double share(Period period, LocalDate day, LocalDate last) {
    return (ChronoUnit.DAYS.between(period.start(), day) + 1.0)
        / (ChronoUnit.DAYS.between(period.start(), last) + 1.0);
  }
}
