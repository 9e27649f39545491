package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Half;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Weights as float16, rounded to nearest even; a weight that would become infinite is an error. */
final class Float16 {
  private Float16() {}

  static TensorData convert(String name, TensorData data) {
    ByteBuffer out = ByteBuffer.allocate(data.elements() * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < data.elements(); i++) {
      float v = data.floatAt(i);
      short h = Half.fromFloat(v);
      if (Float.isInfinite(Half.toFloat(h))) {
        throw Problem.of(
                ErrorId.RECIPE_PRECISION, "a weight of '" + name + "' is too large for float16")
            .at(name + "[" + i + "]")
            .found(v + ", the largest float16 is " + Half.MAX_VALUE)
            .hint("give this layer the precision int8 or fp32")
            .asException();
      }
      out.putShort(h);
    }
    out.flip();
    return new TensorData(DType.FLOAT16, data.shape(), out);
  }
}
