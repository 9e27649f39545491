package io.facekit.quantize.drift;

/** Counts of genuine and impostor scores of one model, exact on the grid of {@link PairScores}. */
final class ScoreCounts {
  private final long[] genuine = new long[PairScores.TOP + 1];
  private final long[] impostor = new long[PairScores.TOP + 1];
  private boolean summed;

  void add(boolean isGenuine, int index) {
    (isGenuine ? genuine : impostor)[index]++;
  }

  /** Turns counts into "how many lie above": to be called once, before any question. */
  void sum() {
    if (!summed) {
      summed = true;
      toCountsAbove(genuine);
      toCountsAbove(impostor);
    }
  }

  /** TAR = genuine pairs with a score above the threshold / all genuine pairs. */
  double tar(int threshold, long genuinePairs) {
    return genuine[threshold] / (double) genuinePairs;
  }

  /** FAR = impostor pairs with a score above the threshold / all impostor pairs. */
  double far(int threshold, long impostorPairs) {
    return impostor[threshold] / (double) impostorPairs;
  }

  /** The lowest threshold with FAR ≤ {@code target}. */
  int threshold(double target, long impostorPairs) {
    int low = 0;
    int high = PairScores.TOP;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (far(middle, impostorPairs) <= target) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** (FAR + 1 - TAR) / 2 at the lowest threshold where the two differ least. */
  double equalErrorRate(long genuinePairs, long impostorPairs) {
    double least = Double.POSITIVE_INFINITY;
    double rate = 0;
    for (int threshold = 0; threshold <= PairScores.TOP; threshold++) {
      double far = far(threshold, impostorPairs);
      double frr = 1 - tar(threshold, genuinePairs);
      double difference = Math.abs(far - frr);
      if (difference < least) {
        least = difference;
        rate = (far + frr) / 2;
      }
    }
    return rate;
  }

  private static void toCountsAbove(long[] counts) {
    long above = 0;
    for (int i = counts.length - 1; i >= 0; i--) {
      long here = counts[i];
      counts[i] = above;
      above += here;
    }
  }
}
