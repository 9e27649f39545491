package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;

/** The larger of two numbers, elementwise with broadcasting. */
public record Max() implements Op {

  static final OpDef<Max> DEF =
      OpDef.of(Max.class)
          .fromAten(
              "aten::maximum(Tensor self, Tensor other)",
              call -> call.node(new Max(), Broadcast.operands(call)))
          .fromOnnx("Max", Broadcast.foldOnnx(new Max()))
          .fromText(t -> new Max())
          .toOnnx((op, node, out) -> out.node("Max", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.MAXIMUM, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.FloatOnly("ONNX Runtime has no integer Max"));

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
