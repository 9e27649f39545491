package io.facekit.core.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The contents of a constant tensor: contiguous, row-major, little-endian. Usually a view on a
 * mapped file; {@link #toFloats} and the {@code of} factories are the only copies.
 */
public final class TensorData {
  private final DType dtype;
  private final Shape shape;
  private final ByteBuffer bytes;

  /**
   * @param bytes exactly the tensor's bytes, from position to limit; not copied
   * @throws IllegalArgumentException if the number of bytes is not what type and shape need
   */
  public TensorData(DType dtype, Shape shape, ByteBuffer bytes) {
    long expected = Math.multiplyExact(shape.elements(), (long) dtype.sizeBytes());
    if (expected != bytes.remaining()) {
      throw new IllegalArgumentException(
          "tensor "
              + dtype.shortName()
              + shape
              + " needs "
              + expected
              + " bytes, not "
              + bytes.remaining());
    }
    this.dtype = dtype;
    this.shape = shape;
    this.bytes =
        bytes
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asReadOnlyBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  public static TensorData of(float[] values, long... sizes) {
    ByteBuffer b = allocate(values.length * 4L);
    b.asFloatBuffer().put(values);
    return new TensorData(DType.FLOAT32, Shape.of(sizes), b);
  }

  public static TensorData of(int[] values, long... sizes) {
    ByteBuffer b = allocate(values.length * 4L);
    b.asIntBuffer().put(values);
    return new TensorData(DType.INT32, Shape.of(sizes), b);
  }

  public static TensorData of(long[] values, long... sizes) {
    ByteBuffer b = allocate(values.length * 8L);
    b.asLongBuffer().put(values);
    return new TensorData(DType.INT64, Shape.of(sizes), b);
  }

  public static TensorData of(byte[] values, long... sizes) {
    return new TensorData(DType.INT8, Shape.of(sizes), ByteBuffer.wrap(values.clone()));
  }

  private static ByteBuffer allocate(long sizeBytes) {
    return ByteBuffer.allocate(Math.toIntExact(sizeBytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  public DType dtype() {
    return dtype;
  }

  public Shape shape() {
    return shape;
  }

  public int elements() {
    return bytes.capacity() / dtype.sizeBytes();
  }

  public int sizeBytes() {
    return bytes.capacity();
  }

  /** A read-only little-endian view from position 0 to the limit. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The element at a row-major index, as a float. */
  public float floatAt(int index) {
    return (float) doubleAt(index);
  }

  /** The element at a row-major index, as a double. */
  public double doubleAt(int index) {
    ByteBuffer b = bytes();
    return switch (dtype) {
      case FLOAT32 -> b.getFloat(index * 4);
      case FLOAT16 -> Half.toFloat(b.getShort(index * 2));
      case BFLOAT16 -> Float.intBitsToFloat(b.getShort(index * 2) << 16);
      case FLOAT64 -> b.getDouble(index * 8);
      case INT8 -> b.get(index);
      case UINT8, BOOL -> b.get(index) & 0xff;
      case INT16 -> b.getShort(index * 2);
      case INT32 -> b.getInt(index * 4);
      case INT64 -> b.getLong(index * 8);
    };
  }

  /** A copy of all elements as floats. */
  public float[] toFloats() {
    float[] out = new float[elements()];
    if (dtype == DType.FLOAT32) {
      bytes().asFloatBuffer().get(out);
    } else {
      for (int i = 0; i < out.length; i++) {
        out[i] = floatAt(i);
      }
    }
    return out;
  }

  /** The same bytes under another fixed shape with as many elements. */
  public TensorData reshaped(Shape newShape) {
    return new TensorData(dtype, newShape, bytes());
  }

  @Override
  public String toString() {
    return dtype.shortName() + shape;
  }
}
