package dev.headrace.ml.online;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.time.Duration;

/** What a project may say about serving features, under {@code features:}. */
@Doc("What all feature views share.")
public record ServedSpec(
    @Default("0%")
        @Doc(
            "Share of served vectors that is logged with its moment, for 'headrace audit skew'; 0%"
                + " logs none.")
        Percentage log,
    @Default("1m") @Doc("How old a file of logged vectors gets before an audit sees it.")
        Duration logAge) {
  public ServedSpec {
    if (logAge.isNegative() || logAge.isZero()) {
      throw new IllegalArgumentException("must have 'log-age' above 0");
    }
  }
}
