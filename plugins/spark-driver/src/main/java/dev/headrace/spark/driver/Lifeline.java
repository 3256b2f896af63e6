package dev.headrace.spark.driver;

import java.io.BufferedReader;
import java.io.IOException;

/**
 * Ends this process when its parent ends, however that happens: the parent holds the other end of
 * the pipe, and the system closes it even for a process that was killed.
 */
final class Lifeline {
  private Lifeline() {}

  static void hold(BufferedReader parent) {
    Thread thread = new Thread(() -> wait(parent), "headrace-lifeline");
    thread.setDaemon(true);
    thread.start();
  }

  private static void wait(BufferedReader parent) {
    try {
      while (parent.readLine() != null) {
        // The parent says nothing after the secret.
      }
    } catch (IOException e) {
      // As good as an end.
    }
    // Not exit(): Spark's shutdown hooks wait for tasks whose rows nobody will ever read. What the
    // tasks had written is named by its run and swept by the next one.
    Runtime.getRuntime().halt(0);
  }
}
