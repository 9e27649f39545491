package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Forms that several ONNX operators share. */
final class OnnxForm {
  private OnnxForm() {}

  /**
   * The padding of an operator with windows: {@code auto_pad} or {@code pads}, as top, left,
   * bottom, right.
   */
  static List<Integer> pads(
      OnnxCall call,
      Shape x,
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> dilations) {
    String mode = call.text("auto_pad", "NOTSET");
    return switch (mode) {
      case "NOTSET" -> list(call, "pads", 4, 0);
      case "VALID" -> List.of(0, 0, 0, 0);
      case "SAME_UPPER", "SAME_LOWER" -> {
        int[] pads = new int[4];
        for (int axis = 0; axis < 2; axis++) {
          int extent = (kernel.get(axis) - 1) * dilations.get(axis) + 1;
          int all = same(call, x.size(axis + 2), extent, strides.get(axis));
          pads[axis] = mode.equals("SAME_UPPER") ? all / 2 : all - all / 2;
          pads[axis + 2] = all - pads[axis];
        }
        yield Arrays.stream(pads).boxed().toList();
      }
      default -> throw call.unsupported("auto_pad " + mode);
    };
  }

  /** Padding along one axis that makes an output for every {@code stride} elements. */
  private static int same(ImportCall call, int in, int extent, int stride) {
    if (stride < 1) {
      throw call.unsupported("stride " + stride);
    }
    return Math.max(0, ((in + stride - 1) / stride - 1) * stride + extent - in);
  }

  /** A list of integers of a known length; without it, the fallback repeated. */
  static List<Integer> list(OnnxCall call, String attribute, int count, int fallback) {
    List<Integer> list =
        call.integers(attribute).orElseGet(() -> Collections.nCopies(count, fallback));
    if (list.size() != count) {
      throw call.unsupported(attribute + " " + list);
    }
    return list;
  }

  /** The axis that an index means, counted from the back if it is negative. */
  static int axis(ImportCall call, int index, int rank) {
    int axis = index < 0 ? index + rank : index;
    if (axis < 0 || axis >= rank) {
      throw call.unsupported("axis " + index + " of " + rank);
    }
    return axis;
  }

  /** {@link #axis} of each, as given; each axis once. */
  static List<Integer> ordered(ImportCall call, List<Integer> indices, int rank) {
    List<Integer> axes = indices.stream().map(i -> axis(call, i, rank)).toList();
    if (axes.stream().distinct().count() != axes.size()) {
      throw call.unsupported("axes " + indices);
    }
    return axes;
  }

  /** {@link #axis} of each, sorted. */
  static List<Integer> axes(ImportCall call, List<Integer> indices, int rank) {
    List<Integer> axes = new ArrayList<>();
    for (int i : indices) {
      axes.add(axis(call, i, rank));
    }
    return axes.stream().distinct().sorted().toList();
  }

  /**
   * A constant that broadcasts along all axes but the channels, as {@code [C]}.
   *
   * @param axis of the channels in the tensor that the constant is broadcast to
   */
  static Value perChannel(OnnxCall call, int input, Shape x, int axis) {
    TensorData weight = call.weightData(input);
    Shape shape = weight.shape();
    int rank = x.rank();
    int channels = x.size(axis);
    long elements = shape.elements();
    if (elements == 1 && channels != 1) {
      float[] repeated = new float[channels];
      Arrays.fill(repeated, weight.floatAt(0));
      return call.weight(input, TensorData.of(repeated, channels));
    }
    int own = axis - (rank - shape.rank());
    boolean fits = own >= 0 && own < shape.rank() && shape.size(own) == channels;
    if (elements != channels || (elements != 1 && !fits)) {
      throw call.unsupported("a parameter " + shape + " for " + x);
    }
    return shape.rank() == 1
        ? call.weight(input)
        : call.weight(input, weight.reshaped(Shape.of(channels)));
  }
}
