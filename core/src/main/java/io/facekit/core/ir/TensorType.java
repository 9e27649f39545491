package io.facekit.core.ir;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;

/** The static type of a value. */
public record TensorType(DType dtype, Shape shape) {
  public static TensorType f32(Shape shape) {
    return new TensorType(DType.FLOAT32, shape);
  }

  public TensorType withShape(Shape newShape) {
    return new TensorType(dtype, newShape);
  }

  @Override
  public String toString() {
    return dtype.shortName() + shape;
  }
}
