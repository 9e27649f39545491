package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import java.util.List;

/** An op that changes each element by itself: the output has the input's type. */
public interface Unary extends Op {
  @Override
  default TensorType infer(List<TensorType> inputs) {
    return inputs.get(0);
  }

  /** The definition of an op without attributes that is one operator in each format. */
  static <T extends Unary> OpDef<T> define(Class<T> type, T op, byte builtin) {
    return OpDef.of(type)
        .fromOnnx(op.type(), loadOnnx(op))
        .fromText(t -> op)
        .toOnnx((o, node, out) -> out.node(o.type(), out.inputs(), OnnxAttributes.none()))
        .toTflite(
            (o, node, out) ->
                out.operator(
                    builtin,
                    out.isInt8() ? 2 : 1,
                    List.of(out.activation(node.input(0))),
                    List.of(out.output()),
                    null));
  }

  /** The import of a call with the one argument {@code self}. */
  static OpDef.FromAten load(Unary op) {
    return call -> call.node(op, List.of(call.tensor("self")));
  }

  /** The import of an ONNX node with one input. */
  static OpDef.FromOnnx loadOnnx(Unary op) {
    return call -> call.node(op, List.of(call.tensor(0)));
  }
}
