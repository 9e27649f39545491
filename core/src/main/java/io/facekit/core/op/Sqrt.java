package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** The square root. */
public record Sqrt() implements Unary {

  static final OpDef<Sqrt> DEF =
      Unary.define(Sqrt.class, new Sqrt(), (byte) BuiltinOperator.SQRT)
          .fromAten("aten::sqrt(Tensor self)", Unary.load(new Sqrt()))
          .fromAten("aten::rsqrt(Tensor self)", Sqrt::loadReciprocal)
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Sqrt"));

  private static Value loadReciprocal(AtenCall call) {
    return Div.reciprocal(call, call.node(new Sqrt(), List.of(call.tensor("self"))));
  }
}
