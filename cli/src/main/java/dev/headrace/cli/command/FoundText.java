package dev.headrace.cli.command;

import dev.headrace.cli.console.Console;
import dev.headrace.ml.learn.LearnReport;
import dev.headrace.ml.learn.LearnReport.Cluster;
import dev.headrace.ml.learn.LearnReport.Component;
import dev.headrace.ml.learn.LearnReport.Trait;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was found without a label, for a person. */
final class FoundText {
  /** More than fit side by side. */
  private static final int CLUSTERS = 10;

  private static final int LOADINGS = 5;

  private FoundText() {}

  static void print(LearnReport report, Console console) {
    List<Cluster> clusters = report.clusters();
    if (clusters != null) {
      clusters(clusters, console);
    }
    List<Component> components = report.components();
    if (components != null) {
      components(components, console);
    }
  }

  /** What the rows of each cluster are like: a feature a line, a cluster a column. */
  private static void clusters(List<Cluster> all, Console console) {
    console.out().write("\n");
    if (all.size() > CLUSTERS) {
      CardText.table(
          console,
          List.of("cluster", "rows"),
          all.stream()
              .map(
                  one ->
                      Arrays.<@Nullable Object>asList(
                          Integer.toString(one.cluster()), Integer.toString(one.rows())))
              .toList());
      console.out().write("what their rows are like: --json\n");
      return;
    }
    List<String> columns = new ArrayList<>(List.of("feature"));
    List<@Nullable Object> sizes = new ArrayList<>(List.of("(rows)"));
    for (Cluster one : all) {
      columns.add(one.cluster() < 0 ? "noise" : "cluster " + one.cluster());
      sizes.add(Integer.toString(one.rows()));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>(List.of(sizes));
    int features = all.isEmpty() ? 0 : all.getFirst().traits().size();
    for (int f = 0; f < features; f++) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(all.getFirst().traits().get(f).feature());
      for (Cluster one : all) {
        row.add(text(one.traits().get(f)));
      }
      rows.add(row);
    }
    CardText.table(console, columns, rows);
  }

  private static @Nullable String text(Trait trait) {
    Double share = trait.share();
    return share == null
        ? CardText.number(trait.mean())
        : String.format(Locale.ROOT, "%s %.0f%%", trait.most(), 100 * share);
  }

  private static void components(List<Component> all, Console console) {
    console.out().write("\n");
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int c = 0; c < all.size(); c++) {
      Component one = all.get(c);
      rows.add(
          Arrays.<@Nullable Object>asList(
              "component_" + (c + 1),
              CardText.number(one.variance()),
              String.format(Locale.ROOT, "%.1f%%", 100 * one.share()),
              one.loadings().stream()
                  .limit(LOADINGS)
                  .map(
                      entry ->
                          String.format(Locale.ROOT, "%s %.3f", entry.column(), entry.loading()))
                  .collect(Collectors.joining("  "))));
    }
    CardText.table(console, List.of("component", "variance", "of all", "loadings"), rows);
  }
}
