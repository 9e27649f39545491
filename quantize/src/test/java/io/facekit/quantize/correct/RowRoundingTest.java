package io.facekit.quantize.correct;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RowRoundingTest {
  @Test
  void independentInputsRoundToTheNearest() {
    double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    RowRounding r = new RowRounding(new float[] {1.4f, -2.6f, 200}, identity, 1);
    assertThat(codes(r, 3)).containsExactly(1, -3, 127);
  }

  @Test
  void inputsThatMoveTogetherShareTheirErrors() {
    double[] same = {1, 0.99, 0.99, 1};
    RowRounding r = new RowRounding(new float[] {1.4f, 1.4f}, same, 1);
    assertThat(codes(r, 2)).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void neverCostsMoreThanTheNearest() {
    Random random = new Random(7);
    int width = 12;
    for (int run = 0; run < 50; run++) {
      double[] covariance = covariance(random, width);
      float[] weights = new float[width];
      double nearest = 0;
      double[] error = new double[width];
      for (int i = 0; i < width; i++) {
        weights[i] = (float) (random.nextGaussian() * 10);
        error[i] = Math.rint(weights[i]) - weights[i];
      }
      for (int a = 0; a < width; a++) {
        for (int b = 0; b < width; b++) {
          nearest += error[a] * covariance[a * width + b] * error[b];
        }
      }
      assertThat(new RowRounding(weights, covariance, 1).cost())
          .isLessThanOrEqualTo(nearest * (1 + 1e-9));
    }
  }

  private static double[] covariance(Random random, int width) {
    double[] factors = random.doubles((long) width * width).map(v -> v - 0.4).toArray();
    double[] c = new double[width * width];
    for (int a = 0; a < width; a++) {
      for (int b = 0; b < width; b++) {
        for (int k = 0; k < width; k++) {
          c[a * width + b] += factors[a * width + k] * factors[b * width + k];
        }
      }
    }
    return c;
  }

  private static int[] codes(RowRounding r, int width) {
    int[] codes = new int[width];
    for (int i = 0; i < width; i++) {
      codes[i] = r.code(i);
    }
    return codes;
  }
}
