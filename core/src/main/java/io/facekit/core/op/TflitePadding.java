package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.PadOptionsT;
import org.tensorflow.lite.schema.PadV2OptionsT;
import org.tensorflow.lite.schema.Padding;

/**
 * What TFLite needs for the padding of a window. Only the rows and columns that a window reads
 * count, so a window of stride 2 on an even input needs no padding after it.
 *
 * @param same whether SAME is just this padding
 */
record TflitePadding(int top, int bottom, int left, int right, boolean same) {

  /**
   * @param pads top, left, bottom, right
   */
  static TflitePadding of(
      Shape x,
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations) {
    Axis h = Axis.of(x.size(2), kernel, strides, pads, dilations, 0);
    Axis v = Axis.of(x.size(3), kernel, strides, pads, dilations, 1);
    boolean padded = pads.stream().anyMatch(p -> p != 0);
    return new TflitePadding(
        h.before(), h.after(), v.before(), v.after(), h.same() && v.same() && padded);
  }

  /**
   * Padding that is read before and after, and whether SAME would place it so. XNNPACK 2.21 gets
   * SAME wrong along an axis whose last elements no window reads.
   */
  private record Axis(int before, int after, boolean same) {
    static Axis of(
        int in,
        List<Integer> kernel,
        List<Integer> strides,
        List<Integer> pads,
        List<Integer> dilations,
        int axis) {
      int stride = strides.get(axis);
      int before = pads.get(axis);
      int dilation = dilations.get(axis);
      int extent = (kernel.get(axis) - 1) * dilation + 1;
      int out =
          Window.outputSize(in, kernel.get(axis), stride, before, pads.get(axis + 2), dilation);
      int needed = Math.max(0, (out - 1) * stride + extent - in - before);
      int sameOut = (in + stride - 1) / stride;
      int sameTotal = (sameOut - 1) * stride + extent - in;
      boolean same =
          out == sameOut
              && sameTotal >= 0
              && before == sameTotal / 2
              && needed == sameTotal - sameTotal / 2;
      return new Axis(before, needed, same);
    }
  }

  private boolean needsPad() {
    return !same && (top | bottom | left | right) != 0;
  }

  byte mode() {
    return same ? Padding.SAME : Padding.VALID;
  }

  /**
   * The input of the window: padded with zeros, the zero point of a quantized tensor, if needed.
   */
  int zeros(Value x, TfliteOut out) {
    return needsPad() ? padded(x, out, false) : out.activation(x);
  }

  /** The input of the window: padded with what no maximum is, if needed. */
  int lowest(Value x, TfliteOut out) {
    return needsPad() ? padded(x, out, true) : out.activation(x);
  }

  private int padded(Value x, TfliteOut out, boolean lowest) {
    int input = out.activation(x);
    Shape s = x.type().shape();
    Shape shape =
        new Shape(
            List.of(
                s.dim(0),
                Dim.of(s.size(2) + top + bottom),
                Dim.of(s.size(3) + left + right),
                s.dim(1)));
    int padded = out.intermediate("pad", shape, x);
    int amounts = amounts(new int[] {0, 0, top, bottom, left, right, 0, 0}, out);
    int version = out.isInt8() ? 2 : 1;
    if (lowest) {
      out.operator(
          (byte) BuiltinOperator.PADV2,
          version,
          List.of(input, amounts, out.lowest(x)),
          List.of(padded),
          Builtin.options(BuiltinOptions.PadV2Options, new PadV2OptionsT()));
    } else {
      out.operator(
          (byte) BuiltinOperator.PAD,
          version,
          List.of(input, amounts),
          List.of(padded),
          Builtin.options(BuiltinOptions.PadOptions, new PadOptionsT()));
    }
    return padded;
  }

  /** Before and after each axis, in TFLite's order. */
  static int amounts(int[] amounts, TfliteOut out) {
    StringBuilder name = new StringBuilder("pads");
    for (int a : amounts) {
      name.append('_').append(a);
    }
    return out.sharedConstant(name.toString(), TensorData.of(amounts, amounts.length / 2, 2));
  }
}
