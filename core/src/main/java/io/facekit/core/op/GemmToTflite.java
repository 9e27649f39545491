package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Shape;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.FullyConnectedOptionsT;

/**
 * Writes a Gemm as FULLY_CONNECTED. Behind a Flatten it reads the rank-4 tensor itself, with its
 * weight's columns moved from C, H, W to H, W, C order.
 */
final class GemmToTflite {
  private GemmToTflite() {}

  static void emit(Gemm op, Node node, TfliteOut out) {
    Value weight = node.input(1);
    Shape w = weight.type().shape();
    Value input = node.input(0);
    int weights;
    if (FlattenToTflite.canReadThrough(input)) {
      input = FlattenToTflite.source(input);
      Shape x = input.type().shape();
      Shape view = Shape.of(w.size(0), x.size(1), x.size(2), x.size(3));
      weights = out.weights(weight, view, List.of(0, 2, 3, 1), w, 0);
    } else {
      weights = out.weights(weight, w, List.of(0, 1), w, 0);
    }
    FullyConnectedOptionsT t = new FullyConnectedOptionsT();
    t.setFusedActivationFunction(ConvToTflite.fused(op.activation()));
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.FullyConnectedOptions);
    union.setValue(t);
    out.operator(
        (byte) BuiltinOperator.FULLY_CONNECTED,
        out.isInt8() ? 4 : 1,
        List.of(
            out.activation(input),
            weights,
            out.bias(node.inputs().size() > 2 ? node.input(2) : null, w.size(0))),
        List.of(out.output()),
        union);
  }
}
