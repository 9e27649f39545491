package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;

/** The smaller of two numbers, elementwise with broadcasting. */
public record Min() implements Op {

  static final OpDef<Min> DEF =
      OpDef.of(Min.class)
          .fromAten(
              "aten::minimum(Tensor self, Tensor other)",
              call -> call.node(new Min(), Broadcast.operands(call)))
          .fromOnnx("Min", Broadcast.foldOnnx(new Min()))
          .fromText(t -> new Min())
          .toOnnx((op, node, out) -> out.node("Min", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.MINIMUM, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.FloatOnly("ONNX Runtime has no integer Min"));

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
