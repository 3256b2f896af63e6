package dev.headrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Times of one contestant, in the order they were taken. */
final class Samples {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final List<Double> wallSeconds = new ArrayList<>();
  private final List<Double> cpuSeconds = new ArrayList<>();

  /** Work that is timed. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Runs the work and keeps how long it took: by the clock, and on all cores of this process. */
  void time(Work work) throws Exception {
    long cpu = SYSTEM.getProcessCpuTime();
    long start = System.nanoTime();
    work.run();
    add((System.nanoTime() - start) / 1e9, (SYSTEM.getProcessCpuTime() - cpu) / 1e9);
  }

  void add(double wall, double cpu) {
    wallSeconds.add(wall);
    cpuSeconds.add(cpu);
  }

  /**
   * The samples from one round to another, to see whether they change with the number of rounds.
   */
  Samples part(int from, int to) {
    Samples part = new Samples();
    for (int i = from; i < to; i++) {
      part.add(wallSeconds.get(i), cpuSeconds.get(i));
    }
    return part;
  }

  List<Double> wall() {
    return Collections.unmodifiableList(wallSeconds);
  }

  List<Double> cpu() {
    return Collections.unmodifiableList(cpuSeconds);
  }

  /** Ours divided by the peer's, round by round. */
  static List<Double> ratios(List<Double> ours, List<Double> peer) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(ours.get(i) / peer.get(i));
    }
    return ratios;
  }

  static double quantile(List<Double> values, double q) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(sorted.size() * q)));
  }

  static double median(List<Double> values) {
    return quantile(values, 0.5);
  }

  double median() {
    return median(wallSeconds);
  }

  double medianCpu() {
    return median(cpuSeconds);
  }

  /** Of short work, whose single values are hidden in the steps of the processor's clock. */
  double meanCpu() {
    return cpuSeconds.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** Median and range, in a unit that suits. */
  String text() {
    double low = Collections.min(wallSeconds);
    double high = Collections.max(wallSeconds);
    return median() < 1
        ? String.format(Locale.ROOT, "%.3g ms (%.3g–%.3g)", median() * 1e3, low * 1e3, high * 1e3)
        : String.format(Locale.ROOT, "%.2f s (%.2f–%.2f)", median(), low, high);
  }
}
