package io.facekit.core.op;

import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.List;

/** A tensor whose last axes are a row, as a table of rows. */
final class Rows {
  private Rows() {}

  /** Whether the rows are more than one multiple of the batch. */
  static boolean areMany(Shape shape) {
    return shape.dims().subList(0, shape.rank() - 1).stream().filter(Dim::symbolic).count() > 1
        || shape.dim(shape.rank() - 1).symbolic();
  }

  /** {@code [A, B, C]} as {@code [A * B, C]}. */
  static Shape of(Shape shape) {
    return of(shape, shape.rank() - 1);
  }

  /** The axes before one, and those from it on. */
  static Shape of(Shape shape, int axis) {
    return new Shape(
        List.of(
            product(shape.dims().subList(0, axis)),
            product(shape.dims().subList(axis, shape.rank()))));
  }

  private static Dim product(List<Dim> dims) {
    Dim product = Dim.of(1);
    for (Dim d : dims) {
      if (product.symbolic() && d.symbolic()) {
        throw new ArithmeticException("the batch size multiplied by itself");
      }
      product =
          new Dim(
              Math.multiplyExact(product.factor(), d.factor()), product.symbolic() || d.symbolic());
    }
    return product;
  }
}
