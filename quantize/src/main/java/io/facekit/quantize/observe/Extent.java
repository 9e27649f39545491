package io.facekit.quantize.observe;

/**
 * Smallest and largest value of a piece of an array, found without a branch per element: floats are
 * compared as integers in an order in which NaN and the infinities lie outside all finite values.
 */
record Extent(float min, float max, boolean finite) {
  private static final int LARGEST = order(Float.MAX_VALUE);
  private static final int SMALLEST = order(-Float.MAX_VALUE);

  /** Of {@code values[from..to)}, which is not empty. */
  static Extent of(float[] values, int from, int to) {
    int low = Integer.MAX_VALUE;
    int high = Integer.MIN_VALUE;
    for (int i = from; i < to; i++) {
      int key = order(values[i]);
      low = Math.min(low, key);
      high = Math.max(high, key);
    }
    boolean finite = low >= SMALLEST && high <= LARGEST;
    return new Extent(value(low) + 0f, value(high) + 0f, finite);
  }

  private static int order(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits ^ ((bits >> 31) & 0x7fffffff);
  }

  private static float value(int key) {
    return Float.intBitsToFloat(key ^ ((key >> 31) & 0x7fffffff));
  }
}
