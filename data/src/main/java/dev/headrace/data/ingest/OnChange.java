package dev.headrace.data.ingest;

/** What happens when a file that was loaded has other content now. */
public enum OnChange {
  /** The run stops and names the file. */
  ERROR,
  /** The rows that came from the file are replaced by what it holds now. */
  REPLACE
}
