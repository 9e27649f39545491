package io.facekit.core.op;

import io.facekit.core.quant.QuantRule;
import org.tensorflow.lite.schema.BuiltinOperator;

/** The hyperbolic tangent. */
public record Tanh() implements Unary {

  static final OpDef<Tanh> DEF =
      Unary.define(Tanh.class, new Tanh(), (byte) BuiltinOperator.TANH)
          .fromAten("aten::tanh(Tensor self)", Unary.load(new Tanh()))
          .quantized(new QuantRule.FloatOnly("ONNX Runtime has no integer Tanh"));
}
