package io.facekit.core.op;

import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.OptionalInt;

/** By what an average pool divides at each place, against the size of its window. */
final class PoolDivisors {
  private final int height;
  private final int width;
  private final float[] factors;

  private PoolDivisors(int height, int width) {
    this.height = height;
    this.width = width;
    this.factors = new float[height * width];
  }

  /**
   * @param includePad whether the padding of the call counts
   * @param given the divisor of every place
   */
  static PoolDivisors of(
      ImportCall call, PoolCall pool, Shape in, Shape out, boolean includePad, OptionalInt given) {
    PoolDivisors d = new PoolDivisors(out.size(2), out.size(3));
    int window = pool.kernel().get(0) * pool.kernel().get(1);
    for (int h = 0; h < d.height; h++) {
      int rows = counted(pool, 0, h, in.size(2), includePad);
      for (int w = 0; w < d.width; w++) {
        int divisor = given.orElse(rows * counted(pool, 1, w, in.size(3), includePad));
        if (divisor == 0) {
          throw call.unsupported("a window without elements");
        }
        d.factors[h * d.width + w] = (float) ((double) window / divisor);
      }
    }
    return d;
  }

  private static int counted(PoolCall pool, int axis, int at, int in, boolean includePad) {
    int start = at * pool.strides().get(axis) - pool.pads().get(axis);
    int end = start + pool.kernel().get(axis);
    return includePad
        ? Math.min(end, in + pool.pads().get(axis + 2)) - start
        : Math.min(end, in) - Math.max(start, 0);
  }

  /** Whether every place divides by the size of the window. */
  boolean isWindow() {
    for (float f : factors) {
      if (f != 1) {
        return false;
      }
    }
    return true;
  }

  /** {@code [1, 1, H, W]}. */
  TensorData factors() {
    return TensorData.of(factors, 1, 1, height, width);
  }
}
