package io.facekit.runtime.run;

import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.jspecify.annotations.Nullable;

/** The 8-bit codes of an input or output, between which and real values the caller converts. */
record TfliteCodes(boolean unsigned, float scale, int zeroPoint) {
  /** Null for a tensor that is not 8 bits wide, or has no scale, such as plain pixels. */
  static @Nullable TfliteCodes of(TfLiteTensor tensor) {
    boolean unsigned = tensor.type() == tensorflowlite.kTfLiteUInt8;
    if ((!unsigned && tensor.type() != tensorflowlite.kTfLiteInt8)
        || !(tensor.params().scale() > 0)) {
      return null;
    }
    return new TfliteCodes(unsigned, tensor.params().scale(), tensor.params().zero_point());
  }

  /** The nearest codes, as QUANTIZE makes them. */
  byte[] codes(float[] values, int count) {
    int least = unsigned ? 0 : Byte.MIN_VALUE;
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      long code = Math.round((double) values[i] / scale) + zeroPoint;
      codes[i] = (byte) Math.max(least, Math.min(least + 255, code));
    }
    return codes;
  }

  float[] values(byte[] codes) {
    float[] values = new float[codes.length];
    for (int i = 0; i < values.length; i++) {
      int code = unsigned ? Byte.toUnsignedInt(codes[i]) : codes[i];
      values[i] = (code - zeroPoint) * scale;
    }
    return values;
  }
}
