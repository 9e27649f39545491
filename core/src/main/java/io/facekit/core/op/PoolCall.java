package io.facekit.core.op;

import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The window of a pooling call.
 *
 * @param pads top, left, bottom, right, as the call says
 * @param ceil rows and columns below and right of the padding that a last window reads too, because
 *     the call rounds the output's size up
 */
record PoolCall(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    List<Integer> ceil) {

  static PoolCall of(AtenCall call, List<Integer> dilations) {
    List<Integer> kernel = call.ints("kernel_size", 2);
    List<Integer> strides = call.ints("stride").isEmpty() ? kernel : call.ints("stride", 2);
    List<Integer> p = call.ints("padding", 2);
    Shape x = call.tensor("self").type().shape();
    if (x.rank() != 4 || strides.stream().anyMatch(s -> s < 1)) {
      throw call.unsupported("pooling of " + x + " with strides " + strides);
    }
    List<Integer> ceil = new ArrayList<>();
    for (int axis = 0; axis < 2; axis++) {
      int extent = (kernel.get(axis) - 1) * dilations.get(axis) + 1;
      ceil.add(
          call.bool("ceil_mode")
              ? ceil(x.size(axis + 2), extent, strides.get(axis), p.get(axis))
              : 0);
    }
    return new PoolCall(
        kernel, strides, List.of(p.get(0), p.get(1), p.get(0), p.get(1)), dilations, ceil);
  }

  /** A last window counts only if it starts before the padding after the input. */
  private static int ceil(int in, int extent, int stride, int pad) {
    int room = in + 2 * pad - extent;
    int steps = (room + stride - 1) / stride;
    if (steps * stride >= in + pad) {
      steps--;
    }
    return Math.max(0, steps * stride - room);
  }

  List<Integer> padsWithCeil() {
    return List.of(pads.get(0), pads.get(1), pads.get(2) + ceil.get(0), pads.get(3) + ceil.get(1));
  }

  /** The window of an adaptive pool, which must divide the map evenly. */
  static List<Integer> adaptiveWindow(AtenCall call, Shape x) {
    List<Integer> size = call.ints("output_size", 2);
    int h = x.size(2);
    int w = x.size(3);
    if (size.get(0) < 1 || size.get(1) < 1 || h % size.get(0) != 0 || w % size.get(1) != 0) {
      throw call.unsupported("adaptive pooling of " + h + "x" + w + " to " + size);
    }
    return List.of(h / size.get(0), w / size.get(1));
  }
}
