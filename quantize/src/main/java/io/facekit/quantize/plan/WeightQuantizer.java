package io.facekit.quantize.plan;

import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Symmetric int8 weights with one scale per output channel, and int32 biases (TensorFlow Lite 8-bit
 * quantization specification). Rounds to nearest, ties to even.
 */
final class WeightQuantizer {
  private static final int MAX_CODE = 127;

  /**
   * A dead channel gets a scale no finer than this share of the layer's largest: its rounding error
   * is then still far below that of the others, and the requantization of every target can express
   * it.
   */
  private static final double MIN_SCALE_RATIO = 0x1p-16;

  private WeightQuantizer() {}

  /**
   * @param pairSums whether no sum of two neighbouring products may leave int16, see {@link
   *     PairSums}
   */
  static QuantizedWeights quantize(
      TensorData weight, @Nullable TensorData bias, float inputScale, boolean pairSums) {
    int channels = weight.shape().size(0);
    float[] w = weight.toFloats();
    int perChannel = w.length / channels;
    byte[] codes = new byte[w.length];
    int[] biasCodes = new int[channels];
    List<Float> scales = new ArrayList<>(channels);
    double floor = magnitude(w, 0, w.length) / MAX_CODE * MIN_SCALE_RATIO;
    for (int c = 0; c < channels; c++) {
      double max = magnitude(w, c * perChannel, (c + 1) * perChannel);
      if (pairSums) {
        max = Math.max(max, PairSums.largest(w, c, weight.shape()));
      }
      double b = bias == null ? 0 : bias.doubleAt(c);
      float scale = scale(Math.max(max / MAX_CODE, floor), b, inputScale);
      scales.add(scale);
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        codes[i] = (byte) Math.max(-MAX_CODE, Math.min(MAX_CODE, Math.rint(w[i] / scale)));
      }
      biasCodes[c] = (int) Math.rint(b / ((double) inputScale * scale));
    }
    return new QuantizedWeights(
        TensorData.of(codes, weight.shape().at(1)),
        scales,
        bias == null ? null : TensorData.of(biasCodes, channels));
  }

  private static double magnitude(float[] w, int from, int to) {
    double max = 0;
    for (int i = from; i < to; i++) {
      max = Math.max(max, Math.abs(w[i]));
    }
    return max;
  }

  /**
   * The channel's scale: as fine as the largest weight allows, but coarse enough for the bias to
   * fit int32. A layer without weights has scale 1.
   */
  private static float scale(double forWeights, double bias, float inputScale) {
    double forBias = Math.abs(bias) / ((double) QuantizedWeights.MAX_BIAS * inputScale);
    float scale = (float) Math.max(forWeights, forBias);
    return scale < Float.MIN_NORMAL ? 1f : scale;
  }
}
