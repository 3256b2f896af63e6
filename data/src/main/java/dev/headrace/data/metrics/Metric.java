package dev.headrace.data.metrics;

import dev.headrace.core.graph.Asset;
import java.util.Locale;

/** One declared metric. */
public record Metric(String name, MetricSpec spec, Asset asset) {
  /** The word for its measure, such as {@code sum}. */
  public String measureWord() {
    return spec.measure().getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  static Metric of(Asset asset) {
    return new Metric(asset.name(), (MetricSpec) asset.declaration().spec(), asset);
  }
}
