package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** The sum along some axes, which stay with size 1. */
public record ReduceSum(List<Integer> axes) implements Reduction {
  private static final int AXES_ARE_INPUT = 13;

  static final OpDef<ReduceSum> DEF =
      OpDef.of(ReduceSum.class)
          .fromAten(
              "aten::sum(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType?"
                  + " dtype=None)",
              call -> load(Reduction.Request.of(call)))
          .fromOnnx("ReduceSum", call -> load(Reduction.Request.of(call)))
          .fromText(t -> new ReduceSum(t.integers("axes")))
          .toOnnx((op, node, out) -> Reduction.emitOnnx(op, AXES_ARE_INPUT, out))
          .toTflite(
              (op, node, out) -> Reduction.emitTflite(op, (byte) BuiltinOperator.SUM, node, out))
          .quantized(new QuantRule.FloatOnly("ONNX Runtime has no integer ReduceSum"));

  public ReduceSum {
    axes = List.copyOf(axes);
  }

  private static Value load(Reduction.Request request) {
    return request.reduced(new ReduceSum(request.axes()));
  }
}
