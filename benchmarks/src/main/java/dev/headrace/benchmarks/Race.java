package dev.headrace.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Two contestants in turns, so that whatever else the machine does meets both. Who begins changes
 * from round to round.
 */
final class Race {
  private final Samples ours = new Samples();
  private final Samples peer = new Samples();

  private Race() {}

  /**
   * Runs both.
   *
   * @param warmUps rounds that are not counted
   */
  static Race of(int warmUps, int rounds, Samples.Work ours, Samples.Work peer) throws Exception {
    Race warm = new Race();
    for (int i = 0; i < warmUps; i++) {
      warm.round(i, ours, peer);
    }
    Race race = new Race();
    for (int i = 0; i < rounds; i++) {
      race.round(i, ours, peer);
    }
    return race;
  }

  private void round(int number, Samples.Work oursWork, Samples.Work peerWork) throws Exception {
    if (number % 2 == 0) {
      ours.time(oursWork);
      peer.time(peerWork);
    } else {
      peer.time(peerWork);
      ours.time(oursWork);
    }
  }

  /** The race of all together: round by round the sum of what each took. */
  static Race sum(List<Race> races, int rounds) {
    Race sum = new Race();
    for (int i = 0; i < rounds; i++) {
      int round = i;
      sum.ours.add(
          races.stream().mapToDouble(race -> race.ours.wall().get(round)).sum(),
          races.stream().mapToDouble(race -> race.ours.cpu().get(round)).sum());
      sum.peer.add(
          races.stream().mapToDouble(race -> race.peer.wall().get(round)).sum(),
          races.stream().mapToDouble(race -> race.peer.cpu().get(round)).sum());
    }
    return sum;
  }

  Samples ours() {
    return ours;
  }

  Samples peer() {
    return peer;
  }

  /** Median over the rounds of ours divided by the peer's. */
  double ratio() {
    return Samples.median(Samples.ratios(ours.wall(), peer.wall()));
  }

  /** The same of the processor time both took. */
  double cpuRatio() {
    return Samples.median(Samples.ratios(ours.cpu(), peer.cpu()));
  }

  String text() {
    List<Double> ratios = Samples.ratios(ours.wall(), peer.wall());
    return String.format(
        Locale.ROOT,
        "%.2fx (%.2f–%.2f); CPU %.2fx",
        ratio(),
        Collections.min(ratios),
        Collections.max(ratios),
        cpuRatio());
  }
}
