package io.facekit.core.arch;

import io.facekit.core.arch.Net.Feature;

/**
 * Bottlenecks in one list, as MobileNetV2's code has them: their strides are not in the names. In
 * MobileFaceNet (arXiv 1804.07573, table 1) a stage that halves the image begins at the first
 * bottleneck and at those that expand four times; all others expand twice.
 */
final class Bottlenecks {
  private static final int EXPANSION_OF_HALVING = 4;

  private Bottlenecks() {}

  /**
   * @param expanding name of the weight of the 1x1 convolution that expands
   */
  static int stride(Net net, Feature x, int index, String expanding) {
    long[] shape = net.weights().shape(expanding);
    boolean halves =
        shape != null && shape.length == 4 && shape[0] >= EXPANSION_OF_HALVING * shape[1];
    return index == 0 || halves ? 2 : 1;
  }

  /** The input is added where it has the shape of the output. */
  static Feature connected(Net net, Feature x, Feature y, String path, int stride) {
    boolean same = stride == 1 && x.channels() == y.channels();
    return same ? net.add(x, y, path) : y;
  }
}
