package io.facekit.quantize.report;

import java.util.ArrayList;
import java.util.List;

/** Maps values linearly to positions, and finds round ticks. */
record Axis(double from, double to, double start, double end) {
  Axis {
    if (!(from < to)) {
      throw new IllegalArgumentException("an axis from " + from + " to " + to);
    }
  }

  double at(double value) {
    return start + (value - from) / (to - from) * (end - start);
  }

  /** Multiples of 1, 2 or 5 times a power of ten, at most {@code most + 1} of them. */
  List<Double> ticks(int most) {
    double step = step(to - from, most);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** The smallest round step that cuts {@code span} into at most {@code most} parts. */
  static double step(double span, int most) {
    double power = Math.pow(10, Math.floor(Math.log10(span / most)));
    for (int factor : new int[] {1, 2, 5}) {
      if (span / (factor * power) <= most + 1e-9) {
        return factor * power;
      }
    }
    return 10 * power;
  }
}
