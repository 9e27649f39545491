package io.facekit.core.op;

import io.facekit.core.ir.Node;

/** A BatchNormalization as {@code scale * x + shift} per channel, in double. */
public final class ChannelAffine {
  private final double[] scale;
  private final double[] shift;

  private ChannelAffine(double[] scale, double[] shift) {
    this.scale = scale;
    this.shift = shift;
  }

  public static ChannelAffine of(Node node) {
    double epsilon = ((BatchNormalization) node.op()).epsilon();
    int channels = node.input(1).data().elements();
    double[] scale = new double[channels];
    double[] shift = new double[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] =
          node.input(1).data().doubleAt(c) / Math.sqrt(node.input(4).data().doubleAt(c) + epsilon);
      shift[c] = node.input(2).data().doubleAt(c) - node.input(3).data().doubleAt(c) * scale[c];
    }
    return new ChannelAffine(scale, shift);
  }

  public int channels() {
    return scale.length;
  }

  public double scale(int channel) {
    return scale[channel];
  }

  public double shift(int channel) {
    return shift[channel];
  }
}
