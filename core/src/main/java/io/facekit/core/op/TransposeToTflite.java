package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.tensor.Shape;
import java.util.List;

/**
 * Writes a Transpose: nothing where all that read it can read its input instead, a RESHAPE where no
 * element moves.
 */
final class TransposeToTflite {
  private TransposeToTflite() {}

  static void emit(Transpose op, Node node, TfliteOut out) {
    if (RowMajor.isReadThrough(node, out)) {
      return;
    }
    Shape shape = node.output().type().shape();
    List<Integer> wanted = Layout.order(shape.rank());
    RowMajor.Source source = RowMajor.Source.of(node.output(), out);
    List<Integer> perm = source.physical(wanted, out);
    if (!Layout.moves(source.shape(out), perm) && source.isReshaped(out)) {
      RowMajor.reshape(source.reshapedInput(out), Layout.shape(shape), out.output(), out);
    } else {
      RowMajor.move(source.read(out), source.shape(out), perm, out.output(), out);
    }
  }
}
