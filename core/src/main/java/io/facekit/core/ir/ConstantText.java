package io.facekit.core.ir;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Half;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** The contents of a constant, between its braces. */
final class ConstantText {
  /** Far more than a graph written by hand has, far less than would exhaust the heap. */
  private static final int MAX_ELEMENTS = 1 << 24;

  private ConstantText() {}

  static TensorData parse(TensorType type, String text, String name) {
    long elements = type.shape().elements();
    if (elements > MAX_ELEMENTS) {
      throw new IllegalArgumentException("constant '" + name + "' has " + elements + " elements");
    }
    String[] words = text.isEmpty() ? new String[0] : text.split("\\s+");
    double[] values =
        text.equals("...")
            ? random(name.hashCode(), -1, 1, (int) elements)
            : words.length > 0 && words[0].equals("seed")
                ? seeded(words, (int) elements)
                : listed(words, type.dtype());
    if (values.length != elements) {
      throw new IllegalArgumentException(
          "constant '" + name + "' has " + values.length + " numbers, not " + elements);
    }
    return pack(type, values);
  }

  private static double[] listed(String[] words, DType dtype) {
    double[] values = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      values[i] =
          dtype == DType.FLOAT64
              ? Double.parseDouble(words[i])
              : dtype.isFloat() ? Float.parseFloat(words[i]) : Long.parseLong(words[i]);
    }
    return values;
  }

  private static double[] seeded(String[] words, int elements) {
    boolean range = words.length == 6 && words[2].equals("from") && words[4].equals("to");
    if (words.length != 2 && !range) {
      throw new IllegalArgumentException("expected 'seed N' or 'seed N from A to B'");
    }
    double from = range ? Double.parseDouble(words[3]) : -1;
    double to = range ? Double.parseDouble(words[5]) : 1;
    return random(Long.parseLong(words[1]), from, to, elements);
  }

  private static double[] random(long seed, double from, double to, int elements) {
    Random random = new Random(seed);
    double[] values = new double[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = from + (to - from) * random.nextDouble();
    }
    return values;
  }

  private static TensorData pack(TensorType type, double[] values) {
    DType dtype = type.dtype();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, dtype.sizeBytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double v : values) {
      switch (dtype) {
        case FLOAT32 -> bytes.putFloat((float) v);
        case FLOAT16 -> bytes.putShort(Half.fromFloat((float) v));
        case BFLOAT16 -> bytes.putShort((short) (Float.floatToRawIntBits((float) v) >>> 16));
        case FLOAT64 -> bytes.putDouble(v);
        case INT8, UINT8, BOOL -> bytes.put((byte) v);
        case INT16 -> bytes.putShort((short) v);
        case INT32 -> bytes.putInt((int) v);
        case INT64 -> bytes.putLong((long) v);
      }
    }
    return new TensorData(dtype, type.shape(), bytes.flip());
  }
}
