package io.facekit.quantize.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** With the arithmetic of VPMADDUBSW over the codes, and the worst activations there are. */
class PairSumsTest {
  private static final Shape[] SHAPES = {
    Shape.of(5, 16, 1, 1), Shape.of(4, 3, 3, 3), Shape.of(3, 7, 3, 3), Shape.of(6, 33)
  };

  @Test
  void noPairSaturates() {
    for (Shape shape : SHAPES) {
      for (int seed = 0; seed < 200; seed++) {
        assertThat(saturating(quantize(shape, seed, true), shape)).as("%s", shape).isZero();
      }
    }
  }

  @Test
  void fullRangeSaturates() {
    for (Shape shape : SHAPES) {
      assertThat(saturating(quantize(shape, 1, false), shape)).as("%s", shape).isPositive();
    }
  }

  @Test
  void aSingleWeightKeepsTheFullRange() {
    QuantizedWeights q =
        WeightQuantizer.quantize(
            TensorData.of(new float[] {-0.3f, 2}, 2, 1, 1, 1), null, 0.1f, true);
    assertThat(q.codes().toFloats()).containsExactly(-127, 127);
  }

  @Test
  void oppositeSignsKeepTheFullRange() {
    QuantizedWeights q =
        WeightQuantizer.quantize(TensorData.of(new float[] {-2, 2}, 1, 2), null, 0.1f, true);
    assertThat(q.codes().toFloats()).containsExactly(-127, 127);
  }

  @Test
  void equalNeighboursHaveHalfOfIt() {
    QuantizedWeights q =
        WeightQuantizer.quantize(TensorData.of(new float[] {2, 2}, 1, 2), null, 0.1f, true);
    assertThat(q.codes().toFloats()).containsExactly(64, 64);
  }

  private static QuantizedWeights quantize(Shape shape, int seed, boolean pairSums) {
    Random random = new Random(seed);
    float[] w = new float[(int) shape.elements()];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) (seed % 2 == 0 ? random.nextGaussian() : Math.abs(random.nextGaussian()));
    }
    return WeightQuantizer.quantize(TensorData.of(w, shape.at(1)), null, 0.1f, pairSums);
  }

  /** The number of pairs that a kernel over NHWC, or over the weight as it is, would cut off. */
  private static int saturating(QuantizedWeights q, Shape shape) {
    float[] codes = q.codes().toFloats();
    int outputs = shape.size(0);
    int inputs = shape.size(1);
    int k = codes.length / outputs;
    int positions = k / inputs;
    int saturating = 0;
    for (int o = 0; o < outputs; o++) {
      float[] asIs = new float[k];
      float[] nhwc = new float[k];
      for (int i = 0; i < inputs; i++) {
        for (int p = 0; p < positions; p++) {
          float code = codes[(o * inputs + i) * positions + p];
          asIs[i * positions + p] = code;
          nhwc[p * inputs + i] = code;
        }
      }
      for (int j = 0; j + 1 < k; j += 2) {
        saturating += cutsOff(asIs[j], asIs[j + 1]) || cutsOff(nhwc[j], nhwc[j + 1]) ? 1 : 0;
      }
    }
    return saturating;
  }

  private static boolean cutsOff(float a, float b) {
    for (int x : new int[] {0, 255}) {
      for (int y : new int[] {0, 255}) {
        int sum = (int) (x * a + y * b);
        if (sum != (short) sum) {
          return true;
        }
      }
    }
    return false;
  }
}
