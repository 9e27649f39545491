package io.facekit.quantize.observe;

/**
 * Searches the range whose levels tell most about the distribution: the smallest Kullback-Leibler
 * divergence from the values, clipped, to what is left of them when all bins of a level are made
 * equal (Migacz, "8-bit Inference with TensorRT", GTC 2017). Differences: each end is searched for
 * itself, 0 is always inside and on a level, and the bin of 0 counts no more than its neighbour,
 * for all the exact zeros of a ReLU are rounded to 0 by any range.
 */
final class EntropySearch implements EndSearch.Loss {
  /** Stands for a share of 0, so that a divergence is finite. */
  private static final double EPSILON = 1e-9;

  private final double[] counts = new double[2 * Histogram.SIDE];
  private final double[] sums = new double[2 * Histogram.SIDE + 1];
  private final int[] filled = new int[2 * Histogram.SIDE + 1];

  /** Prefix sums of {@code c ln c}. */
  private final double[] logs = new double[2 * Histogram.SIDE + 1];

  private EntropySearch(Histogram histogram) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = histogram.count(i - Histogram.SIDE);
    }
    double neighbours = Math.max(counts[Histogram.SIDE - 1], counts[Histogram.SIDE + 1]);
    if (neighbours > 0) {
      counts[Histogram.SIDE] = Math.min(counts[Histogram.SIDE], neighbours);
    }
    for (int i = 0; i < counts.length; i++) {
      sums[i + 1] = sums[i] + counts[i];
      filled[i + 1] = filled[i] + (counts[i] > 0 ? 1 : 0);
      logs[i + 1] = logs[i] + xLogX(counts[i]);
    }
  }

  static Range range(Histogram histogram, int levels) {
    return EndSearch.range(histogram, levels, new EntropySearch(histogram));
  }

  @Override
  public double of(double lowest, double step, int levels) {
    int from = index(lowest - step / 2);
    int to = index(lowest + (levels - 0.5) * step);
    double inside = sums[to] - sums[from];
    if (to - from < 2 || inside == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double total = sums[counts.length];
    double below = sums[from];
    double above = total - sums[to];
    // Sum of p ln p, times the total; the edge bins hold what is clipped.
    double own =
        logs[to - 1] - logs[from + 1] + xLogX(counts[from] + below) + xLogX(counts[to - 1] + above);
    double cross = 0;
    int start = from;
    for (int level = 0; level < levels; level++) {
      int end = level == levels - 1 ? to : Math.min(to, index(lowest + (level + 0.5) * step));
      if (end <= start) {
        continue;
      }
      double mass = sums[end] - sums[start];
      double clipped = mass;
      int bins = filled[end] - filled[start];
      if (start == from) {
        clipped += below;
        bins += below > 0 && counts[from] == 0 ? 1 : 0;
      }
      if (end == to) {
        clipped += above;
        bins += above > 0 && counts[to - 1] == 0 ? 1 : 0;
      }
      if (clipped > 0) {
        cross += clipped * Math.log(Math.max(mass / inside / bins, EPSILON));
      }
      start = end;
    }
    return own / total - Math.log(total) - cross / total;
  }

  /** Of the first bin whose centre is not below the point. */
  private static int index(double point) {
    double index = Math.ceil(point - 0.5) + Histogram.SIDE;
    return (int) Math.max(0, Math.min(2.0 * Histogram.SIDE, index));
  }

  private static double xLogX(double x) {
    return x == 0 ? 0 : x * Math.log(x);
  }
}
