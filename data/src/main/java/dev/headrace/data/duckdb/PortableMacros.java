package dev.headrace.data.duckdb;

import java.util.List;

/**
 * Functions that Spark has and DuckDB lacks, under Spark's names: SQL that uses them runs on both.
 * The other direction is in the Spark driver. What each means is pinned by the conformance suite.
 */
final class PortableMacros {
  static final List<String> ALL =
      List.of(
          "CREATE MACRO get_json_object(json, path) AS json_extract_string(json, path)",
          "CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern)",
          "CREATE MACRO try_divide(a, b) AS CASE WHEN b <> 0 THEN a / b END");

  private PortableMacros() {}
}
