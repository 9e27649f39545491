package io.facekit.quantize.equalize;

/** The smallest and the largest value of each channel; 0 is always between them. */
final class Extents {
  private final float[] low;
  private final float[] high;

  Extents(int channels) {
    low = new float[channels];
    high = new float[channels];
  }

  int channels() {
    return low.length;
  }

  /** At most 0. */
  float low(int channel) {
    return low[channel];
  }

  /** At least 0. */
  float high(int channel) {
    return high[channel];
  }

  float width(int channel) {
    return high[channel] - low[channel];
  }

  void add(int channel, float smallest, float largest) {
    low[channel] = Math.min(low[channel], smallest);
    high[channel] = Math.max(high[channel], largest);
  }

  void addAll(Extents other) {
    for (int c = 0; c < low.length; c++) {
      add(c, other.low[c], other.high[c]);
    }
  }
}
