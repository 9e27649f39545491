package io.facekit.quantize.report;

import io.facekit.quantize.drift.Verification;
import io.facekit.quantize.drift.Verification.CurvePoint;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** TAR over FAR, the FAR on a logarithmic axis, for the reference and for one artifact. */
final class RocChart {
  private static final double LEFT = 60;
  private static final double RIGHT = 500;
  private static final double TOP = 14;
  private static final double BOTTOM = 244;

  private RocChart() {}

  /** The curves; needs at least two points. */
  static Svg of(Verification verification) {
    List<CurvePoint> curve = verification.curve();
    double lowestFar = Math.min(-1, Math.log10(curve.get(curve.size() - 1).far()));
    double lowestTar =
        curve.stream()
            .mapToDouble(p -> Math.min(p.referenceTar(), p.candidateTar()))
            .min()
            .orElse(0);
    double step = Axis.step(Math.max(0.01, 1 - lowestTar), 4);
    Axis x = new Axis(lowestFar, 0, LEFT, RIGHT);
    double lowestTick = Math.min(1 - step, Math.floor(lowestTar / step) * step);
    Axis y = new Axis(Math.max(0, lowestTick), 1, BOTTOM, TOP);
    Svg svg =
        new Svg(
            "chart",
            520,
            290,
            "True accept rate over false accept rate, FP32 and candidate; the table has the values");
    for (double tick : y.ticks(5)) {
      svg.line("grid", LEFT, y.at(tick), RIGHT, y.at(tick));
      svg.text("tick", LEFT - 8, y.at(tick) + 4, "end", Show.number(100 * tick) + " %");
    }
    for (int decade = (int) Math.ceil(lowestFar - 1e-9); decade <= 0; decade++) {
      double at = x.at(decade);
      svg.line("grid", at, TOP, at, BOTTOM);
      svg.text("tick", at, BOTTOM + 18, "middle", decade == 0 ? "1" : "1e" + decade);
    }
    svg.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM);
    svg.curve("line reference", points(curve, x, y, CurvePoint::referenceTar));
    svg.curve("line candidate", points(curve, x, y, CurvePoint::candidateTar));
    double key = BOTTOM - 34;
    svg.line("line reference", RIGHT - 120, key, RIGHT - 92, key);
    svg.text("label", RIGHT - 84, key + 4, "start", "FP32");
    svg.line("line candidate", RIGHT - 120, key + 20, RIGHT - 92, key + 20);
    svg.text("label", RIGHT - 84, key + 24, "start", "candidate");
    svg.text("label", (LEFT + RIGHT) / 2, BOTTOM + 40, "middle", "false accept rate");
    return svg;
  }

  private static double[] points(
      List<CurvePoint> curve, Axis x, Axis y, ToDoubleFunction<CurvePoint> tar) {
    double[] points = new double[2 * curve.size()];
    for (int i = 0; i < curve.size(); i++) {
      points[2 * i] = x.at(Math.log10(curve.get(i).far()));
      points[2 * i + 1] = y.at(tar.applyAsDouble(curve.get(i)));
    }
    return points;
  }
}
