package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;

/** {@code a} to the power of {@code b}, elementwise with broadcasting. */
public record Pow() implements Op {

  static final OpDef<Pow> DEF =
      OpDef.of(Pow.class)
          .fromAten("aten::pow(Tensor self, Tensor exponent)", Pow::load)
          .fromText(t -> new Pow())
          .toOnnx((op, node, out) -> out.node("Pow", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.POW, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Pow"));

  /** The usual powers are a product or a root. */
  private static Value load(AtenCall call) {
    Value x = call.tensor("self");
    double exponent = call.isNumber("exponent") ? call.number("exponent") : Double.NaN;
    if (exponent == 1) {
      return x;
    } else if (exponent == 2 || exponent == 3) {
      Value square = call.node(new Mul(), List.of(x, x));
      return exponent == 2 ? square : call.node(new Mul(), List.of(square, x));
    } else if (exponent == 0.5) {
      return call.node(new Sqrt(), List.of(x));
    } else if (exponent == -0.5) {
      return Div.reciprocal(call, call.node(new Sqrt(), List.of(x)));
    } else if (exponent == -1) {
      return Div.reciprocal(call, x);
    }
    return call.node(new Pow(), Broadcast.operands(call, "exponent"));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
