package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Optional;

/** {@code a} to the power of {@code b}, elementwise with broadcasting. */
public record Pow() implements Op {

  static final OpDef<Pow> DEF =
      OpDef.of(Pow.class)
          .fromAten("aten::pow(Tensor self, Tensor exponent)", Pow::load)
          .fromOnnx("Pow", Pow::loadOnnx)
          .fromText(t -> new Pow())
          .toOnnx((op, node, out) -> out.node("Pow", out.inputs(), OnnxAttributes.none()))
          .toTflite((op, node, out) -> BinaryToTflite.emit(BinaryToTflite.Kind.POW, node, out))
          .expressibleInTflite(
              Broadcast.TFLITE_LIMIT, (op, node) -> Broadcast.isExpressibleInTflite(node))
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Pow"));

  private static Value load(AtenCall call) {
    Value x = call.tensor("self");
    double exponent = call.isNumber("exponent") ? call.number("exponent") : Double.NaN;
    return usual(call, x, exponent)
        .orElseGet(() -> call.node(new Pow(), Broadcast.operands(call, "exponent")));
  }

  /** The exponent may be of integers. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    Optional<TensorData> exponent = call.contents(1);
    if (exponent.isEmpty()) {
      return call.node(new Pow(), Broadcast.operands(call));
    }
    TensorData data = exponent.get();
    boolean number = data.elements() == 1 && data.shape().rank() <= x.type().shape().rank();
    return usual(call, x, number ? data.doubleAt(0) : Double.NaN)
        .orElseGet(() -> call.node(new Pow(), List.of(x, floats(call, data))));
  }

  private static Value floats(OnnxCall call, TensorData exponent) {
    return exponent.dtype().isFloat()
        ? call.weight(1)
        : call.weight(1, TensorData.of(exponent.toFloats(), exponent.shape().at(1)));
  }

  /** The usual powers are a product or a root. */
  private static Optional<Value> usual(ImportCall call, Value x, double exponent) {
    if (exponent == 1) {
      return Optional.of(x);
    } else if (exponent == 2 || exponent == 3) {
      Value square = call.node(new Mul(), List.of(x, x));
      return Optional.of(exponent == 2 ? square : call.node(new Mul(), List.of(square, x)));
    } else if (exponent == 0.5) {
      return Optional.of(call.node(new Sqrt(), List.of(x)));
    } else if (exponent == -0.5) {
      return Optional.of(Div.reciprocal(call, call.node(new Sqrt(), List.of(x))));
    } else if (exponent == -1) {
      return Optional.of(Div.reciprocal(call, x));
    }
    return Optional.empty();
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return Broadcast.infer(inputs);
  }
}
