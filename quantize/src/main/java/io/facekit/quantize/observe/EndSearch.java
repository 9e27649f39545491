package io.facekit.quantize.observe;

import java.util.function.DoubleUnaryOperator;

/**
 * Searches the two ends of a range, independent of each other: each end in turn is moved to its
 * best place while the other stays, until nothing changes.
 */
final class EndSearch {
  /** Places tried for an end in one sweep. */
  private static final int STEPS = 32;

  /** Sweeps around the best place so far, each {@code STEPS / 2} times finer. */
  private static final int ZOOMS = 2;

  private static final int ROUNDS = 6;

  private final Loss loss;
  private final int levels;

  /** How bad a range is. */
  interface Loss {
    /**
     * All lengths in bin widths.
     *
     * @param lowest the lowest level; another one is exactly 0, as at run time
     * @param step between neighbouring levels
     */
    double of(double lowest, double step, int levels);
  }

  private EndSearch(Loss loss, int levels) {
    this.loss = loss;
    this.levels = levels;
  }

  /** The best range inside of what was seen. */
  static Range range(Histogram histogram, int levels, Loss loss) {
    if (levels < 2) {
      throw new IllegalArgumentException("levels: " + levels);
    }
    Range seen = new Range(histogram.min(), histogram.max());
    if (seen.equals(Range.ZERO)) {
      return seen;
    }
    EndSearch search = new EndSearch(loss, levels);
    double width = histogram.binWidth();
    double fullLow = seen.min() / width;
    double fullHigh = seen.max() / width;
    double low = fullLow;
    double high = fullHigh;
    double best = search.loss(low, high);
    for (int round = 0; round < ROUNDS; round++) {
      double fixedLow = low;
      high = search.bestEnd(fullHigh, high, end -> search.loss(fixedLow, end));
      double fixedHigh = high;
      low = search.bestEnd(fullLow, low, end -> search.loss(end, fixedHigh));
      double now = search.loss(low, high);
      if (!(now < best)) {
        break;
      }
      best = now;
    }
    return new Range((float) (low * width), (float) (high * width));
  }

  /** The best place in {@code (0, full]}; the current one unless another is truly better. */
  private double bestEnd(double full, double current, DoubleUnaryOperator loss) {
    if (full == 0) {
      return 0;
    }
    double best = current;
    double smallest = loss.applyAsDouble(current);
    double from = 0;
    double to = full;
    for (int zoom = 0; zoom <= ZOOMS; zoom++) {
      double step = (to - from) / STEPS;
      for (int i = 1; i <= STEPS; i++) {
        double end = from + step * i;
        double candidate = loss.applyAsDouble(end);
        if (candidate < smallest) {
          smallest = candidate;
          best = end;
        }
      }
      from = best > 0 ? Math.max(0, best - step) : Math.min(0, best - step);
      to = best > 0 ? Math.min(full, best + step) : Math.max(full, best + step);
    }
    return best;
  }

  private double loss(double low, double high) {
    double step = (high - low) / (levels - 1);
    if (!(step > 0)) {
      return Double.POSITIVE_INFINITY;
    }
    long zeroPoint = Math.min(levels - 1, Math.max(0, Math.round(-low / step)));
    return loss.of(-zeroPoint * step, step, levels);
  }
}
