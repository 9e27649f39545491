package io.facekit.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class TensorDataTest {
  private static TensorData of(DType dtype, int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
    for (int b : bytes) {
      buffer.put((byte) b);
    }
    return new TensorData(dtype, Shape.of(bytes.length / dtype.sizeBytes()), buffer.flip());
  }

  @Test
  void readsEveryElementTypeLittleEndian() {
    assertThat(of(DType.FLOAT32, 0, 0, 0x80, 0x3f).floatAt(0)).isEqualTo(1f);
    assertThat(of(DType.FLOAT16, 0, 0xc0).floatAt(0)).isEqualTo(-2f);
    assertThat(of(DType.BFLOAT16, 0x80, 0xbf).floatAt(0)).isEqualTo(-1f);
    assertThat(of(DType.FLOAT64, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f).doubleAt(0)).isEqualTo(1);
    assertThat(of(DType.INT8, 0xff, 0x7f).toFloats()).containsExactly(-1, 127);
    assertThat(of(DType.UINT8, 0xff, 0x7f).toFloats()).containsExactly(255, 127);
    assertThat(of(DType.BOOL, 0, 1).toFloats()).containsExactly(0, 1);
    assertThat(of(DType.INT16, 0, 0x80).floatAt(0)).isEqualTo(-32768);
    assertThat(of(DType.INT32, 1, 1, 0, 0).floatAt(0)).isEqualTo(257);
    assertThat(of(DType.INT64, 0xfe, 255, 255, 255, 255, 255, 255, 255).floatAt(0)).isEqualTo(-2);
  }

  @Test
  void copiesIntoTheFactories() {
    float[] values = {1, 2, 3, 4, 5, 6};
    TensorData data = TensorData.of(values, 2, 3);
    values[0] = 9;
    assertThat(data.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(data).hasToString("f32[2,3]");
    assertThat(TensorData.of(new int[] {7}).elements()).isEqualTo(1);
    assertThat(TensorData.of(new long[] {7, 8}, 2).sizeBytes()).isEqualTo(16);
    assertThat(TensorData.of(new byte[] {-3}, 1).floatAt(0)).isEqualTo(-3);
  }

  @Test
  void viewsABufferWithoutChangingIt() {
    ByteBuffer file = ByteBuffer.allocate(16).order(ByteOrder.BIG_ENDIAN);
    file.position(4).limit(12);
    TensorData data = new TensorData(DType.FLOAT32, Shape.of(2), file);
    file.put(7, (byte) 0x3f).put(6, (byte) 0x80);
    assertThat(data.toFloats()).containsExactly(1, 0);
    assertThat(file.position()).isEqualTo(4);
    assertThatThrownBy(() -> data.bytes().put((byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
    data.bytes().get();
    assertThat(data.bytes().position()).isZero();
  }

  @Test
  void refusesAnotherNumberOfBytes() {
    assertThatThrownBy(() -> new TensorData(DType.FLOAT32, Shape.of(2), ByteBuffer.allocate(7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor f32[2] needs 8 bytes, not 7");
    assertThatThrownBy(() -> TensorData.of(new float[2], 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new TensorData(DType.INT64, Shape.of(1L << 61), ByteBuffer.allocate(0)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(
            () -> new TensorData(DType.FLOAT32, Shape.batched(1), ByteBuffer.allocate(4)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void reshapesOnlyToAsManyElements() {
    TensorData data = TensorData.of(new float[] {1, 2, 3, 4}, 4);
    assertThat(data.reshaped(Shape.of(2, 2)).floatAt(3)).isEqualTo(4);
    assertThatThrownBy(() -> data.reshaped(Shape.of(3)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
