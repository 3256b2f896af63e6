package dev.headrace.data.ingest;

/** What a run does with files. */
public enum Load {
  /** Every file is loaded once and its rows are added. */
  APPEND,
  /** The table is what the files hold now: any change loads all of them again. */
  REPLACE
}
