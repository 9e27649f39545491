package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** The largest number along some axes, which stay with size 1. */
public record ReduceMax(List<Integer> axes) implements Reduction {
  private static final int AXES_ARE_INPUT = 18;

  static final OpDef<ReduceMax> DEF =
      OpDef.of(ReduceMax.class)
          .fromAten(
              "aten::amax(Tensor self, int[1]? dim=None, bool keepdim=False)",
              call -> load(Reduction.Request.of(call)))
          .fromAten("aten::max(Tensor self, Any dim, bool keepdim=False)", ReduceMax::loadMax)
          .fromOnnx("ReduceMax", call -> load(Reduction.Request.of(call)))
          .fromText(t -> new ReduceMax(t.integers("axes")))
          .toOnnx((op, node, out) -> Reduction.emitOnnx(op, AXES_ARE_INPUT, out))
          .toTflite(
              (op, node, out) ->
                  Reduction.emitTflite(op, (byte) BuiltinOperator.REDUCE_MAX, node, out))
          .quantized(new QuantRule.FloatOnly("ONNX Runtime has no integer ReduceMax"));

  public ReduceMax {
    axes = List.copyOf(axes);
  }

  /** The largest number of a whole map is a max pool. */
  private static Value load(Reduction.Request request) {
    return request.reduced(
        request.isOfMap()
            ? MaxPool.global(request.x().type().shape())
            : new ReduceMax(request.axes()));
  }

  /** Along an axis, or of two tensors. */
  private static Value loadMax(AtenCall call) {
    return call.isTensor("dim")
        ? call.node(new Max(), Broadcast.operands(call, "dim"))
        : load(Reduction.Request.of(call));
  }
}
