package io.facekit.core.ir;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** The static type of a value. */
public record TensorType(DType dtype, Shape shape) {
  public static TensorType f32(Shape shape) {
    return new TensorType(DType.FLOAT32, shape);
  }

  /**
   * A type as {@link #toString} prints it.
   *
   * @throws IllegalArgumentException if the text is no type
   */
  public static TensorType parse(String text) {
    int open = text.indexOf('[');
    if (open > 0 && text.endsWith("]")) {
      String sizes = text.substring(open + 1, text.length() - 1);
      List<Dim> dims =
          sizes.isBlank()
              ? List.of()
              : Arrays.stream(sizes.split(",")).map(String::strip).map(TensorType::dim).toList();
      for (DType d : DType.values()) {
        if (d.shortName().equals(text.substring(0, open))) {
          return new TensorType(d, new Shape(dims));
        }
      }
    }
    throw new IllegalArgumentException("'" + text + "' is no type");
  }

  private static Dim dim(String text) {
    if (text.equals("batch")) {
      return Dim.BATCH;
    }
    return text.startsWith("batch*")
        ? new Dim(Long.parseLong(text.substring(6)), true)
        : Dim.of(Long.parseLong(text));
  }

  public TensorType withShape(Shape newShape) {
    return new TensorType(dtype, newShape);
  }

  @Override
  public String toString() {
    return dtype.shortName() + shape;
  }
}
