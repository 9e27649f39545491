package io.facekit.quantize.plan;

import io.facekit.core.tensor.Shape;

/**
 * Sums of two neighbouring weights of an output channel. Without VNNI, ONNX Runtime's kernels
 * multiply uint8 activations with int8 weights by VPMADDUBSW, which adds two neighbouring products
 * in int16 and saturates. Activations reach 255, so a pair of weights is safe if and only if the
 * sum of those of one sign is within 128: {@code 255 * 128 < 2^15}. With codes of up to 127 that
 * fails; a channel whose scale is the largest pair sum over 127 cannot fail, because rounding moves
 * each of the two codes by at most a half. This is finer than the customary 7 bits for all.
 */
final class PairSums {
  private PairSums() {}

  /**
   * The largest magnitude of the sum of two weights of an output channel that a kernel may pair:
   * neighbours in the order of the weight, and in that of a convolution over NHWC, from an even
   * index on.
   *
   * @param weight {@code [O, I]} or {@code [O, I, H, W]}
   */
  static double largest(float[] weight, int channel, Shape shape) {
    int inputs = shape.size(1);
    int perChannel = weight.length / shape.size(0);
    int positions = perChannel / inputs;
    int start = channel * perChannel;
    double max = 0;
    for (int i = 0; i + 1 < perChannel; i += 2) {
      max = Math.max(max, Math.abs((double) weight[start + i] + weight[start + i + 1]));
      double nhwc =
          (double) weight[start + nhwc(i, inputs, positions)]
              + weight[start + nhwc(i + 1, inputs, positions)];
      max = Math.max(max, Math.abs(nhwc));
    }
    return max;
  }

  /** Where the element is that stands at an index in the order H, W, I. */
  private static int nhwc(int index, int inputs, int positions) {
    return index % inputs * positions + index / inputs;
  }
}
