package dev.headrace.decisions.experiments.page;

import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.report.ExperimentReport.Course;
import dev.headrace.decisions.experiments.report.ExperimentReport.Point;
import java.util.List;

/** An effect as exposures came in, with its interval as a band. */
final class CourseChart {
  private static final double LEFT = 110;
  private static final double RIGHT = 790;
  private static final double TOP = 10;
  private static final double BOTTOM = 190;

  private final Markup page;
  private final Course course;
  private final Scale scale;
  private final double low;
  private final double high;

  private CourseChart(Markup page, Course course, Scale scale) {
    this.page = page;
    this.course = course;
    this.scale = scale;
    // The first days are noise: what counts is the scale of the later half.
    List<Point> late = course.points().subList(course.points().size() / 2, course.points().size());
    double reach = late.stream().mapToDouble(CourseChart::reach).max().orElse(1);
    this.high = reach == 0 ? 1 : Numbers.roundedUp(reach);
    this.low = -high;
  }

  private static double reach(Point point) {
    return Math.max(
        Math.abs(point.estimate()),
        Math.max(
            point.lower().map(Math::abs).orElse(0.0), point.upper().map(Math::abs).orElse(0.0)));
  }

  /** One drawing; nothing for fewer than two days. */
  static void draw(Markup page, Course course, Scale scale) {
    if (course.points().size() >= 2) {
      new CourseChart(page, course, scale).draw();
    }
  }

  private void draw() {
    String title =
        "Effect of %s on %s, of all units exposed until each day"
            .formatted(course.variant(), course.metric());
    page.open("figure").text("figcaption", title);
    page.open(
        "svg",
        "viewBox",
        "0 0 800 222",
        "role",
        "img",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "aria-label",
        title);
    page.text("title", title);
    for (double value : new double[] {low, 0, high}) {
      Forest.line(page, LEFT, y(value), RIGHT, y(value), "axis");
      page.text(
          "text",
          Numbers.effect(value, scale),
          "x",
          Numbers.at(LEFT - 6),
          "y",
          Numbers.at(y(value) + 4),
          "text-anchor",
          "end");
    }
    List<Point> points = course.points();
    StringBuilder band = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (Point point : points) {
      place(band, point, point.upper().orElse(high));
      place(line, point, point.estimate());
    }
    for (Point point : points.reversed()) {
      place(band, point, point.lower().orElse(low));
    }
    page.empty("polygon", "points", band.toString().strip(), "class", "band");
    page.empty("polyline", "points", line.toString().strip(), "class", "course");
    page.text("text", points.getFirst().day().toString(), "x", Numbers.at(LEFT), "y", "214");
    page.text(
        "text",
        points.getLast().day().toString(),
        "x",
        Numbers.at(RIGHT),
        "y",
        "214",
        "text-anchor",
        "end");
    page.close().close();
  }

  private void place(StringBuilder path, Point point, double value) {
    path.append(Numbers.at(x(point)))
        .append(',')
        .append(Numbers.at(y(Math.clamp(value, low, high))))
        .append(' ');
  }

  private double x(Point point) {
    long first = course.points().getFirst().day().toEpochDay();
    long last = course.points().getLast().day().toEpochDay();
    return LEFT + (RIGHT - LEFT) * (point.day().toEpochDay() - first) / (double) (last - first);
  }

  private double y(double value) {
    return BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low);
  }
}
