package io.facekit.quantize.observe;

/**
 * The real values that a quantized tensor can express. Always contains 0, so that 0 (padding, ReLU)
 * is exact; a bound on the wrong side of 0 becomes 0. Both bounds are finite.
 */
public record Range(float min, float max) {
  /** What a tensor that never left 0 gets. */
  public static final Range ZERO = new Range(0, 0);

  public Range {
    if (!Float.isFinite(min) || !Float.isFinite(max)) {
      throw new IllegalArgumentException("a range needs finite bounds");
    }
    // Adding 0 turns -0 into 0, so that equal ranges are equal records.
    min = Math.min(min, 0f) + 0f;
    max = Math.max(max, 0f) + 0f;
  }

  /** The smallest range that holds both. */
  public Range union(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  public float maxAbs() {
    return Math.max(-min, max);
  }
}
