package io.facekit.quantize.observe;

/** Finds the bins in which the tails of a distribution end. */
final class PercentileSearch {
  private PercentileSearch() {}

  /** Bounds are the outer edges of the bins in which the tails end, never beyond what was seen. */
  static Range range(Histogram histogram, double percent) {
    long tail = (long) Math.floor(histogram.count() * ((100 - percent) / 200));
    double width = histogram.binWidth();
    int low = -Histogram.SIDE;
    for (long below = histogram.count(low); below <= tail && low < Histogram.SIDE - 1; ) {
      below += histogram.count(++low);
    }
    int high = Histogram.SIDE - 1;
    for (long above = histogram.count(high); above <= tail && high > -Histogram.SIDE; ) {
      above += histogram.count(--high);
    }
    double min = Math.max(low * width, histogram.min());
    double max = Math.min((high + 1) * width, histogram.max());
    return new Range((float) min, (float) max);
  }
}
