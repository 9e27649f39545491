package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** {@code x} where positive, else {@code alpha * (e^x - 1)}. */
public record Elu(double alpha) implements Unary {

  static final OpDef<Elu> DEF =
      OpDef.of(Elu.class)
          .fromAten(
              "aten::elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1)",
              Elu::load)
          .fromOnnx(
              "Elu", call -> call.node(new Elu(call.number("alpha", 1)), List.of(call.tensor(0))))
          .fromText(t -> new Elu(t.number("alpha")))
          .toOnnx(
              (op, node, out) ->
                  out.node("Elu", out.inputs(), OnnxAttributes.none().number("alpha", op.alpha)))
          .toTflite(
              (op, node, out) ->
                  out.operator(
                      (byte) BuiltinOperator.ELU,
                      1,
                      List.of(out.activation(node.input(0))),
                      List.of(out.output()),
                      null))
          .expressibleInTflite("only with alpha 1", (op, node) -> op.alpha == 1)
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Elu"));

  private static Value load(AtenCall call) {
    if (call.number("scale") != 1 || call.number("input_scale") != 1) {
      throw call.unsupported("elu with a scale");
    }
    return call.node(new Elu(call.number("alpha")), List.of(call.tensor("self")));
  }
}
