package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Shape;
import java.util.List;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.Conv2DOptionsT;
import org.tensorflow.lite.schema.DepthwiseConv2DOptionsT;

/** Writes a convolution as CONV_2D or DEPTHWISE_CONV_2D, with PAD before it where SAME differs. */
final class ConvToTflite {
  private static final List<Integer> OHWI = List.of(0, 2, 3, 1);
  private static final List<Integer> IHWO = List.of(1, 2, 3, 0);

  private ConvToTflite() {}

  static void emit(Conv op, Node node, TfliteOut out) {
    Value weight = node.input(1);
    Shape w = weight.type().shape();
    Shape x = node.input(0).type().shape();
    TflitePadding padded =
        TflitePadding.of(x, List.of(w.size(2), w.size(3)), op.strides(), op.pads(), op.dilations());
    int input = padded.zeros(node.input(0), out);
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
    byte padding = padded.mode();
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
}
