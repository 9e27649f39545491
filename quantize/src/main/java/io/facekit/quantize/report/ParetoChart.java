package io.facekit.quantize.report;

import io.facekit.quantize.report.PlanReport.Point;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Drift of the points of a plan over their size or their time. */
final class ParetoChart {
  private static final double LEFT = 70;
  private static final double RIGHT = 500;
  private static final double TOP = 14;
  private static final double BOTTOM = 244;

  private ParetoChart() {}

  static Svg bySize(PlanReport report) {
    return of(report, p -> p.sizeBytes() / 1e6, "megabytes");
  }

  static Svg byTime(PlanReport report) {
    return of(report, Point::millis, "milliseconds");
  }

  private static Svg of(PlanReport report, ToDoubleFunction<Point> across, String unit) {
    List<Point> points = report.points();
    double from = points.stream().mapToDouble(across).min().orElse(0);
    double to = Math.max(points.stream().mapToDouble(across).max().orElse(1), from + 1e-3);
    double most = points.stream().mapToDouble(Point::drift).max().orElse(0);
    double budget = 1 - report.budget();
    Axis x = new Axis(from - 0.05 * (to - from), to + 0.05 * (to - from), LEFT, RIGHT);
    Axis y = new Axis(0, 1.1 * Math.max(most, budget), BOTTOM, TOP);
    Svg svg = new Svg("chart", 520, 290, "Drift over " + unit + "; the table has the values");
    for (double tick : y.ticks(4)) {
      svg.line(tick == 0 ? "axis" : "grid", LEFT, y.at(tick), RIGHT, y.at(tick));
      svg.text("tick", LEFT - 8, y.at(tick) + 4, "end", Show.number(tick));
    }
    for (double tick : x.ticks(5)) {
      svg.text("tick", x.at(tick), BOTTOM + 18, "middle", Show.number(tick));
    }
    svg.line("line reference", LEFT, y.at(budget), RIGHT, y.at(budget));
    for (Point p : points) {
      boolean special = p.kind() != PlanReport.Kind.STEP;
      double px = x.at(across.applyAsDouble(p));
      String title = Show.name(p.kind()) + ": drift " + Show.number(p.drift());
      svg.dot("bar", px, y.at(p.drift()), special ? 5 : 3, title);
      if (special) {
        boolean left = px > (LEFT + RIGHT) / 2;
        svg.text(
            "label",
            left ? px - 9 : px + 9,
            y.at(p.drift()) + 4,
            left ? "end" : "start",
            Show.name(p.kind()));
      }
    }
    svg.text("label", (LEFT + RIGHT) / 2, BOTTOM + 40, "middle", "drift over " + unit);
    return svg;
  }
}
