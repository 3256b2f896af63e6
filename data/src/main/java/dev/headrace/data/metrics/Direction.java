package dev.headrace.data.metrics;

import dev.headrace.core.project.spec.Doc;

/** Which way is good. */
public enum Direction {
  @Doc("More is better.")
  UP,
  @Doc("Less is better, as for errors and waiting times.")
  DOWN
}
