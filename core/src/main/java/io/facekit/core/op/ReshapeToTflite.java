package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.tensor.Shape;
import java.util.List;

/** Writes a Reshape: nothing where all that read it can write it themselves. */
final class ReshapeToTflite {
  private ReshapeToTflite() {}

  static void emit(Node node, TfliteOut out) {
    Shape shape = node.output().type().shape();
    if (shape.rank() == 4 && RowMajor.isReadThrough(node, out)) {
      return;
    }
    List<Integer> order = Layout.order(shape.rank());
    int input = RowMajor.read(node.input(0), out);
    if (Layout.moves(shape, order)) {
      RowMajor.write(node, out, to -> RowMajor.reshape(input, shape, to, out));
    } else {
      RowMajor.reshape(input, Layout.shape(shape), out.output(), out);
    }
  }
}
