package io.facekit.quantize.drift;

/** The cosine of the angle between two embeddings. */
public final class Cosine {
  private Cosine() {}

  /**
   * From -1 to 1. A vector of zeros has no direction: two of them count as the same, one as
   * perpendicular. NaN if a component is not finite.
   */
  public static double of(float[] a, float[] b) {
    return of(a, b, 0, a.length);
  }

  /** Of {@code a[from..to)} and {@code b[from..to)}. */
  static double of(float[] a, float[] b, int from, int to) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = from; i < to; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    if (aa == 0 || bb == 0) {
      return aa == bb ? 1 : 0;
    }
    return Math.max(-1, Math.min(1, dot / Math.sqrt(aa * bb)));
  }
}
