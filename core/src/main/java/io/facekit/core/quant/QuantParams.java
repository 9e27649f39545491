package io.facekit.core.quant;

/**
 * Affine per-tensor quantization of activations to 8 bits: {@code real = scale * (code -
 * zeroPoint)}, codes 0..255. A target with signed codes subtracts {@link #SIGNED_OFFSET} from codes
 * and zero point; the reals stay the same.
 */
public record QuantParams(float scale, int zeroPoint) {
  /** The code 0..255 that is 0 in signed codes. */
  public static final int SIGNED_OFFSET = 128;

  /** The narrowest range that gets a scale of its own; narrower ones are widened to it. */
  private static final double MIN_RANGE = 1e-4;

  public QuantParams {
    if (!(scale >= Float.MIN_NORMAL) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException("scale " + scale);
    }
    if (zeroPoint < 0 || zeroPoint > 255) {
      throw new IllegalArgumentException("zero point " + zeroPoint);
    }
  }

  /** The parameters whose codes cover {@code [min, max]}, widened to contain zero. */
  public static QuantParams ofRange(float min, float max) {
    double lo = Math.min(min, 0);
    double hi = Math.max(max, 0);
    if (hi - lo < MIN_RANGE) {
      hi = lo + MIN_RANGE;
    }
    float scale = (float) ((hi - lo) / 255);
    int zeroPoint = (int) Math.max(0, Math.min(255, Math.rint(-lo / scale)));
    return new QuantParams(scale, zeroPoint);
  }

  /** The parameters with code {@link #SIGNED_OFFSET} for 0 whose codes cover a range. */
  public static QuantParams symmetric(float min, float max) {
    double reach = Math.max(Math.max(-(double) min, max), MIN_RANGE / 2);
    return new QuantParams((float) (reach / 127), SIGNED_OFFSET);
  }

  /** The smallest real value that a code stands for. */
  public float min() {
    return scale * -zeroPoint;
  }

  /** The largest real value that a code stands for. */
  public float max() {
    return scale * (255 - zeroPoint);
  }
}
