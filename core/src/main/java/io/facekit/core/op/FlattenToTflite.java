package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import java.util.Objects;

/**
 * Writes a Flatten: nothing where only fully connected layers read it, a RESHAPE otherwise, behind
 * a TRANSPOSE to NCHW if the map is larger than 1x1.
 */
final class FlattenToTflite {
  private FlattenToTflite() {}

  /** Whether a fully connected layer can read the tensor before the Flatten instead. */
  static boolean canReadThrough(Value flattened) {
    Node n = flattened.producer();
    if (n == null || !(n.op() instanceof Flatten) || n.input(0).type().shape().rank() != 4) {
      return false;
    }
    Node before = n.input(0).producer();
    return before == null || !(before.op() instanceof Transpose || before.op() instanceof Reshape);
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
    RowMajor.reshape(
        RowMajor.read(node.input(0), out), node.output().type().shape(), out.output(), out);
  }
}
