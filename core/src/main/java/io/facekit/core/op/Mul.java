package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;

/** Elementwise product with broadcasting. */
public record Mul() implements Op {

  static final OpDef<Mul> DEF =
      OpDef.of(Mul.class)
          .fromAten(
              "aten::mul(Tensor self, Tensor other)",
              call -> call.node(new Mul(), Broadcast.operands(call)))
          .fromOnnx("Mul", call -> call.node(new Mul(), Broadcast.operands(call)))
          .fromText(t -> new Mul())
          .toOnnx((op, node, out) -> out.node("Mul", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.MUL, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.Free());

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
