package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.util.List;
import java.util.Locale;
import org.tensorflow.lite.schema.TensorType;

/** The element types of TFLite tensors. */
final class TfliteTypes {
  private TfliteTypes() {}

  /** Bits of one element; 0 if the type is unknown or has no fixed size. */
  static int bits(int type) {
    return switch (type) {
      case TensorType.INT4 -> 4;
      case TensorType.UINT8, TensorType.INT8, TensorType.BOOL -> 8;
      case TensorType.FLOAT16, TensorType.INT16, TensorType.UINT16 -> 16;
      case TensorType.FLOAT32, TensorType.INT32, TensorType.UINT32 -> 32;
      case TensorType.FLOAT64, TensorType.INT64, TensorType.UINT64, TensorType.COMPLEX64 -> 64;
      case TensorType.COMPLEX128 -> 128;
      default -> 0;
    };
  }

  /** Bytes that type and shape need; {@link Long#MAX_VALUE} if that overflows. */
  static long sizeBytes(TensorInfo t) {
    try {
      long bits = bits(t.type());
      for (int size : t.shape()) {
        bits = Math.multiplyExact(bits, (long) size);
      }
      return Math.addExact(bits, 7) / 8;
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Elements of a shape without negative sizes; {@link Long#MAX_VALUE} if that overflows. */
  static long elements(List<Integer> shape) {
    try {
      return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Whether a zero point is a value of a quantized type. */
  static boolean holds(int type, long zeroPoint) {
    return switch (type) {
      case TensorType.INT8 -> zeroPoint >= Byte.MIN_VALUE && zeroPoint <= Byte.MAX_VALUE;
      case TensorType.UINT8 -> zeroPoint >= 0 && zeroPoint <= 255;
      case TensorType.INT16, TensorType.INT32, TensorType.INT64 -> zeroPoint == 0;
      default -> true;
    };
  }

  static String name(int type) {
    return type >= 0 && type < TensorType.names.length
        ? TensorType.names[type].toLowerCase(Locale.ROOT)
        : "type" + type;
  }
}
