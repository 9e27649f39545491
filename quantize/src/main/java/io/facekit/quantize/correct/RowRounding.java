package io.facekit.quantize.correct;

/**
 * The integers for one row of weights: {@code q} that minimizes {@code (s q - w)^T C (s q - w)}, by
 * coordinate descent from the nearest integers.
 */
final class RowRounding {
  private static final int MAX_CODE = 127;
  private static final int SWEEPS = 4;

  private final float[] weights;
  private final double[] covariance;
  private final double scale;
  private final double[] gradient;
  private final int[] codes;

  /**
   * @param weights of the row
   * @param covariance {@code [width, width]} of what they are multiplied with, positive definite
   */
  RowRounding(float[] weights, double[] covariance, double scale) {
    this.weights = weights;
    this.covariance = covariance;
    this.scale = scale;
    int width = weights.length;
    codes = new int[width];
    gradient = new double[width];
    for (int i = 0; i < width; i++) {
      codes[i] = clamp(Math.rint(weights[i] / scale));
      move(i, codes[i] * scale - weights[i]);
    }
    boolean changed = true;
    for (int sweep = 0; sweep < SWEEPS && changed; sweep++) {
      changed = sweep();
    }
  }

  int code(int i) {
    return codes[i];
  }

  /** What the errors of the row cost. */
  double cost() {
    double sum = 0;
    for (int i = 0; i < codes.length; i++) {
      sum += (codes[i] * scale - weights[i]) * gradient[i];
    }
    return sum;
  }

  private boolean sweep() {
    boolean changed = false;
    for (int i = 0; i < codes.length; i++) {
      double curvature = covariance[i * codes.length + i];
      int best = clamp(Math.rint(codes[i] - gradient[i] / curvature / scale));
      if (best != codes[i]) {
        move(i, (best - codes[i]) * scale);
        codes[i] = best;
        changed = true;
      }
    }
    return changed;
  }

  /** Weight i became larger by {@code by}. */
  private void move(int i, double by) {
    int row = i * codes.length;
    for (int k = 0; k < codes.length; k++) {
      gradient[k] += covariance[row + k] * by;
    }
  }

  private static int clamp(double code) {
    return (int) Math.max(-MAX_CODE, Math.min(MAX_CODE, code));
  }
}
