package io.facekit.core.op;

import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
              ? ceil(x.size(axis + 2), extent, strides.get(axis), p.get(axis), p.get(axis))
              : 0);
    }
    return new PoolCall(
        kernel, strides, List.of(p.get(0), p.get(1), p.get(0), p.get(1)), dilations, ceil);
  }

  static PoolCall of(OnnxCall call) {
    Shape x = call.tensor(0).type().shape();
    if (x.rank() != 4) {
      throw call.unsupported("pooling of " + x);
    }
    List<Integer> kernel = OnnxForm.list(call, "kernel_shape", 2, 0);
    List<Integer> strides = OnnxForm.list(call, "strides", 2, 1);
    List<Integer> dilations = OnnxForm.list(call, "dilations", 2, 1);
    if (Stream.of(kernel, strides, dilations).flatMap(List::stream).anyMatch(n -> n < 1)) {
      throw call.unsupported(
          "a window of " + kernel + ", strides " + strides + ", dilations " + dilations);
    }
    List<Integer> pads = OnnxForm.pads(call, x, kernel, strides, dilations);
    List<Integer> ceil = new ArrayList<>();
    for (int axis = 0; axis < 2; axis++) {
      int extent = Math.addExact(Math.multiplyExact(kernel.get(axis) - 1, dilations.get(axis)), 1);
      int before = pads.get(axis);
      int after = pads.get(axis + 2);
      int in = x.size(axis + 2);
      if (before < 0 || after < 0 || (long) in + before + after < extent) {
        throw call.unsupported("padding " + pads + " of " + x);
      }
      ceil.add(
          call.integer("ceil_mode", 0) == 0
              ? 0
              : ceil(in, extent, strides.get(axis), before, after));
    }
    PoolCall pool = new PoolCall(kernel, strides, pads, dilations, ceil);
    if (!call.text("auto_pad", "NOTSET").equals("NOTSET") && !pool.padsWithCeil().equals(pads)) {
      throw call.unsupported("auto_pad with ceil_mode");
    }
    return pool;
  }

  /** A last window counts only if it starts before the padding after the input. */
  private static int ceil(int in, int extent, int stride, int before, int after) {
    int room = in + before + after - extent;
    int steps = (room + stride - 1) / stride;
    if (steps * stride >= in + before) {
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
