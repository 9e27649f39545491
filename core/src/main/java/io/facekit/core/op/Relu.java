package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** {@code max(x, 0)}. */
public record Relu() implements Op {

  static final OpDef<Relu> DEF =
      OpDef.of(Relu.class)
          .fromAten(
              "aten::relu(Tensor self)",
              call -> call.node(new Relu(), List.of(call.tensor("self"))))
          .fromOnnx("Relu", call -> call.node(new Relu(), List.of(call.tensor(0))))
          .fromText(t -> new Relu())
          .toOnnx((op, node, out) -> out.node("Relu", out.inputs(), OnnxAttributes.none()))
          .toTflite(
              (op, node, out) ->
                  out.operator(
                      (byte) BuiltinOperator.RELU,
                      1,
                      List.of(out.activation(node.input(0))),
                      List.of(out.output()),
                      null))
          .quantized(
              new QuantRule.FloatOnly("a ReLU is integer only as a part of the op before it"));

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return inputs.get(0);
  }
}
