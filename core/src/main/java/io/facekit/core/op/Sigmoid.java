package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** {@code 1 / (1 + e^-x)}. */
public record Sigmoid() implements Unary {

  static final OpDef<Sigmoid> DEF =
      Unary.define(Sigmoid.class, new Sigmoid(), (byte) BuiltinOperator.LOGISTIC)
          .fromAten("aten::sigmoid(Tensor self)", Unary.load(new Sigmoid()))
          .fromAten("aten::silu(Tensor self)", Sigmoid::loadSilu)
          .quantized(new QuantRule.FixedOutput(new QuantParams(1f / 256, 0)));

  private static Value loadSilu(AtenCall call) {
    Value x = call.tensor("self");
    return call.node(new Mul(), List.of(x, call.node(new Sigmoid(), List.of(x))));
  }
}
