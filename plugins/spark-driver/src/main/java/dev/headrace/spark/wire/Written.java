package dev.headrace.spark.wire;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A finished file.
 *
 * @param columns metrics by field id
 * @param epochDay the UTC day of all its rows; null when not split by day or without a time
 */
public record Written(
    String path,
    long rows,
    long sizeBytes,
    Map<Integer, Column> columns,
    @Nullable Integer epochDay)
    implements Serializable {

  /** Metrics of one column; bounds are ISO text, null when unknown or when there are NaNs. */
  public record Column(
      long sizeBytes, long values, long nulls, @Nullable String lower, @Nullable String upper)
      implements Serializable {}
}
