package dev.headrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What the figures were measured on. */
final class Machine {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Machine() {}

  static String text() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %.0f GiB; %s %s; JDK %s, heap at most %d MiB",
        processor(),
        SYSTEM.getAvailableProcessors(),
        SYSTEM.getTotalMemorySize() / (double) (1 << 30),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.version(),
        Runtime.getRuntime().maxMemory() >> 20);
  }

  /** Processes that want a core: above the number of cores the machine is busy with other work. */
  static double load() {
    return SYSTEM.getSystemLoadAverage();
  }

  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException e) {
      return "unknown processor";
    }
  }
}
