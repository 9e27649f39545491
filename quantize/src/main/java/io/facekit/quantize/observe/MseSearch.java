package io.facekit.quantize.observe;

import java.util.function.DoubleUnaryOperator;

/**
 * Searches the clipping range with the smallest expected squared error of quantize-dequantize, as
 * in Banner et al., "Post-training 4-bit quantization of convolution networks for rapid-deployment"
 * (2019), but measured on the histogram instead of derived from a Laplace or normal distribution,
 * and with two independent ends: each end in turn is moved to its best place while the other stays,
 * until nothing changes.
 */
final class MseSearch {
  /** Places tried for an end in one sweep. */
  private static final int STEPS = 32;

  /** Sweeps around the best place so far, each {@code STEPS / 2} times finer. */
  private static final int ZOOMS = 2;

  private static final int ROUNDS = 6;

  private final Moments moments;
  private final int levels;

  private MseSearch(Moments moments, int levels) {
    this.moments = moments;
    this.levels = levels;
  }

  static Range range(Histogram histogram, int levels) {
    if (levels < 2) {
      throw new IllegalArgumentException("levels: " + levels);
    }
    Range seen = new Range(histogram.min(), histogram.max());
    if (seen.equals(Range.ZERO)) {
      return seen;
    }
    MseSearch search = new MseSearch(new Moments(histogram), levels);
    double width = search.moments.width();
    double fullLow = seen.min() / width;
    double fullHigh = seen.max() / width;
    double low = fullLow;
    double high = fullHigh;
    double best = search.error(low, high);
    for (int round = 0; round < ROUNDS; round++) {
      double fixedLow = low;
      high = search.bestEnd(fullHigh, high, end -> search.error(fixedLow, end));
      double fixedHigh = high;
      low = search.bestEnd(fullLow, low, end -> search.error(end, fixedHigh));
      double error = search.error(low, high);
      if (!(error < best)) {
        break;
      }
      best = error;
    }
    return new Range((float) (low * width), (float) (high * width));
  }

  /** The best place in {@code (0, full]}; the current one unless another is truly better. */
  private double bestEnd(double full, double current, DoubleUnaryOperator error) {
    if (full == 0) {
      return 0;
    }
    double best = current;
    double smallest = error.applyAsDouble(current);
    double from = 0;
    double to = full;
    for (int zoom = 0; zoom <= ZOOMS; zoom++) {
      double step = (to - from) / STEPS;
      for (int i = 1; i <= STEPS; i++) {
        double end = from + step * i;
        double candidate = error.applyAsDouble(end);
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

  /** Sum of squared errors, all lengths in bin widths; zero lies on an integer as at run time. */
  private double error(double low, double high) {
    double step = (high - low) / (levels - 1);
    if (!(step > 0)) {
      return Double.POSITIVE_INFINITY;
    }
    long zeroPoint = Math.min(levels - 1, Math.max(0, Math.round(-low / step)));
    return moments.squaredError(-zeroPoint * step, step, levels);
  }
}
