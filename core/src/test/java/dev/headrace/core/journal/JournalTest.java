package dev.headrace.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final JournalLimits LIMITS = JournalLimits.defaults();

  @TempDir Path directory;

  private Journal open(JournalLimits limits) {
    return Journal.open(directory, limits, Clock.systemUTC());
  }

  private static byte[] document(int number) {
    return "{\"n\":%d,\"text\":\"ağ ☃\"}".formatted(number).getBytes(UTF_8);
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Path file : JournalFiles.finished(directory)) {
      long intact = JournalFiles.read(file, line -> lines.add(new String(line, UTF_8)));
      assertThat(file).hasSize(intact);
    }
    return lines;
  }

  @Test
  void append_andClose_linesInOrderWithChecksum() {
    try (Journal journal = open(LIMITS)) {
      for (int i = 0; i < 1000; i++) {
        assertThat(journal.append(document(i))).isTrue();
      }
    }
    assertThat(lines()).hasSize(1000);
    assertThat(lines().getFirst())
        .matches("\\{\"n\":0,\"text\":\"ağ ☃\",\"_crc\":\"[0-9a-f]{8}\"}");
    assertThat(lines().getLast()).startsWith("{\"n\":999,");
  }

  @Test
  void line_ofAnEmptyObject_isStillAnObject() {
    assertThat(new String(Sealed.line(new byte[] {'{', '}'}), UTF_8))
        .isEqualTo("{\"_crc\":\"%08x\"}\n".formatted(crc32c("{")));
  }

  /** Bit by bit, by the reflected polynomial of RFC 3720: no library is asked. */
  private static int crc32c(String text) {
    int crc = -1;
    for (byte b : text.getBytes(UTF_8)) {
      crc ^= b & 0xff;
      for (int k = 0; k < 8; k++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
      }
    }
    return ~crc;
  }

  @Test
  void checksum_agreesWithTheDefinition() {
    String document = "{\"a\":1}";
    assertThat(new String(Sealed.line(document.getBytes(UTF_8)), UTF_8))
        .isEqualTo("{\"a\":1,\"_crc\":\"%08x\"}\n".formatted(crc32c("{\"a\":1,")));
    assertThat(crc32c("123456789")).isEqualTo(0xE3069283); // The check value of RFC 3720.
  }

  @Test
  void flush_makesWhatCameBeforeReadable_whileTheJournalGoesOn() {
    try (Journal journal = open(LIMITS)) {
      journal.append(document(1));
      assertThat(journal.flush()).isTrue();
      assertThat(lines()).hasSize(1);
      journal.append(document(2));
      assertThat(journal.flush()).isTrue();
      assertThat(lines()).hasSize(2);
      assertThat(journal.status().synced()).isEqualTo(2);
      assertThat(journal.status().pendingBytes()).isZero();
    }
  }

  @Test
  void append_ofSomethingElseThanOneLineObject_isRefusedAndCounted() {
    try (Journal journal = open(LIMITS)) {
      assertThat(journal.append("[1]".getBytes(UTF_8))).isFalse();
      assertThat(journal.append("{\"a\":\n1}".getBytes(UTF_8))).isFalse();
      assertThat(journal.append(new byte[0])).isFalse();
      assertThat(journal.status().dropped()).isEqualTo(3);
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void append_afterClose_isDropped() {
    Journal journal = open(LIMITS);
    journal.close();
    assertThat(journal.append(document(1))).isFalse();
    assertThat(journal.flush()).isTrue(); // Nothing was taken that is not safe.
  }

  @Test
  void kill_ofTheProcess_losesNothingThatWasSynced() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JournalChild.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long synced = 0;
    try (BufferedReader reader = child.inputReader(UTF_8)) {
      while (synced < 20_000) {
        synced = Long.parseLong(reader.readLine());
      }
      child.destroyForcibly().waitFor();
    } finally {
      child.destroyForcibly();
    }
    open(LIMITS).close();
    List<String> lines = lines();
    assertThat(lines.size()).isGreaterThanOrEqualTo((int) synced);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).startsWith("{\"n\":" + i + ",");
    }
  }

  @Test
  void segments_areFinishedBySize_andNoneHoldsAPartOfALine() {
    JournalLimits small =
        new JournalLimits(64L << 20, Duration.ofMillis(5), 2_000_000, Duration.ofHours(1));
    try (Journal journal = open(small)) {
      IntStream.range(0, 100_000).forEach(i -> journal.append(document(i)));
    }
    assertThat(JournalFiles.finished(directory)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(lines()).hasSize(100_000);
  }

  @Test
  void segments_areFinishedByAge() throws Exception {
    JournalLimits young =
        new JournalLimits(1 << 20, Duration.ofMillis(5), 1 << 30, Duration.ofMillis(20));
    try (Journal journal = open(young)) {
      journal.append(document(1));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (JournalFiles.finished(directory).isEmpty() && System.nanoTime() < end) {
        Thread.sleep(5);
      }
      assertThat(lines()).hasSize(1);
    }
  }

  @Test
  void append_fromManyThreads_losesAndDoublesNothing() throws Exception {
    try (Journal journal = open(LIMITS)) {
      List<Thread> threads =
          IntStream.range(0, 8)
              .mapToObj(
                  t ->
                      Thread.ofVirtual()
                          .start(
                              () -> {
                                for (int i = 0; i < 5000; i++) {
                                  journal.append(document(t * 5000 + i));
                                }
                              }))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(journal.status().dropped()).isZero();
    }
    assertThat(lines()).hasSize(40_000).doesNotHaveDuplicates();
  }

  @Test
  void open_afterAKill_cutsWhatIsTornAndKeepsTheRest() throws IOException {
    Path file = directory.resolve("20260101T000000000Z-000000.open");
    byte[] whole = Sealed.line(document(1));
    Files.write(file, whole);
    Files.write(file, new byte[] {'{', '"', 'n'}, StandardOpenOption.APPEND);
    open(LIMITS).close();
    assertThat(lines()).hasSize(1);
    assertThat(JournalFiles.finished(directory).getFirst()).hasSize(whole.length);
  }

  @Test
  void open_afterAPowerCut_dropsFromTheFirstDamagedLineOn() throws IOException {
    Path file = directory.resolve("20260101T000000000Z-000000.open");
    byte[] damaged = Sealed.line(document(2));
    damaged[5] ^= 1;
    Files.write(file, Sealed.line(document(1)));
    Files.write(file, damaged, StandardOpenOption.APPEND);
    Files.write(file, new byte[4096], StandardOpenOption.APPEND); // Blocks that never came.
    Files.write(file, Sealed.line(document(3)), StandardOpenOption.APPEND);
    open(LIMITS).close();
    assertThat(lines()).hasSize(1);
  }

  @Test
  void open_besideOneThatWrites_leavesItsFileAlone() {
    try (Journal first = open(LIMITS)) {
      first.append(document(1));
      waitUntilWritten(first);
      try (Journal second = open(LIMITS)) {
        second.append(document(2));
      }
      assertThat(lines()).hasSize(1);
      first.append(document(3));
    }
    assertThat(lines()).hasSize(3);
  }

  private static void waitUntilWritten(Journal journal) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (journal.status().synced() < 1 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(journal.status().synced()).isEqualTo(1);
  }

  @Test
  void append_toADiskThatFails_neverBlocksAndCountsWhatItDrops() throws IOException {
    JournalLimits tight =
        new JournalLimits(10_000, Duration.ofMillis(5), 1 << 20, Duration.ofHours(1));
    try (Journal journal = open(tight)) {
      Files.delete(directory);
      Files.write(
          directory, new byte[] {1}); // A file where the directory was: nothing can be made.
      int taken = 0;
      for (int i = 0; i < 1000; i++) {
        taken += journal.append(document(i)) ? 1 : 0;
      }
      assertThat(journal.flush()).isFalse();
      assertThat(journal.status().failure()).isPresent();
      assertThat(journal.status().dropped()).isEqualTo(1000 - taken).isPositive();
      Files.delete(directory);
      assertThat(journal.flush()).isTrue(); // What was taken is written once the disk is back.
      assertThat(lines()).hasSize(taken);
    }
  }
}
