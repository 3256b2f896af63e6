package dev.headrace.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** A process that appends until it is killed, and tells on the way how much is safe. */
final class JournalChild {
  private JournalChild() {}

  public static void main(String[] args) throws InterruptedException {
    JournalLimits limits =
        new JournalLimits(1 << 20, Duration.ofMillis(2), 200_000, Duration.ofHours(1));
    try (Journal journal = Journal.open(Path.of(args[0]), limits, Clock.systemUTC())) {
      for (int i = 0; ; ) {
        if (journal.append("{\"n\":%d}".formatted(i).getBytes(UTF_8))) {
          i++;
        } else {
          Thread.sleep(1);
        }
        if (i % 100 == 0) {
          System.out.println(journal.status().synced());
        }
      }
    }
  }
}
