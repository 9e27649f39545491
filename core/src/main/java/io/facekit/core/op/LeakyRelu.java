package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.LeakyReluOptionsT;

/** {@code x} where positive, else {@code alpha * x}. */
public record LeakyRelu(double alpha) implements Op {

  static final OpDef<LeakyRelu> DEF =
      OpDef.of(LeakyRelu.class)
          .fromAten(
              "aten::leaky_relu(Tensor self, Scalar negative_slope=0.01)",
              call ->
                  call.node(
                      new LeakyRelu(call.number("negative_slope")), List.of(call.tensor("self"))))
          .fromOnnx(
              "LeakyRelu",
              call -> call.node(new LeakyRelu(call.number("alpha", 0.01)), List.of(call.tensor(0))))
          .fromText(t -> new LeakyRelu(t.number("alpha")))
          .toOnnx(
              (op, node, out) ->
                  out.node(
                      "LeakyRelu", out.inputs(), OnnxAttributes.none().number("alpha", op.alpha)))
          .toTflite(
              (op, node, out) ->
                  out.operator(
                      (byte) BuiltinOperator.LEAKY_RELU,
                      1,
                      List.of(out.activation(node.input(0))),
                      List.of(out.output()),
                      op.options()))
          .quantized(new QuantRule.Free());

  private BuiltinOptionsUnion options() {
    LeakyReluOptionsT t = new LeakyReluOptionsT();
    t.setAlpha((float) alpha);
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.LeakyReluOptions);
    union.setValue(t);
    return union;
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return inputs.get(0);
  }
}
