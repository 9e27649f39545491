package io.facekit.core.op;

import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** {@code x * HardSigmoid(x)} (Howard et al., arXiv 1905.02244). */
public record HardSwish() implements Unary {
  /** The operator set that has it first. */
  private static final int FIRST_OPSET = 14;

  static final OpDef<HardSwish> DEF =
      Unary.define(HardSwish.class, new HardSwish(), (byte) BuiltinOperator.HARD_SWISH)
          .fromAten("aten::hardswish(Tensor self)", Unary.load(new HardSwish()))
          .toOnnx((op, node, out) -> emitOnnx(out))
          .quantized(new QuantRule.FloatOnly("ONNX Runtime has no integer HardSwish"));

  private static void emitOnnx(OnnxOut out) {
    if (out.opset() >= FIRST_OPSET) {
      out.node("HardSwish", out.inputs(), OnnxAttributes.none());
      return;
    }
    String x = out.input(0);
    String gate = out.intermediate("gate", "HardSigmoid", List.of(x), HardSigmoid.attributes());
    out.node("Mul", List.of(x, gate), OnnxAttributes.none());
  }
}
