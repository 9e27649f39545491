package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Objects;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.ReshapeOptionsT;
import org.tensorflow.lite.schema.TransposeOptionsT;

/**
 * Writes a Flatten: nothing where only fully connected layers read it, a RESHAPE otherwise, behind
 * a TRANSPOSE to NCHW if the map is larger than 1x1.
 */
final class FlattenToTflite {
  private FlattenToTflite() {}

  /** Whether a fully connected layer can read the tensor before the Flatten instead. */
  static boolean canReadThrough(Value flattened) {
    Node n = flattened.producer();
    return n != null && n.op() instanceof Flatten && n.input(0).type().shape().rank() == 4;
  }

  static Value source(Value flattened) {
    return Objects.requireNonNull(flattened.producer()).input(0);
  }

  static void emit(Node node, TfliteOut out) {
    boolean unread =
        canReadThrough(node.output())
            && !out.isModelOutput(node.output())
            && out.consumers(node.output()).stream().allMatch(n -> n.op() instanceof Gemm);
    if (unread) {
      return;
    }
    Shape x = node.input(0).type().shape();
    int input = out.activation(node.input(0));
    if (x.rank() == 4 && x.size(2) * x.size(3) > 1) {
      input = toNchw(node, input, out);
    }
    int columns = node.output().type().shape().size(1);
    ReshapeOptionsT t = new ReshapeOptionsT();
    t.setNewShape(new int[] {-1, columns});
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.ReshapeOptions);
    union.setValue(t);
    out.operator(
        (byte) BuiltinOperator.RESHAPE,
        1,
        List.of(
            input,
            out.sharedConstant("shape_" + columns, TensorData.of(new int[] {-1, columns}, 2))),
        List.of(out.output()),
        union);
  }

  private static int toNchw(Node node, int input, TfliteOut out) {
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.TransposeOptions);
    union.setValue(new TransposeOptionsT());
    int moved = out.intermediate("nchw", node.input(0).type().shape(), node.input(0));
    out.operator(
        (byte) BuiltinOperator.TRANSPOSE,
        out.isInt8() ? 2 : 1,
        List.of(
            input, out.sharedConstant("nhwc_to_nchw", TensorData.of(new int[] {0, 3, 1, 2}, 4))),
        List.of(moved),
        union);
    return moved;
  }
}
