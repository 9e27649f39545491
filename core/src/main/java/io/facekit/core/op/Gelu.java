package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.GeluOptionsT;

/**
 * Gaussian error linear unit (Hendrycks and Gimpel, arXiv 1606.08415): {@code x} times the normal
 * distribution's share below {@code x}.
 *
 * @param approximate by a hyperbolic tangent
 */
public record Gelu(boolean approximate) implements Unary {
  private static final double CUBIC = 0.044715;

  static final OpDef<Gelu> DEF =
      OpDef.of(Gelu.class)
          .fromAten("aten::gelu(Tensor self, *, str approximate='none')", Gelu::load)
          .fromOnnx("Gelu", Gelu::loadOnnx)
          .fromText(t -> new Gelu(Boolean.parseBoolean(t.text("approximate"))))
          .toOnnx((op, node, out) -> op.emitOnnx(out))
          .toTflite(Gelu::emitTflite)
          .quantized(new QuantRule.FloatOnly("no runtime has an integer Gelu"));

  private static Value load(AtenCall call) {
    return load(call, call.text("approximate"), call.tensor("self"));
  }

  private static Value loadOnnx(OnnxCall call) {
    return load(call, call.text("approximate", "none"), call.tensor(0));
  }

  private static Value load(ImportCall call, String approximate, Value x) {
    if (!approximate.equals("none") && !approximate.equals("tanh")) {
      throw call.unsupported("an approximation other than tanh");
    }
    return call.node(new Gelu(approximate.equals("tanh")), List.of(x));
  }

  /** ONNX has Gelu from operator set 20 on; runtimes recognise these nodes in any. */
  private void emitOnnx(OnnxOut out) {
    String x = out.input(0);
    String inner;
    if (approximate) {
      String square = binary(out, "square", "Mul", x, x);
      String cube = binary(out, "cube", "Mul", square, x);
      String bent = binary(out, "bent", "Mul", cube, number(out, "cubic", CUBIC));
      String sum = binary(out, "sum", "Add", x, bent);
      String scaled =
          binary(out, "scaled", "Mul", sum, number(out, "scale", Math.sqrt(2 / Math.PI)));
      inner = out.intermediate("tanh", "Tanh", List.of(scaled), OnnxAttributes.none());
    } else {
      String scaled = binary(out, "scaled", "Div", x, number(out, "scale", Math.sqrt(2)));
      inner = out.intermediate("erf", "Erf", List.of(scaled), OnnxAttributes.none());
    }
    String share = binary(out, "share", "Add", inner, number(out, "one", 1));
    String twice = binary(out, "twice", "Mul", x, share);
    out.node("Mul", List.of(twice, number(out, "half", 0.5)), OnnxAttributes.none());
  }

  private static String binary(OnnxOut out, String suffix, String type, String a, String b) {
    return out.intermediate(suffix, type, List.of(a, b), OnnxAttributes.none());
  }

  private static String number(OnnxOut out, String suffix, double value) {
    return out.constant(suffix, TensorData.of(new float[] {(float) value}));
  }

  private static void emitTflite(Gelu op, Node node, TfliteOut out) {
    GeluOptionsT t = new GeluOptionsT();
    t.setApproximate(op.approximate);
    out.operator(
        (byte) BuiltinOperator.GELU,
        1,
        List.of(out.activation(node.input(0))),
        List.of(out.output()),
        Builtin.options(BuiltinOptions.GeluOptions, t));
  }
}
