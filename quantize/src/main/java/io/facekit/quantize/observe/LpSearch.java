package io.facekit.quantize.observe;

/**
 * Searches the clipping range with the smallest expected p-th power of the error of
 * quantize-dequantize: large errors, which clipping makes, count the more the larger p is (Nahshan
 * et al., "Loss Aware Post-training Quantization", 2020). Values are taken as spread evenly inside
 * each bin.
 */
final class LpSearch implements EndSearch.Loss {
  /** Entries of the table of powers; between them it is linear. */
  private static final int TABLE = 4096;

  private final double power;
  private final double[] powers = new double[TABLE + 2];
  private final int first;
  private final double[] counts;

  private LpSearch(Histogram histogram, double norm) {
    power = norm + 1;
    for (int i = 0; i < powers.length; i++) {
      powers[i] = Math.pow((double) i / TABLE, power);
    }
    int from = -Histogram.SIDE;
    while (from < Histogram.SIDE - 1 && histogram.count(from) == 0) {
      from++;
    }
    int to = Histogram.SIDE;
    while (to > from + 1 && histogram.count(to - 1) == 0) {
      to--;
    }
    first = from;
    counts = new double[to - from];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = histogram.count(from + i);
    }
  }

  static Range range(Histogram histogram, int levels, double norm) {
    return EndSearch.range(histogram, levels, new LpSearch(histogram, norm));
  }

  /** Sum of the powers of all errors, up to a constant factor. */
  @Override
  public double of(double lowest, double step, int levels) {
    double half = step / 2;
    double scale = Math.pow(half, power);
    double highest = lowest + (levels - 1) * step;
    double clipScale = Math.pow(2 * Histogram.SIDE, power);
    double sum = 0;
    double before = 0;
    for (int i = 0; i <= counts.length; i++) {
      double x = first + i;
      double here;
      if (x <= lowest) {
        here = -clipScale * power((lowest - x) / (2 * Histogram.SIDE));
      } else if (x >= highest) {
        here = 2.0 * (levels - 1) * scale + clipScale * power((x - highest) / (2 * Histogram.SIDE));
      } else {
        double position = (x - lowest) / step;
        long level = (long) (position + 0.5);
        double error = 2 * (position - level);
        here = scale * (2.0 * level + Math.copySign(power(Math.abs(error)), error));
      }
      if (i > 0) {
        sum += counts[i - 1] * (here - before);
      }
      before = here;
    }
    return sum;
  }

  /** {@code x} to the power of the norm plus 1, {@code 0 <= x <= 1}. */
  private double power(double x) {
    double place = x * TABLE;
    int i = (int) place;
    return powers[i] + (place - i) * (powers[i + 1] - powers[i]);
  }
}
