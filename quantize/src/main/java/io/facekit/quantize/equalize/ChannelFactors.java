package io.facekit.quantize.equalize;

import java.util.Arrays;
import java.util.List;

/**
 * Factors for the channels of values that are scaled together, chosen so that rounding to 8 bits
 * does the least harm downstream. A value {@code t} with channels in {@code [-low_c, high_c]} that
 * is divided by {@code g_c} needs the step {@code s_t = (max high_c / g_c + max low_c / g_c) /
 * 255}, and its rounding error costs {@code s_t^2 sum_c g_c^2 k_c}, where {@code k_c} is the energy
 * of the weights that read channel c. For given bounds of the scaled values the smallest factors
 * that keep them are best; the bounds are found by coordinate descent.
 *
 * <p>Generalizes the activation-based form of cross-layer equalization (Nagel et al., "Data-Free
 * Quantization Through Weight Equalization and Bias Correction", 2019) to several values with
 * asymmetric ranges.
 */
final class ChannelFactors {
  /** No channel becomes more than this many times as large relative to another. */
  private static final double MAX_RATIO = 1024;

  private static final double[] STEPS = {1.5, 1.2, 1.07, 1.02};

  private final List<Extents> values;
  private final double[] energy;

  /** Upper bounds of the scaled values, then the lower ones. */
  private final double[] bounds;

  private ChannelFactors(List<Extents> values, double[] energy) {
    this.values = values;
    this.energy = energy;
    this.bounds = new double[2 * values.size()];
    for (int t = 0; t < values.size(); t++) {
      Extents e = values.get(t);
      for (int c = 0; c < energy.length; c++) {
        bounds[2 * t] = Math.max(bounds[2 * t], e.high(c));
        bounds[2 * t + 1] = Math.max(bounds[2 * t + 1], -e.low(c));
      }
    }
  }

  /**
   * @param values what is known of each value; at least one
   * @param energy by channel, of the weights that read it
   * @return positive, the largest is 1
   */
  static double[] of(List<Extents> values, double[] energy) {
    ChannelFactors f = new ChannelFactors(values, energy);
    double best = f.cost();
    for (double step : STEPS) {
      for (int i = 0; i < f.bounds.length; i++) {
        best = f.descend(i, step, best);
        best = f.descend(i, 1 / step, best);
      }
    }
    return f.factors();
  }

  private double descend(int bound, double step, double cost) {
    double best = cost;
    while (bounds[bound] > 0) {
      double old = bounds[bound];
      bounds[bound] = old * step;
      double c = cost();
      if (!(c < best * (1 - 1e-6))) {
        bounds[bound] = old;
        break;
      }
      best = c;
    }
    return best;
  }

  private double[] factors() {
    double[] g = new double[energy.length];
    for (int t = 0; t < values.size(); t++) {
      Extents e = values.get(t);
      for (int c = 0; c < g.length; c++) {
        g[c] = Math.max(g[c], share(e.high(c), bounds[2 * t]));
        g[c] = Math.max(g[c], share(-e.low(c), bounds[2 * t + 1]));
      }
    }
    double largest = Arrays.stream(g).max().orElse(0);
    for (int c = 0; c < g.length; c++) {
      g[c] = largest == 0 ? 1 : Math.max(g[c] / largest, 1 / MAX_RATIO);
    }
    return g;
  }

  private static double share(float end, double bound) {
    return bound == 0 ? 0 : end / bound;
  }

  private double cost() {
    double[] g = factors();
    double sum = 0;
    for (int c = 0; c < g.length; c++) {
      sum += g[c] * g[c] * energy[c];
    }
    double steps = 0;
    for (Extents e : values) {
      double high = 0;
      double low = 0;
      for (int c = 0; c < g.length; c++) {
        high = Math.max(high, e.high(c) / g[c]);
        low = Math.max(low, -e.low(c) / g[c]);
      }
      steps += (high + low) * (high + low);
    }
    return steps * sum;
  }
}
