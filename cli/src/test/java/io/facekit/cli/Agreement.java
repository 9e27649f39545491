package io.facekit.cli;

import io.facekit.quantize.drift.Cosine;
import java.util.Arrays;
import java.util.Locale;

/**
 * How near two interpreters' embeddings of the same faces are.
 *
 * @param difference the largest, as a part of the range of all values
 * @param meanCosine over the faces
 * @param minCosine of the face that differs most
 */
record Agreement(double difference, double meanCosine, double minCosine) {
  static Agreement of(float[] a, float[] b, int faces) {
    if (a.length != b.length || a.length % faces != 0) {
      throw new IllegalArgumentException(a.length + " and " + b.length + " values");
    }
    double largest = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
      low = Math.min(low, a[i]);
      high = Math.max(high, a[i]);
    }
    int row = a.length / faces;
    double[] cosines = new double[faces];
    for (int i = 0; i < faces; i++) {
      cosines[i] =
          Cosine.of(
              Arrays.copyOfRange(a, i * row, (i + 1) * row),
              Arrays.copyOfRange(b, i * row, (i + 1) * row));
    }
    return new Agreement(
        largest / (high - low),
        Arrays.stream(cosines).average().orElseThrow(),
        Arrays.stream(cosines).min().orElseThrow());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "difference %.2e of the range, cosine mean %.6f, min %.6f",
        difference,
        meanCosine,
        minCosine);
  }
}
