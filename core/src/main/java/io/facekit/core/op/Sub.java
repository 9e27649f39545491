package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;

/** Elementwise difference with broadcasting. */
public record Sub() implements Op {

  static final OpDef<Sub> DEF =
      OpDef.of(Sub.class)
          .fromAten("aten::sub(Tensor self, Tensor other, *, Scalar alpha=1)", Sub::load)
          .fromAten("aten::rsub(Tensor self, Tensor other, *, Scalar alpha=1)", Sub::loadReversed)
          .fromOnnx("Sub", call -> call.node(new Sub(), Broadcast.operands(call)))
          .fromText(t -> new Sub())
          .toOnnx((op, node, out) -> out.node("Sub", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.SUB, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.FloatOnly("ONNX Runtime has no integer Sub"));

  private static Value load(AtenCall call) {
    return call.node(new Sub(), Broadcast.scaledOperands(call));
  }

  private static Value loadReversed(AtenCall call) {
    List<Value> operands = Broadcast.scaledOperands(call);
    if (call.number("alpha") != 1) {
      throw call.unsupported("rsub with alpha " + call.number("alpha"));
    }
    return call.node(new Sub(), List.of(operands.get(1), operands.get(0)));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
