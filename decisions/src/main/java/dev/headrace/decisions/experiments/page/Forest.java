package dev.headrace.decisions.experiments.page;

import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Effects with their intervals around zero; each stands under its name, so that none overlap. */
final class Forest {
  private static final double LEFT = 10;
  private static final double RIGHT = 790;
  private static final double LINE = 52;

  private record Row(String label, Effect effect) {}

  private Forest() {}

  /** One drawing; nothing where no effect is known. */
  static void draw(Markup page, List<Metric> metrics, Scale scale, String title) {
    List<Row> rows = new ArrayList<>();
    for (Metric metric : metrics) {
      for (Effect effect : metric.effects()) {
        if (effect.estimate().isPresent()) {
          rows.add(new Row(metric.metric() + " \u00b7 " + effect.variant(), effect));
        }
      }
    }
    double widest = rows.stream().mapToDouble(row -> reach(row.effect())).max().orElse(0);
    if (widest == 0) {
      return;
    }
    double height = rows.size() * LINE + 36;
    page.open(
        "svg",
        "viewBox",
        "0 0 800 " + Numbers.at(height),
        "role",
        "img",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "aria-label",
        title);
    page.text("title", title);
    double zero = (LEFT + RIGHT) / 2;
    double end = Numbers.roundedUp(widest);
    double unit = (RIGHT - LEFT) / 2 / end;
    double bottom = rows.size() * LINE;
    line(page, zero, 0, zero, bottom, "axis");
    line(page, LEFT, bottom, RIGHT, bottom, "axis");
    for (double share : new double[] {-1, -0.5, 0, 0.5, 1}) {
      double x = zero + share * end * unit;
      line(page, x, bottom, x, bottom + 4, "axis");
      page.text(
          "text",
          Numbers.effect(share * end, scale),
          "x",
          Numbers.at(x),
          "y",
          Numbers.at(bottom + 26),
          "text-anchor",
          share == -1 ? "start" : share == 1 ? "end" : "middle");
    }
    for (int i = 0; i < rows.size(); i++) {
      row(page, rows.get(i), i * LINE, zero, unit, scale);
    }
    page.close();
  }

  private static void row(Markup page, Row row, double top, double zero, double unit, Scale scale) {
    double y = top + 38;
    Effect effect = row.effect();
    double estimate = effect.estimate().orElseThrow();
    String kind = effect.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
    double lower = effect.shownLower().map(l -> zero + l * unit).orElse(LEFT);
    double upper = effect.shownUpper().map(u -> zero + u * unit).orElse(RIGHT);
    page.open("g", "class", kind);
    page.text(
        "title",
        "%s: %s, %s"
            .formatted(
                row.label(),
                Numbers.effect(estimate, scale),
                Numbers.interval(effect.shownLower(), effect.shownUpper(), scale)));
    page.text("text", row.label(), "x", "0", "y", Numbers.at(top + 22));
    line(page, lower, y, upper, y, "whisker");
    page.empty("circle", "cx", Numbers.at(zero + estimate * unit), "cy", Numbers.at(y), "r", "4.5");
    page.close();
  }

  private static double reach(Effect effect) {
    double far = Math.abs(effect.estimate().orElse(0.0));
    far = Math.max(far, effect.shownLower().map(Math::abs).orElse(0.0));
    return Math.max(far, effect.shownUpper().map(Math::abs).orElse(0.0));
  }

  static void line(Markup page, double x1, double y1, double x2, double y2, String kind) {
    page.empty(
        "line",
        "x1",
        Numbers.at(x1),
        "y1",
        Numbers.at(y1),
        "x2",
        Numbers.at(x2),
        "y2",
        Numbers.at(y2),
        "class",
        kind);
  }
}
