package io.facekit.quantize.observe;

/**
 * Prefix sums of a histogram whose values are taken as spread evenly inside each bin: the integrals
 * of 1, x and x² over the distribution from -∞ to any point, in constant time.
 */
final class Moments {
  private final double[] zeroth = new double[2 * Histogram.SIDE + 1];
  private final double[] first = new double[2 * Histogram.SIDE + 1];
  private final double[] second = new double[2 * Histogram.SIDE + 1];

  Moments(Histogram histogram) {
    for (int i = 0; i < 2 * Histogram.SIDE; i++) {
      int bin = i - Histogram.SIDE;
      double count = histogram.count(bin);
      zeroth[i + 1] = zeroth[i] + count;
      // In units of the width, which keeps the sums far from overflow.
      first[i + 1] = first[i] + count * (bin + 0.5);
      second[i + 1] = second[i] + count * (bin * (bin + 1.0) + 1.0 / 3);
    }
  }

  /**
   * Sum of {@code (x - nearest level)²} over all values.
   *
   * @param lowest the lowest level in units of the bin width, as are {@code step} and the result's
   *     root
   */
  double squaredError(double lowest, double step, int levels) {
    double sum = 0;
    double count = 0;
    double sumX = 0;
    double sumXx = 0;
    for (int level = 0; level < levels; level++) {
      double value = lowest + level * step;
      double end = level == levels - 1 ? Histogram.SIDE : value + step / 2;
      double point = Math.min(Math.max(end, -Histogram.SIDE), Histogram.SIDE);
      int i = Math.min((int) (point + Histogram.SIDE), 2 * Histogram.SIDE - 1);
      double edge = i - Histogram.SIDE;
      double density = zeroth[i + 1] - zeroth[i];
      double countHere = zeroth[i] + density * (point - edge);
      double sumXHere = first[i] + density * (point * point - edge * edge) / 2;
      double sumXxHere = second[i] + density * (point * point * point - edge * edge * edge) / 3;
      sum +=
          (sumXxHere - sumXx) - 2 * value * (sumXHere - sumX) + value * value * (countHere - count);
      count = countHere;
      sumX = sumXHere;
      sumXx = sumXxHere;
    }
    return sum;
  }
}
