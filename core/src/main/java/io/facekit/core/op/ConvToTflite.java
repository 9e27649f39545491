package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.Conv2DOptionsT;
import org.tensorflow.lite.schema.DepthwiseConv2DOptionsT;
import org.tensorflow.lite.schema.PadOptionsT;
import org.tensorflow.lite.schema.Padding;

/** Writes a convolution as CONV_2D or DEPTHWISE_CONV_2D, with PAD before it where SAME differs. */
final class ConvToTflite {
  private static final List<Integer> OHWI = List.of(0, 2, 3, 1);
  private static final List<Integer> IHWO = List.of(1, 2, 3, 0);

  private ConvToTflite() {}

  static void emit(Conv op, Node node, TfliteOut out) {
    Value weight = node.input(1);
    Shape w = weight.type().shape();
    Shape x = node.input(0).type().shape();
    Padded padded = Padded.of(op, x, w);
    int input = out.activation(node.input(0));
    if (padded.needsPad()) {
      input = pad(padded, node, input, out);
    }
    boolean depthwise = op.isDepthwise(weight);
    Shape shape =
        depthwise
            ? Shape.of(1, w.size(2), w.size(3), w.size(0))
            : Shape.of(w.size(0), w.size(2), w.size(3), w.size(1));
    List<Integer> inputs =
        List.of(
            input,
            out.weights(weight, w, depthwise ? IHWO : OHWI, shape, depthwise ? 3 : 0),
            out.bias(node.inputs().size() > 2 ? node.input(2) : null, w.size(0)));
    byte padding = padded.same() ? Padding.SAME : Padding.VALID;
    if (depthwise) {
      out.operator(
          (byte) BuiltinOperator.DEPTHWISE_CONV_2D,
          out.isInt8() ? 3 : dilated(op) ? 2 : 1,
          inputs,
          List.of(out.output()),
          depthwiseOptions(op, w.size(0) / op.groups(), padding));
    } else {
      out.operator(
          (byte) BuiltinOperator.CONV_2D,
          op.groups() > 1 ? 6 : out.isInt8() ? 3 : 1,
          inputs,
          List.of(out.output()),
          options(op, padding));
    }
  }

  private static boolean dilated(Conv op) {
    return !op.dilations().equals(List.of(1, 1));
  }

  /** PAD in NHWC; a quantized pad has the zero point of its input as value. */
  private static int pad(Padded p, Node node, int input, TfliteOut out) {
    Shape x = node.input(0).type().shape();
    Shape shape =
        new Shape(
            List.of(
                x.dim(0),
                Dim.of(x.size(2) + p.top() + p.bottom()),
                Dim.of(x.size(3) + p.left() + p.right()),
                x.dim(1)));
    int padded = out.intermediate("pad", shape, node.input(0));
    int[] amounts = {0, 0, p.top(), p.bottom(), p.left(), p.right(), 0, 0};
    StringBuilder name = new StringBuilder("pads");
    for (int a : amounts) {
      name.append('_').append(a);
    }
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.PadOptions);
    union.setValue(new PadOptionsT());
    out.operator(
        (byte) BuiltinOperator.PAD,
        out.isInt8() ? 2 : 1,
        List.of(input, out.sharedConstant(name.toString(), TensorData.of(amounts, 4, 2))),
        List.of(padded),
        union);
    return padded;
  }

  private static BuiltinOptionsUnion options(Conv op, byte padding) {
    Conv2DOptionsT t = new Conv2DOptionsT();
    t.setPadding(padding);
    t.setStrideH(op.strides().get(0));
    t.setStrideW(op.strides().get(1));
    t.setDilationHFactor(op.dilations().get(0));
    t.setDilationWFactor(op.dilations().get(1));
    t.setFusedActivationFunction(fused(op.activation()));
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.Conv2DOptions);
    union.setValue(t);
    return union;
  }

  private static BuiltinOptionsUnion depthwiseOptions(Conv op, int multiplier, byte padding) {
    DepthwiseConv2DOptionsT t = new DepthwiseConv2DOptionsT();
    t.setPadding(padding);
    t.setDepthMultiplier(multiplier);
    t.setStrideH(op.strides().get(0));
    t.setStrideW(op.strides().get(1));
    t.setDilationHFactor(op.dilations().get(0));
    t.setDilationWFactor(op.dilations().get(1));
    t.setFusedActivationFunction(fused(op.activation()));
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.DepthwiseConv2DOptions);
    union.setValue(t);
    return union;
  }

  static byte fused(Activation activation) {
    return switch (activation) {
      case NONE -> ActivationFunctionType.NONE;
      case RELU -> ActivationFunctionType.RELU;
      case RELU6 -> ActivationFunctionType.RELU6;
    };
  }

  /**
   * What TFLite needs for a convolution's padding. Only the rows and columns that a window reads
   * count, so a stride-2 convolution of an even input needs no padding after it.
   */
  private record Padded(int top, int bottom, int left, int right, boolean same) {
    static Padded of(Conv op, Shape x, Shape w) {
      int[] h = axis(op, 0, x.size(2), w.size(2));
      int[] v = axis(op, 1, x.size(3), w.size(3));
      boolean same = h[2] == 1 && v[2] == 1 && op.isPadded();
      return new Padded(h[0], h[1], v[0], v[1], same);
    }

    /**
     * Padding read before and after, and whether SAME would place it so. XNNPACK 2.21 gets SAME
     * wrong along an axis whose last elements no window reads.
     */
    private static int[] axis(Conv op, int axis, int in, int kernel) {
      int stride = op.strides().get(axis);
      int before = op.pads().get(axis);
      int extent = (kernel - 1) * op.dilations().get(axis) + 1;
      int out =
          Window.outputSize(
              in, kernel, stride, before, op.pads().get(axis + 2), op.dilations().get(axis));
      int needed = Math.max(0, (out - 1) * stride + extent - in - before);
      int sameOut = (in + stride - 1) / stride;
      int sameTotal = (sameOut - 1) * stride + extent - in;
      boolean same =
          out == sameOut
              && sameTotal >= 0
              && before == sameTotal / 2
              && needed == sameTotal - sameTotal / 2;
      return new int[] {before, needed, same ? 1 : 0};
    }

    boolean needsPad() {
      return !same && (top | bottom | left | right) != 0;
    }
  }
}
