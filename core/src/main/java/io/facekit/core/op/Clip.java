package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** {@code min(max(x, min), max)}; a bound may be infinite. */
public record Clip(double min, double max) implements Op {

  static final OpDef<Clip> DEF =
      OpDef.of(Clip.class)
          .fromAten(
              "aten::hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1)",
              call -> load(call, call.number("min_val"), call.number("max_val")))
          .fromAten("aten::relu6(Tensor self)", call -> load(call, 0, 6))
          .fromAten(
              "aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None)",
              call ->
                  load(
                      call,
                      call.isNone("min") ? Double.NEGATIVE_INFINITY : call.number("min"),
                      call.isNone("max") ? Double.POSITIVE_INFINITY : call.number("max")))
          .fromAten(
              "aten::clamp_min(Tensor self, Scalar min)",
              call -> load(call, call.number("min"), Double.POSITIVE_INFINITY))
          .fromOnnx("Clip", Clip::loadOnnx)
          .fromText(t -> new Clip(t.number("min"), t.number("max")))
          .toOnnx((op, node, out) -> out.node("Clip", op.onnxInputs(out), OnnxAttributes.none()))
          .fromAten(
              "aten::clamp_max(Tensor self, Scalar max)",
              call -> load(call, Double.NEGATIVE_INFINITY, call.number("max")))
          .toTflite(Clip::emitTflite)
          .quantized(
              new QuantRule.FloatOnly("a clip is integer only as a part of the op before it"));

  private static Value load(AtenCall call, double min, double max) {
    if (Double.isInfinite(min) && Double.isInfinite(max)) {
      return call.tensor("self");
    }
    return call.node(new Clip(min, max), List.of(call.tensor("self")));
  }

  /** Before operator set 11 the bounds are attributes, and the default is the largest float. */
  private static Value loadOnnx(OnnxCall call) {
    double low = -Float.MAX_VALUE;
    double high = Float.MAX_VALUE;
    double min = call.opset() < 11 ? call.number("min", low) : call.scalar(1, low);
    double max = call.opset() < 11 ? call.number("max", high) : call.scalar(2, high);
    return call.node(
        new Clip(
            min <= low ? Double.NEGATIVE_INFINITY : min,
            max >= high ? Double.POSITIVE_INFINITY : max),
        List.of(call.tensor(0)));
  }

  public boolean isRelu6() {
    return min == 0 && max == 6;
  }

  private static void emitTflite(Clip op, Node node, TfliteOut out) {
    Value input = node.input(0);
    int x = out.activation(input);
    if (op.isRelu6()) {
      out.operator((byte) BuiltinOperator.RELU6, 1, List.of(x), List.of(out.output()), null);
      return;
    }
    x = BinaryToTflite.bounded(BinaryToTflite.Kind.MAXIMUM, x, input, op.min, out);
    x = BinaryToTflite.bounded(BinaryToTflite.Kind.MINIMUM, x, input, op.max, out);
    boolean both = !Double.isInfinite(op.min) && !Double.isInfinite(op.max);
    Shape shape = Layout.shape(node.output().type().shape());
    int raised = both ? out.intermediate("raised", shape, node.output()) : out.output();
    if (!Double.isInfinite(op.min)) {
      int min = number(node, "min", op.min, out);
      BinaryToTflite.emit(BinaryToTflite.Kind.MAXIMUM, x, min, raised, out);
    }
    if (!Double.isInfinite(op.max)) {
      int max = number(node, "max", op.max, out);
      int from = both ? raised : x;
      BinaryToTflite.emit(BinaryToTflite.Kind.MINIMUM, from, max, out.output(), out);
    }
  }

  private static int number(Node node, String suffix, double value, TfliteOut out) {
    return out.sharedConstant(
        node.name() + "." + suffix, TensorData.of(new float[] {(float) value}));
  }

  private List<String> onnxInputs(OnnxOut out) {
    List<String> names = new ArrayList<>(List.of(out.input(0)));
    names.add(Double.isInfinite(min) ? "" : bound(out, "min", min));
    if (!Double.isInfinite(max)) {
      names.add(bound(out, "max", max));
    }
    return names;
  }

  private static String bound(OnnxOut out, String suffix, double value) {
    return out.constant(suffix, TensorData.of(new float[] {(float) value}));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return inputs.get(0);
  }
}
