package dev.headrace.data.duckdb;

import dev.headrace.core.project.spec.Doc;

/** How values lie in the Parquet files that DuckDB writes. */
public enum Encodings {
  @Doc("As every program that reads Parquet knows them.")
  PLAIN,
  @Doc(
      "As differences and split bytes: up to 38 % smaller, quicker to write and to read. For readers"
          + " that know these encodings, as DuckDB, Arrow, Trino from 444 and Iceberg's from 1.11"
          + " do.")
  COMPACT
}
