package dev.headrace.ml.online;

/** What it means that a write of the embedded store has returned. */
public enum Durability {
  /**
   * It is on the disk: it survives the machine. Writes that wait at the same time share one sync.
   */
  ALWAYS,
  /**
   * The operating system has it: it survives the process. The disk has it within the interval, so
   * at most that much is lost when the machine loses power.
   */
  INTERVAL
}
