package io.facekit.core.op;

import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;

/** By what an average pool of PyTorch divides at each place, against the size of its window. */
final class PoolDivisors {
  private final int height;
  private final int width;
  private final float[] factors;

  private PoolDivisors(int height, int width) {
    this.height = height;
    this.width = width;
    this.factors = new float[height * width];
  }

  static PoolDivisors of(AtenCall call, PoolCall pool, Shape in, Shape out) {
    PoolDivisors d = new PoolDivisors(out.size(2), out.size(3));
    boolean includePad = call.bool("count_include_pad");
    int window = pool.kernel().get(0) * pool.kernel().get(1);
    for (int h = 0; h < d.height; h++) {
      int rows = counted(pool, 0, h, in.size(2), includePad);
      for (int w = 0; w < d.width; w++) {
        int divisor =
            call.isNone("divisor_override")
                ? rows * counted(pool, 1, w, in.size(3), includePad)
                : call.integer("divisor_override");
        if (divisor == 0) {
          throw call.unsupported("a window without elements");
        }
        d.factors[h * d.width + w] = (float) ((double) window / divisor);
      }
    }
    return d;
  }

  private static int counted(PoolCall pool, int axis, int at, int in, boolean includePad) {
    int pad = pool.pads().get(axis);
    int start = at * pool.strides().get(axis) - pad;
    int end = start + pool.kernel().get(axis);
    return includePad ? Math.min(end, in + pad) - start : Math.min(end, in) - Math.max(start, 0);
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
