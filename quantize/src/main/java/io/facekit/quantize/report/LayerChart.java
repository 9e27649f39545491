package io.facekit.quantize.report;

import io.facekit.quantize.drift.SqnrDb;
import io.facekit.quantize.report.Report.Layer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQNR of every layer in topological order: bars when quantized alone, dots when all are. */
final class LayerChart {
  private static final double LEFT = 44;
  private static final double TOP = 14;
  private static final double BOTTOM = 264;
  private static final double CEILING_DB = 80;

  private LayerChart() {}

  /** Whether any layer has a figure to draw. */
  static boolean hasFigures(List<Layer> layers) {
    return layers.stream()
        .anyMatch(l -> l.isolatedSqnrDb() != null || l.accumulatedSqnrDb() != null);
  }

  static Svg of(List<Layer> layers) {
    double pitch = Math.max(8, Math.min(28, 1000.0 / layers.size()));
    double right = LEFT + pitch * layers.size();
    double lowest = Math.min(0, layers.stream().mapToDouble(LayerChart::lowest).min().orElse(0));
    Axis y = new Axis(10 * Math.floor(lowest / 10), ceiling(layers), BOTTOM, TOP);
    Svg svg =
        new Svg(
            "chart wide",
            right + 12,
            308,
            "SQNR in dB of " + layers.size() + " layers; the table has the values");
    for (double tick : y.ticks(6)) {
      svg.line(tick == 0 ? "axis" : "grid", LEFT, y.at(tick), right, y.at(tick));
      svg.text("tick", LEFT - 8, y.at(tick) + 4, "end", Show.number(tick));
    }
    int every = (int) Axis.step(layers.size(), (int) Math.max(1, right / 60));
    for (int i = 0; i < layers.size(); i++) {
      draw(svg, layers.get(i), i + 1, LEFT + pitch * i, pitch, y);
      if ((i + 1) % Math.max(1, every) == 0) {
        String number = String.valueOf(i + 1);
        svg.text("tick", LEFT + pitch * (i + 0.5), BOTTOM + 18, "middle", number);
      }
    }
    svg.text("label", (LEFT + right) / 2, BOTTOM + 38, "middle", "layer, in the order of the data");
    return svg;
  }

  private static void draw(Svg svg, Layer layer, int number, double x, double pitch, Axis y) {
    String precision = layer.applied().id();
    String name = number + " " + layer.name() + " (" + precision + "): ";
    Double isolated = layer.isolatedSqnrDb();
    if (isolated != null) {
      double zero = y.at(0);
      double tip = y.at(clip(isolated, y));
      String title = name + Show.decibels(isolated) + " dB alone";
      double height = Math.max(1, Math.abs(zero - tip));
      String classes = "bar " + precision + (isolated >= SqnrDb.EXACT ? " exact" : "");
      svg.bar(classes, x + 1, Math.min(zero, tip), pitch - 2, height, title);
    }
    Double accumulated = layer.accumulatedSqnrDb();
    if (accumulated != null) {
      String title = name + Show.decibels(accumulated) + " dB with everything quantized";
      svg.dot("dot", x + pitch / 2, y.at(clip(accumulated, y)), Math.min(3.5, pitch / 3), title);
    }
  }

  private static double ceiling(List<Layer> layers) {
    double highest = layers.stream().mapToDouble(LayerChart::highest).max().orElse(10);
    return Math.max(10, 10 * Math.ceil(Math.min(CEILING_DB, highest) / 10));
  }

  private static double clip(double value, Axis y) {
    return Math.max(y.from(), Math.min(y.to(), value));
  }

  private static double lowest(Layer layer) {
    return Math.max(
        -40, Math.min(orZero(layer.isolatedSqnrDb()), orZero(layer.accumulatedSqnrDb())));
  }

  private static double highest(Layer layer) {
    return Math.max(orZero(layer.isolatedSqnrDb()), orZero(layer.accumulatedSqnrDb()));
  }

  private static double orZero(@Nullable Double value) {
    return value == null ? 0 : value;
  }
}
