package io.facekit.core.op;

import io.facekit.core.quant.QuantRule;
import org.tensorflow.lite.schema.BuiltinOperator;

/** {@code -x}. */
public record Neg() implements Unary {

  static final OpDef<Neg> DEF =
      Unary.define(Neg.class, new Neg(), (byte) BuiltinOperator.NEG)
          .fromAten("aten::neg(Tensor self)", Unary.load(new Neg()))
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Neg"));
}
