package io.facekit.core.op;

import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.List;

/** A tensor whose last axis is a row, as a table of rows. */
final class Rows {
  private Rows() {}

  /** {@code [A, B, C]} as {@code [A * B, C]}. */
  static Shape of(Shape shape) {
    Dim rows = Dim.of(1);
    for (Dim d : shape.dims().subList(0, shape.rank() - 1)) {
      if (rows.symbolic() && d.symbolic()) {
        throw new ArithmeticException("the batch size multiplied by itself");
      }
      rows =
          new Dim(Math.multiplyExact(rows.factor(), d.factor()), rows.symbolic() || d.symbolic());
    }
    return new Shape(List.of(rows, shape.dim(shape.rank() - 1)));
  }
}
