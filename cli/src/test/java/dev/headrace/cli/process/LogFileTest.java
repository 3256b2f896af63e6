package dev.headrace.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir Path directory;

  @Test
  void append_firstEntry_createsTheFileAndItsDirectory() throws Exception {
    Path file = directory.resolve("logs/headrace.log");
    LogFile log = new LogFile(file);
    assertThat(file).doesNotExist();
    log.append(Instant.EPOCH, "run", new IllegalStateException("why"));
    assertThat(Files.readString(file))
        .startsWith("1970-01-01T00:00:00Z run\njava.lang.IllegalStateException: why\n\tat ");
  }

  @Test
  void publish_largeFile_startsANewOne() throws Exception {
    Path file = directory.resolve("headrace.log");
    Files.write(file, new byte[(8 << 20) + 1]);
    LogRecord entry = new LogRecord(Level.WARNING, "careful {0}");
    entry.setParameters(new Object[] {"now"});
    entry.setLoggerName("org.apache.iceberg.Table");
    entry.setInstant(Instant.EPOCH);
    new LogFile(file).publish(entry);
    assertThat(file).hasContent("1970-01-01T00:00:00Z WARNING Table: careful now");
    assertThat(directory.resolve("headrace.log.1")).hasSize((8 << 20) + 1);
  }
}
