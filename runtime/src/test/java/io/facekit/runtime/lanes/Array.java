package io.facekit.runtime.lanes;

import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.Arrays;
import java.util.Random;

/** Numbers under a shape, row-major; rank-4 arrays are NCHW. */
final class Array {
  final int[] shape;
  final double[] values;

  Array(double[] values, int... shape) {
    if (values.length != Arrays.stream(shape).reduce(1, Math::multiplyExact)) {
      throw new IllegalArgumentException(values.length + " for " + Arrays.toString(shape));
    }
    this.values = values;
    this.shape = shape;
  }

  static Array zeros(int... shape) {
    return new Array(new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)], shape);
  }

  static Array of(TensorData data) {
    double[] values = new double[data.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.doubleAt(i);
    }
    return new Array(values, sizes(data.shape(), 1));
  }

  /** Float32 numbers in [-1, 1). */
  static Array random(Shape shape, int batch, long seed) {
    Array out = zeros(sizes(shape, batch));
    Random random = new Random(seed);
    for (int i = 0; i < out.values.length; i++) {
      out.values[i] = 2 * random.nextFloat() - 1;
    }
    return out;
  }

  static int[] sizes(Shape shape, int batch) {
    return Arrays.stream(shape.at(batch)).mapToInt(Math::toIntExact).toArray();
  }

  int size(int axis) {
    return shape[axis];
  }

  double at(int n, int c, int h, int w) {
    return values[((n * shape[1] + c) * shape[2] + h) * shape[3] + w];
  }

  Array reshaped(int... to) {
    return new Array(values, to);
  }

  float[] toFloats() {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  double min() {
    return Arrays.stream(values).min().orElse(0);
  }

  double max() {
    return Arrays.stream(values).max().orElse(0);
  }

  double magnitude() {
    return Math.max(max(), -min());
  }
}
