package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.TensorData;
import java.util.List;

/** Elementwise quotient with broadcasting. */
public record Div() implements Op {

  static final OpDef<Div> DEF =
      OpDef.of(Div.class)
          .fromAten("aten::div(Tensor self, Tensor other, *, str? rounding_mode=None)", Div::load)
          .fromAten("aten::reciprocal(Tensor self)", call -> reciprocal(call, call.tensor("self")))
          .fromOnnx("Div", call -> call.node(new Div(), Broadcast.operands(call)))
          .fromOnnx("Reciprocal", call -> reciprocal(call, call.tensor(0)))
          .fromText(t -> new Div())
          .toOnnx((op, node, out) -> out.node("Div", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.DIV, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.FloatOnly("no integer division exists"));

  /** Division is what makes floats of pixels in PyTorch as well. */
  private static Value load(AtenCall call) {
    if (!call.isNone("rounding_mode")) {
      throw call.unsupported("division that rounds");
    }
    if (call.isTensor("self") && call.isNumber("other")) {
      Value x = Cast.toFloat(call, call.anyTensor("self"));
      return call.node(new Div(), List.of(x, call.tensor("other")));
    }
    return call.node(new Div(), Broadcast.operands(call));
  }

  /** {@code 1 / x}. */
  static Value reciprocal(ImportCall call, Value x) {
    Value one = call.constant("one", TensorData.of(new float[] {1}));
    return call.node(new Div(), List.of(one, x));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
