package io.facekit.quantize.equalize;

import io.facekit.quantize.observe.Range;
import java.util.Arrays;

/** Between which values each channel lies. */
final class Extents {
  private final float[] low;
  private final float[] high;

  Extents(int channels) {
    low = new float[channels];
    high = new float[channels];
    Arrays.fill(low, Float.POSITIVE_INFINITY);
    Arrays.fill(high, Float.NEGATIVE_INFINITY);
  }

  int channels() {
    return low.length;
  }

  /** The smallest value; 0 if there was none. */
  float low(int channel) {
    return isEmpty(channel) ? 0 : low[channel];
  }

  /** The largest value; 0 if there was none. */
  float high(int channel) {
    return isEmpty(channel) ? 0 : high[channel];
  }

  /** The length of the range that holds all values and 0. */
  float width(int channel) {
    return Math.max(0, high(channel)) - Math.min(0, low(channel));
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

  /** Leaves out what is outside the range. */
  void clip(int channel, Range range) {
    if (!isEmpty(channel)) {
      low[channel] = Math.max(low[channel], range.min());
      high[channel] = Math.min(high[channel], range.max());
    }
  }

  /** Something was added to each channel. */
  void move(double[] shift) {
    for (int c = 0; c < low.length; c++) {
      low[c] = (float) (low[c] + shift[c]);
      high[c] = (float) (high[c] + shift[c]);
    }
  }

  private boolean isEmpty(int channel) {
    return low[channel] > high[channel];
  }
}
