package dev.headrace.cli.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows steps as they run: live bars on a terminal, plain lines elsewhere, nothing but the result
 * with {@code --json} unless a person watches.
 *
 * <p>Finished steps scroll away above the bars; below them stands the sum. Painted at most ten
 * times a second. Thread-safe: events may come from any thread. Close it before anything else is
 * printed.
 */
public final class ProgressView implements AutoCloseable {
  /** How a step ended. */
  public enum Outcome {
    BUILT,
    SKIPPED,
    FAILED,
    BLOCKED
  }

  private static final long REPAINT_NANOS = 100_000_000L;
  private static final long PLAIN_LINE_NANOS = 30_000_000_000L;
  private static final int MAX_BARS = 8;
  private static final int BAR_WIDTH = 20;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Console console;
  private final Look look;
  private final LongSupplier nanos;
  private final int total;
  private final long began;
  private final Map<String, Step> running = new LinkedHashMap<>();
  private final StringBuilder finishedLines = new StringBuilder();
  private int done;
  private int failed;
  private int paintedLines;
  private long lastPaint;
  private boolean closed;

  private static final class Step {
    private final long began;
    private double fraction;
    private long rows;
    private long lastPlainLine;

    Step(long now) {
      began = now;
      lastPlainLine = now;
    }
  }

  /**
   * @param nanos a clock that only goes forward, in nanoseconds
   * @param total steps that will start or be reported as finished
   */
  public ProgressView(Console console, LongSupplier nanos, int total) {
    this.console = console;
    this.look = console.errLook();
    this.nanos = nanos;
    this.total = total;
    this.began = nanos.getAsLong();
    this.lastPaint = began - REPAINT_NANOS;
  }

  /** Starts to repaint by itself, so that time passes on the screen even when nothing happens. */
  public ProgressView live() {
    if (look.terminal()) {
      Thread.ofPlatform().daemon().name("progress").start(this::repaintUntilClosed);
    }
    return this;
  }

  private void repaintUntilClosed() {
    try {
      while (tick()) {
        Thread.sleep(250);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (OutputClosed e) {
      // Nobody looks at standard error any more; the work itself goes on.
    }
  }

  /**
   * Repaints if it is time to.
   *
   * @return whether the view is still open
   */
  synchronized boolean tick() {
    if (!closed) {
      repaint(false);
    }
    return !closed;
  }

  public synchronized void stepStarted(String name) {
    running.put(name, new Step(nanos.getAsLong()));
    repaint(false);
  }

  /**
   * @param fraction finished part, 0 to 1; 0 or less when unknown
   * @param rows rows worked through so far; 0 when unknown
   */
  public synchronized void stepProgress(String name, double fraction, long rows) {
    Step step = running.get(name);
    if (step == null) {
      return;
    }
    // Engines revise their estimate; a bar that runs backwards only irritates.
    step.fraction = Math.clamp(fraction, step.fraction, 1.0);
    step.rows = Math.max(rows, step.rows);
    if (look.terminal()) {
      repaint(false);
    } else if (nanos.getAsLong() - step.lastPlainLine >= PLAIN_LINE_NANOS && !console.json()) {
      step.lastPlainLine = nanos.getAsLong();
      console.say(Printable.oneLine(name) + ": " + String.join(", ", details(step)));
    }
  }

  /**
   * @param rows rows of the result; 0 when the step has none
   * @param reason why it failed, was skipped or blocked; empty when there is nothing to say
   */
  public synchronized void stepFinished(
      String name, Outcome outcome, long rows, double seconds, String reason) {
    running.remove(name);
    done++;
    if (outcome == Outcome.FAILED) {
      failed++;
    }
    if (outcome != Outcome.SKIPPED) {
      finishedLines.append(finishedLine(name, outcome, rows, seconds, reason)).append('\n');
    }
    if (look.terminal()) {
      repaint(false);
    } else if (!finishedLines.isEmpty()) {
      if (!console.json()) {
        console.sayRaw(finishedLines.toString());
      }
      finishedLines.setLength(0);
    }
  }

  /** Takes the bars away and leaves the finished steps. */
  @Override
  public synchronized void close() {
    if (!closed) {
      running.clear();
      closed = true;
      repaint(true);
    }
  }

  private String finishedLine(
      String name, Outcome outcome, long rows, double seconds, String reason) {
    List<String> words = new ArrayList<>();
    words.add(
        switch (outcome) {
          case BUILT -> look.paint(Look.Paint.GOOD, look.draw("✓", "built"));
          case SKIPPED -> look.paint(Look.Paint.DIM, look.draw("–", "skipped"));
          case FAILED -> look.paint(Look.Paint.BAD, look.draw("✗", "failed"));
          case BLOCKED -> look.paint(Look.Paint.WARNING, look.draw("◌", "blocked"));
        });
    words.add(Printable.oneLine(name));
    if (outcome == Outcome.BUILT) {
      words.add(look.paint(Look.Paint.DIM, Quantity.count(rows, "row")));
      words.add(look.paint(Look.Paint.DIM, Quantity.seconds(seconds)));
    }
    if (!reason.isEmpty()) {
      words.add(Printable.oneLine(reason.replaceAll("\\s*\\n\\s*", " ")));
    }
    return String.join("  ", words);
  }

  private List<String> details(Step step) {
    double seconds = (nanos.getAsLong() - step.began) / NANOS_PER_SECOND;
    List<String> details = new ArrayList<>();
    if (step.fraction > 0) {
      details.add("%3d %%".formatted((int) (step.fraction * 100)));
    }
    if (step.rows > 0) {
      details.add(Quantity.rounded((double) step.rows) + " rows");
      if (seconds >= 1) {
        details.add(Quantity.rounded(step.rows / seconds) + " rows/s");
      }
    }
    // The first percents say nothing about the rest.
    if (step.fraction >= 0.02 && seconds >= 1) {
      details.add(
          Quantity.seconds(seconds / step.fraction * (1 - step.fraction))
                  .replaceFirst("\\.\\d+", "")
              + " left");
    } else {
      details.add(Quantity.seconds(seconds));
    }
    return details;
  }

  /** Paints finished lines, bars and the sum in one write, so that nothing flickers. */
  private void repaint(boolean now) {
    if (!look.terminal()) {
      return;
    }
    long time = nanos.getAsLong();
    if (!now && time - lastPaint < REPAINT_NANOS) {
      return;
    }
    lastPaint = time;
    StringBuilder frame = new StringBuilder();
    if (paintedLines > 0) {
      frame.append("\u001b[").append(paintedLines).append('A');
    }
    frame.append("\r\u001b[J").append(finishedLines);
    finishedLines.setLength(0);
    paintedLines = 0;
    if (!closed) {
      for (String line : bars()) {
        frame.append(line).append('\n');
        paintedLines++;
      }
    }
    console.sayRaw(frame.toString());
  }

  private List<String> bars() {
    int nameWidth =
        running.keySet().stream().limit(MAX_BARS).mapToInt(Printable::width).max().orElse(0);
    nameWidth = Math.min(nameWidth, Math.max(8, look.width() / 3));
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Step> entry : running.entrySet()) {
      if (lines.size() == MAX_BARS) {
        break;
      }
      String name = Printable.cut(Printable.oneLine(entry.getKey()), nameWidth, dots());
      name += " ".repeat(Math.max(0, nameWidth - Printable.width(name)));
      String line = name + "  " + bar(entry.getValue().fraction) + "  ";
      line += String.join("  ", details(entry.getValue()));
      lines.add(fit(line));
    }
    StringBuilder sum = new StringBuilder();
    sum.append(done).append(" of ").append(total).append(" done");
    sum.append(separator()).append(running.size()).append(" running");
    if (failed > 0) {
      sum.append(separator()).append(failed).append(" failed");
    }
    sum.append(separator())
        .append(Quantity.seconds((nanos.getAsLong() - began) / NANOS_PER_SECOND));
    lines.add(look.paint(Look.Paint.DIM, fit(sum.toString())));
    return lines;
  }

  private String bar(double fraction) {
    int filled = (int) Math.round(fraction * BAR_WIDTH);
    return look.draw("█", "#").repeat(filled) + look.draw("░", ".").repeat(BAR_WIDTH - filled);
  }

  /** One column is left free: some terminals wrap when the last one is written. */
  private String fit(String line) {
    return Printable.cut(line, look.width() - 1, dots());
  }

  private String separator() {
    return look.draw(" · ", ", ");
  }

  private String dots() {
    return look.draw("…", "~");
  }
}
