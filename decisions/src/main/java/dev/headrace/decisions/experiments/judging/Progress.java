package dev.headrace.decisions.experiments.judging;

import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Engine;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Sequential;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How far an experiment has come, as its newest rows tell.
 *
 * @param unfinished why the result may not be looked at yet; empty when it may
 * @param open why there is more to come, for methods that may be looked at before the end
 */
public record Progress(Optional<String> unfinished, Optional<String> open) {
  /**
   * Tells how far.
   *
   * @param newest day of exposures
   * @param finished the last day that is over, where that is the newest one
   */
  public static Progress of(
      ExperimentSpec declared,
      Optional<LocalDate> newest,
      UnaryOperator<LocalDate> finished,
      Optional<DueLook> look) {
    ExperimentSpec.Period period = declared.period();
    LocalDate end = period == null ? null : period.end();
    if (end == null || newest.isEmpty()) {
      return new Progress(Optional.empty(), Optional.empty());
    }
    LocalDate until = finished.apply(newest.get());
    if (look.isPresent()) {
      return ofLooks(look.get(), until);
    }
    if (!until.isBefore(end)) {
      return new Progress(Optional.empty(), Optional.empty());
    }
    String reach =
        newest.get().isBefore(end)
            ? "%s of a period that ends on %s"
                .formatted(
                    until.isAfter(newest.get())
                        ? "exposures reach %s and what is measured %s"
                            .formatted(newest.get(), until)
                        : "exposures reach " + newest.get(),
                    end)
            : "the period ends on %s, which was not over when its rows were published"
                .formatted(end);
    boolean oneLook =
        declared.analysis().engine() == Engine.FREQUENTIST
            && declared.analysis().sequential() == Sequential.NONE;
    return oneLook
        ? new Progress(Optional.of(reach + ", and the test allows one look"), Optional.empty())
        : new Progress(Optional.empty(), Optional.of(reach));
  }

  private static Progress ofLooks(DueLook look, LocalDate until) {
    int all = look.days().size();
    if (look.number() == 0) {
      return new Progress(
          Optional.of(
              "rows reach the end of %s and the first of %d looks is after %s"
                  .formatted(until, all, look.days().getFirst())),
          Optional.empty());
    }
    return new Progress(
        Optional.empty(),
        look.number() == all
            ? Optional.empty()
            : Optional.of(
                "this is look %d of %d, and the next one is after %s"
                    .formatted(look.number(), all, look.days().get(look.number()))));
  }
}
