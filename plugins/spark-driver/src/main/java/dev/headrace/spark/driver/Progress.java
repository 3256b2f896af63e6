package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Frames;
import dev.headrace.spark.wire.Frames.Sender;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.jspecify.annotations.Nullable;

/** Tells, now and then, how many of the tasks that are known of have ended. */
final class Progress implements AutoCloseable {
  private static final long EVERY_MILLIS = 250;
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "headrace-progress");
            thread.setDaemon(true);
            return thread;
          });

  private final ScheduledFuture<?> ticks;

  private Progress(ScheduledFuture<?> ticks) {
    this.ticks = ticks;
  }

  static Progress tell(SparkContext context, String group, Sender sender) {
    JavaSparkStatusTracker tracker = new Tracker(context).tracker();
    return new Progress(
        CLOCK.scheduleWithFixedDelay(
            () -> {
              try {
                double fraction = fraction(tracker, group);
                if (fraction > 0) {
                  sender.send(Frames.PROGRESS, WorkRun.progress(fraction));
                }
              } catch (IOException e) {
                // Nobody listens any more: the work finds out with its next row.
              }
            },
            EVERY_MILLIS,
            EVERY_MILLIS,
            TimeUnit.MILLISECONDS));
  }

  private static double fraction(JavaSparkStatusTracker tracker, String group) {
    long all = 0;
    long done = 0;
    for (int job : tracker.getJobIdsForGroup(group)) {
      org.apache.spark.SparkJobInfo info = tracker.getJobInfo(job);
      if (info == null) {
        continue;
      }
      for (int stage : info.stageIds()) {
        @Nullable SparkStageInfo tasks = tracker.getStageInfo(stage);
        if (tasks != null) {
          all += tasks.numTasks();
          done += tasks.numCompletedTasks();
        }
      }
    }
    return all == 0 ? 0 : (double) done / all;
  }

  /** Tasks of {@code group} that run right now. */
  static int activeTasks(SparkContext context, String group) {
    JavaSparkStatusTracker tracker = new Tracker(context).tracker();
    int active = 0;
    for (int job : tracker.getJobIdsForGroup(group)) {
      org.apache.spark.SparkJobInfo info = tracker.getJobInfo(job);
      if (info != null) {
        for (int stage : info.stageIds()) {
          @Nullable SparkStageInfo tasks = tracker.getStageInfo(stage);
          active += tasks == null ? 0 : tasks.numActiveTasks();
        }
      }
    }
    return active;
  }

  @Override
  public void close() {
    ticks.cancel(false);
  }

  /** Spark's tracker by its Java face. */
  private record Tracker(SparkContext context) {
    JavaSparkStatusTracker tracker() {
      return org.apache.spark.api.java.JavaSparkContext.fromSparkContext(context).statusTracker();
    }
  }
}
