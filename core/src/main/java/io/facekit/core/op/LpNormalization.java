package io.facekit.core.op;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.L2NormOptionsT;

/** Divides each row of {@code [N, D]} by its Euclidean norm. */
public record LpNormalization() implements Op {

  static final OpDef<LpNormalization> DEF =
      OpDef.of(LpNormalization.class)
          .fromOnnx("LpNormalization", LpNormalization::loadOnnx)
          .fromText(t -> new LpNormalization())
          .toOnnx(
              (op, node, out) ->
                  out.node(
                      "LpNormalization",
                      out.inputs(),
                      OnnxAttributes.none().integer("axis", 1).integer("p", 2)))
          .toTflite(
              (op, node, out) ->
                  out.operator(
                      (byte) BuiltinOperator.L2_NORMALIZATION,
                      1,
                      List.of(out.activation(node.input(0))),
                      List.of(out.output()),
                      options()))
          .quantized(new QuantRule.FloatOnly("a unit vector has too few 8-bit levels"));

  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    int rank = x.type().shape().rank();
    if (rank != 2
        || call.integer("p", 2) != 2
        || OnnxForm.axis(call, call.integer("axis", -1), rank) != 1) {
      throw call.unsupported("a norm other than that of the rows of a matrix");
    }
    return call.node(new LpNormalization(), List.of(x));
  }

  private static BuiltinOptionsUnion options() {
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.L2NormOptions);
    union.setValue(new L2NormOptionsT());
    return union;
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    return inputs.get(0);
  }
}
