package io.facekit.core.op;

import io.facekit.core.quant.QuantRule;
import org.tensorflow.lite.schema.BuiltinOperator;

/** {@code e^x}. */
public record Exp() implements Unary {

  static final OpDef<Exp> DEF =
      Unary.define(Exp.class, new Exp(), (byte) BuiltinOperator.EXP)
          .fromAten("aten::exp(Tensor self)", Unary.load(new Exp()))
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Exp"));
}
