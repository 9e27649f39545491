package io.facekit.core.op;

import io.facekit.core.quant.QuantRule;
import org.tensorflow.lite.schema.BuiltinOperator;

/** {@code |x|}. */
public record Abs() implements Unary {

  static final OpDef<Abs> DEF =
      Unary.define(Abs.class, new Abs(), (byte) BuiltinOperator.ABS)
          .fromAten("aten::abs(Tensor self)", Unary.load(new Abs()))
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Abs"));
}
