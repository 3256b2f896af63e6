package dev.headrace.spark;

import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Protocol;
import dev.headrace.spi.error.HeadraceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process that runs Spark: started with the first query, kept until it is closed.
 *
 * <p>It is told a secret over its standard input and ends when that pipe ends: by {@link #close},
 * and by the end of this process, whatever ends it. One that has died is started again by the next
 * query. Thread-safe.
 */
public final class SparkDriver implements AutoCloseable {
  private static final int SECRET_BYTES = 24;
  private static final long STOPS_WITHIN_SECONDS = 5;

  private final SparkLaunch launch;
  private final String catalogToken = secret();
  private @Nullable Running running;
  private boolean closed;

  private record Running(Process process, OutputStream lifeline, DriverClient client) {}

  private SparkDriver(SparkLaunch launch) {
    this.launch = launch;
  }

  /** A driver that starts when it is first needed. */
  public static SparkDriver of(SparkLaunch launch) {
    return new SparkDriver(launch);
  }

  /** What speaks with the process, which is started if there is none. */
  synchronized DriverClient client() {
    if (closed) {
      throw new HeadraceException(
          SparkErrorCode.SPARK_CLOSED, "Cannot use the engine 'spark': it is closed.", "");
    }
    Running now = running;
    if (now != null && !now.process.isAlive()) {
      end(now);
      now = null;
    }
    if (now == null) {
      now = start();
      running = now;
    }
    return now.client;
  }

  /** The process's id, when there is one. */
  synchronized @Nullable ProcessHandle process() {
    Running now = running;
    return now == null ? null : now.process.toHandle();
  }

  private Running start() {
    Path log = launch.log();
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      try (DriverCommand command = DriverCommand.of(launch, catalogToken)) {
        return start(command, log);
      }
    } catch (IOException e) {
      throw notStarted(String.valueOf(e.getMessage()), log, e);
    }
  }

  private Running start(DriverCommand command, Path log) throws IOException {
    ProcessBuilder builder = command.process();
    builder.redirectError(ProcessBuilder.Redirect.to(log.toFile()));
    Process process = builder.start();
    try {
      String text = secret();
      OutputStream lifeline = process.getOutputStream();
      try {
        lifeline.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        lifeline.write(Frames.JSON.writeValueAsBytes(command.settings()));
        lifeline.write('\n');
        lifeline.flush();
      } catch (IOException e) {
        // It has ended already; its log says why.
      }
      int port = awaitReady(process, log);
      return new Running(process, lifeline, new DriverClient(port, text, log));
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String secret() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  private int awaitReady(Process process, Path log) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.startsWith(Protocol.READY)) {
      line = out.readLine(); // What spark-submit has to say.
    }
    if (line == null) {
      Complaint complaint = Complaint.in(log);
      if (complaint.isOfJava()) {
        throw wrongJava(complaint, log);
      }
      throw notStarted("it ended before it was ready" + complaint.bracketed(), log, null);
    }
    String[] words = line.substring(Protocol.READY.length()).split(" ", 3);
    if (Integer.parseInt(words[0]) != Protocol.VERSION || !words[2].startsWith("4.1.")) {
      throw notStarted(
          "it speaks protocol " + words[0] + " and is Spark " + words[2] + ", but 4.1 is needed",
          log,
          null);
    }
    return Integer.parseInt(words[1]);
  }

  private HeadraceException wrongJava(Complaint complaint, Path log) {
    String java =
        launch.java().map(home -> "the Java in '" + home + "'").orElse("the Java that was found");
    return new HeadraceException(
        SparkErrorCode.SPARK_JAVA,
        "Cannot start the Spark driver on '%s': %s %s%s."
            .formatted(launch.master(), java, complaint.ofJava(), complaint.bracketed()),
        "Let 'engine: spark: java:' name the directory of a Java 17 or 21. What Spark had to say is"
            + " in '"
            + log
            + "'.");
  }

  private HeadraceException notStarted(String reason, Path log, @Nullable Throwable cause) {
    return new HeadraceException(
        SparkErrorCode.SPARK_START,
        "Cannot start the Spark driver on '" + launch.master() + "': " + reason + ".",
        "What Spark had to say is in '" + log + "'.",
        cause);
  }

  private static void end(Running running) {
    running.client.close();
    try {
      running.lifeline.close();
    } catch (IOException e) {
      // The process is gone already.
    }
  }

  /** Stops the process; what it is doing fails. */
  @Override
  public synchronized void close() {
    closed = true;
    Running now = running;
    running = null;
    if (now == null) {
      return;
    }
    try {
      now.client.stop();
      if (!now.process.waitFor(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        now.process.destroyForcibly();
      }
    } catch (IOException e) {
      now.process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      now.process.destroyForcibly();
    } finally {
      end(now);
    }
  }
}
