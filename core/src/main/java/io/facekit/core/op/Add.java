package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;

/** Elementwise sum with broadcasting. */
public record Add() implements Op {

  static final OpDef<Add> DEF =
      OpDef.of(Add.class)
          .fromAten("aten::add(Tensor self, Tensor other, *, Scalar alpha=1)", Add::load)
          .fromOnnx("Add", call -> call.node(new Add(), Broadcast.operands(call)))
          .fromOnnx("Sum", Broadcast.foldOnnx(new Add()))
          .fromText(t -> new Add())
          .toOnnx((op, node, out) -> out.node("Add", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.ADD, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.Free());

  private static Value load(AtenCall call) {
    return call.node(new Add(), Broadcast.scaledOperands(call));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
