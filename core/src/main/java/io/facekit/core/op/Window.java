package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

/** Arithmetic of sliding windows along one axis. */
final class Window {
  private Window() {}

  /** Number of window positions; an error if there is none. */
  static int outputSize(int in, int kernel, int stride, int before, int after, int dilation) {
    require(
        kernel > 0 && stride > 0 && dilation > 0 && before >= 0 && after >= 0,
        "kernel " + kernel + ", stride " + stride + ", dilation " + dilation);
    long extent = (long) (kernel - 1) * dilation + 1;
    long room = (long) in + before + after - extent;
    require(
        room >= 0,
        "a window of " + extent + " does not fit " + in + " + " + before + " + " + after);
    return (int) (room / stride) + 1;
  }
}
