package io.facekit.quantize.equalize;

import io.facekit.quantize.observe.Histogram;
import io.facekit.quantize.observe.Range;

/**
 * The range that one channel of a tensor should be given: the one with the smallest squared error,
 * of clipping what lies outside and of rounding to levels inside, as for a tensor of its own
 * (Banner et al., "Post Training 4-bit Quantization of Convolutional Networks for
 * Rapid-Deployment", 2019, section 2, with the distribution that was seen). Rounding costs a
 * twelfth of a squared step per value.
 */
final class ChannelClip {
  private static final int ROUNDS = 4;

  private final double[] above;
  private final double[] below;
  private final double roundingCost;

  private ChannelClip(Histogram histogram, int levels) {
    above = clippingCosts(histogram, 1, histogram.max());
    below = clippingCosts(histogram, -1, -histogram.min());
    roundingCost = histogram.count() / (12.0 * levels * levels);
  }

  /**
   * @param levels that the channel's own range gets of those of the tensor
   */
  static Range of(Histogram histogram, int levels) {
    ChannelClip clip = new ChannelClip(histogram, levels);
    double high = clip.above.length - 1;
    double low = clip.below.length - 1;
    for (int round = 0; round < ROUNDS; round++) {
      double newHigh = clip.bestEnd(clip.above, low);
      double newLow = clip.bestEnd(clip.below, newHigh);
      if (newHigh == high && newLow == low) {
        break;
      }
      high = newHigh;
      low = newLow;
    }
    double width = histogram.binWidth();
    return new Range(
        (float) Math.max(histogram.min(), -low * width),
        (float) Math.min(histogram.max(), high * width));
  }

  /** In bins. */
  private int bestEnd(double[] clippingCosts, double other) {
    double least = Double.POSITIVE_INFINITY;
    int best = 0;
    for (int end = clippingCosts.length - 1; end >= 0; end--) {
      double cost = clippingCosts[end] + roundingCost * (end + other) * (end + other);
      if (cost < least) {
        least = cost;
        best = end;
      }
    }
    return best;
  }

  /**
   * By end, in bins from 0 to the first that clips nothing; values are taken to be in the middle of
   * their bin.
   *
   * @param sign of the values
   * @param largest of them, without the sign; negative when there is none
   */
  private static double[] clippingCosts(Histogram histogram, int sign, float largest) {
    int ends = (int) Math.ceil(Math.max(0, largest) / histogram.binWidth());
    double[] costs = new double[ends + 1];
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (int end = ends - 1; end >= 0; end--) {
      double centre = end + 0.5;
      double n = histogram.count(sign > 0 ? end : -end - 1);
      count += n;
      sum += n * centre;
      squares += n * centre * centre;
      costs[end] = squares - 2 * end * sum + (double) end * end * count;
    }
    return costs;
  }
}
