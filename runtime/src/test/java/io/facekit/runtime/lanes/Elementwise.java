package io.facekit.runtime.lanes;

import java.util.function.DoubleBinaryOperator;

/** Arithmetic that goes element by element. */
final class Elementwise {
  private Elementwise() {}

  /** What becomes of a number of a channel (axis 1). */
  interface ChannelFunction {
    double apply(int channel, double value);
  }

  static Array perChannel(Array x, ChannelFunction f) {
    Array out = Array.zeros(x.shape);
    int channels = x.size(1);
    int inner = x.values.length / x.size(0) / channels;
    for (int i = 0; i < x.values.length; i++) {
      out.values[i] = f.apply(i / inner % channels, x.values[i]);
    }
    return out;
  }

  /** Aligned at the last axis; an axis of size 1 is repeated. */
  static Array broadcast(Array a, Array b, DoubleBinaryOperator f) {
    int rank = Math.max(a.shape.length, b.shape.length);
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = Math.max(aligned(a, rank, i), aligned(b, rank, i));
    }
    Array out = Array.zeros(shape);
    for (int i = 0; i < out.values.length; i++) {
      out.values[i] = f.applyAsDouble(element(a, shape, i), element(b, shape, i));
    }
    return out;
  }

  private static int aligned(Array x, int rank, int axis) {
    int i = axis - rank + x.shape.length;
    return i < 0 ? 1 : x.shape[i];
  }

  private static double element(Array x, int[] shape, int index) {
    int at = 0;
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      int size = aligned(x, shape.length, axis);
      at += size == 1 ? 0 : index % shape[axis] * stride;
      stride *= size;
      index /= shape[axis];
    }
    return x.values[at];
  }
}
