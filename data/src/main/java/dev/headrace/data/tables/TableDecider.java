package dev.headrace.data.tables;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decider;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Published;
import dev.headrace.core.plan.Staleness;
import dev.headrace.data.release.ChangedDays;
import dev.headrace.data.release.Relations;
import dev.headrace.data.tables.TableSpec.Growth;
import dev.headrace.data.tables.TableSpec.Materialize;
import dev.headrace.data.tables.TableWork.Start;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells what has to be done for a table, from the ledger and the lake's lists of files. */
final class TableDecider implements Decider {
  private static final List<String> CHECKS_ONLY = List.of("checks changed");

  private final ChangedDays changedDays;
  private final ZoneId zone;

  TableDecider(ChangedDays changedDays, ZoneId zone) {
    this.changedDays = changedDays;
    this.zone = zone;
  }

  @Override
  public Decision decide(Asset asset, Published published, BuildOptions options) {
    TableSpec spec = (TableSpec) asset.declaration().spec();
    List<String> unbuilt =
        asset.definition().inputs().stream()
            .filter(input -> published.table(input).isEmpty())
            .toList();
    Staleness staleness = Staleness.of(asset, published, "sql");
    if (!unbuilt.isEmpty()) {
      return new Decision.Build(
          staleness.current().isEmpty()
              ? staleness.reasons()
              : List.of("input " + unbuilt.getFirst() + " is missing"),
          new Decision.AfterInputs(unbuilt));
    }
    if (options.isFullRefresh()) {
      return new Decision.Build(List.of("full refresh"), fromNothing(asset, spec, published));
    }
    if (staleness.current().isEmpty()) {
      return new Decision.Build(staleness.reasons(), fromNothing(asset, spec, published));
    }
    return spec.growth() == Growth.BY_DAY
        ? byDay(asset, spec, published, options, staleness, staleness.current().get())
        : whole(spec, staleness);
  }

  private static Decision whole(TableSpec spec, Staleness staleness) {
    if (staleness.reasons().isEmpty()) {
      return Decision.Skip.UP_TO_DATE;
    }
    if (staleness.reasons().equals(CHECKS_ONLY)) {
      return new Decision.Build(CHECKS_ONLY, new TableWork.Recheck());
    }
    TableWork work =
        spec.materialize() == Materialize.VIEW
            ? new TableWork.Redefine()
            : spec.growth() == Growth.BY_KEY ? new TableWork.Merge() : new TableWork.Rebuild();
    return new Decision.Build(staleness.reasons(), work);
  }

  private Decision byDay(
      Asset asset,
      TableSpec spec,
      Published published,
      BuildOptions options,
      Staleness staleness,
      Publication current) {
    DayRanges shown = current.content().days();
    DayRanges early = shown.intersection(beforeStart(spec));
    DayRanges built = shown.minus(early);
    DayRanges wanted = available(asset, spec, published);
    DayRanges missing = wanted.minus(built);
    DayRanges again = options.backfill().map(wanted::intersection).orElse(DayRanges.none());
    List<String> reasons = new ArrayList<>();
    if (!again.isEmpty()) {
      reasons.add("backfill of " + again);
    }
    if (!missing.isEmpty()) {
      reasons.add(missing.days() + (missing.days() == 1 ? " day missing" : " days missing"));
    }
    if (!early.isEmpty()) {
      reasons.add(early.days() + (early.days() == 1 ? " day" : " days") + " before the start");
    }
    reasons.addAll(staleness.reasons());
    if (!staleness.changedInputs().isEmpty()) {
      // Built days that the inputs have lost are among them: nothing of them may stay.
      DayRanges touched = touched(published, staleness, current, wanted.union(built), spec);
      DayRanges open = wanted.intersection(stillOpen(built, spec));
      DayRanges late = touched.minus(missing).minus(open);
      if (!late.isEmpty()) {
        reasons.add("late rows for " + late);
      }
      again = again.union(open).union(late);
    }
    DayRanges days = missing.union(again);
    if (days.isEmpty() && early.isEmpty()) {
      return reasons.isEmpty()
          ? Decision.Skip.UP_TO_DATE
          : new Decision.Build(reasons, new TableWork.Recheck());
    }
    return new Decision.Build(reasons, new TableWork.Days(days, early, Start.ON_WHAT_IS_THERE));
  }

  /**
   * The days on which the inputs changed, however late, and those that read them. An input that has
   * no time does not tell; for it the lookback says how far back a change is to reach.
   */
  private DayRanges touched(
      Published published,
      Staleness staleness,
      Publication current,
      DayRanges all,
      TableSpec spec) {
    DayRanges touched = DayRanges.none();
    for (String input : staleness.changedInputs()) {
      String before = current.content().inputs().getOrDefault(input, "");
      switch (changedDays.since(published, input, before)) {
        case ChangedDays.Exactly(DayRanges days) -> touched = touched.union(days);
        case ChangedDays.Throughout(DayRanges days) -> touched = touched.union(days);
        case ChangedDays.Timeless _ -> {}
        case ChangedDays.Unknown _ -> touched = all;
      }
    }
    return all.intersection(reading(touched, spec));
  }

  /** Days whose rows may be made of rows of {@code days}. */
  private static DayRanges reading(DayRanges days, TableSpec spec) {
    long further = wholeDays(spec.readsBack());
    DayRanges reading = days;
    for (DayRanges.Range range : days.ranges()) {
      reading = reading.union(DayRanges.of(range.from(), range.to().plusDays(further)));
    }
    return reading;
  }

  private static long wholeDays(Duration duration) {
    return duration.plusDays(1).minusNanos(1).toDays();
  }

  /** The newest day may have been incomplete when it was built, and late rows may have come. */
  private static DayRanges stillOpen(DayRanges built, TableSpec spec) {
    if (built.isEmpty()) {
      return built;
    }
    LocalDate end = built.ranges().getLast().to();
    long days = Math.max(1, wholeDays(spec.lookback()));
    return DayRanges.of(end.minusDays(days), end);
  }

  private TableWork fromNothing(Asset asset, TableSpec spec, Published published) {
    if (spec.materialize() == Materialize.VIEW) {
      return new TableWork.Redefine();
    }
    return spec.growth() == Growth.BY_DAY
        ? new TableWork.Days(
            available(asset, spec, published), DayRanges.none(), Start.FROM_NOTHING)
        : new TableWork.Rebuild();
  }

  /** The days for which the inputs have rows, as far as the table is declared to begin. */
  private DayRanges available(Asset asset, TableSpec spec, Published published) {
    Optional<Publication.TimeRange> range = Relations.time(published, asset.definition().inputs());
    if (range.isEmpty()) {
      return DayRanges.none();
    }
    return ChangedDays.days(range.get().first(), range.get().last(), zone).minus(beforeStart(spec));
  }

  /** The days with which the table is declared not to begin yet. */
  private static DayRanges beforeStart(TableSpec spec) {
    LocalDate start = spec.start();
    return start == null ? DayRanges.none() : DayRanges.of(LocalDate.MIN, start);
  }
}
