package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;

/** Elementwise quotient with broadcasting. */
public record Div() implements Op {

  static final OpDef<Div> DEF =
      OpDef.of(Div.class)
          .fromAten(
              "aten::div(Tensor self, Tensor other)",
              call -> call.node(new Div(), Broadcast.operands(call)))
          .fromOnnx("Div", call -> call.node(new Div(), Broadcast.operands(call)))
          .fromText(t -> new Div())
          .toOnnx((op, node, out) -> out.node("Div", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.DIV, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.FloatOnly("no integer division exists"));

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
