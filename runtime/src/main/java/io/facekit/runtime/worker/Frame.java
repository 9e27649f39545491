package io.facekit.runtime.worker;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One message between facekit and its libtorch process: a kind, a length and that many bytes. Both
 * numbers are big-endian, the tensors inside are little-endian.
 *
 * <p>Parent: {@code LOAD}, then any number of {@code RUN} and {@code RUN_ALL}, each answered by
 * {@code READY} or {@code RESULT}, or by {@code ERROR}. A further {@code LOAD} replaces the model.
 * The end of the stream asks the process to end.
 */
public final class Frame {
  /** Bytes that a frame may have. */
  public static final int MAX_BYTES = 1 << 30;

  /** What a frame holds. */
  public enum Kind {
    /** The input's element type as one byte, then the bytes of a model file. */
    LOAD('L'),
    /** The runtime with its version, UTF-8. */
    READY('A'),
    /** Rank, sizes, then float32 values. */
    RUN('R'),
    /** As {@link #RUN}, for all outputs of the model instead of the first. */
    RUN_ALL('O'),
    /** As {@link #RUN}. */
    RESULT('T'),
    /** A message, UTF-8. */
    ERROR('E');

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static Kind of(int code) throws IOException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IOException("damaged frame");
    }
  }

  private static final int MAGIC = 0xFACE;

  private final Kind kind;
  private final byte[] payload;

  private Frame(Kind kind, byte[] payload) {
    this.kind = kind;
    this.payload = payload;
  }

  public static Frame text(Kind kind, String text) {
    return new Frame(kind, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A request to load a model. */
  public static Frame load(ElementType input, byte[] model) {
    ByteBuffer buffer = ByteBuffer.allocate(Math.addExact(model.length, 1));
    buffer.put(input.code()).put(model);
    return new Frame(Kind.LOAD, buffer.array());
  }

  /** A tensor of float32. */
  public static Frame tensor(Kind kind, long[] shape, float[] values) {
    int bytes =
        Math.addExact(Math.multiplyExact(values.length, 4), Math.addExact(4, shape.length * 8));
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(shape.length);
    for (long size : shape) {
      buffer.putLong(size);
    }
    buffer.asFloatBuffer().put(values);
    return new Frame(kind, buffer.array());
  }

  public Kind kind() {
    return kind;
  }

  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** The element type of a {@link Kind#LOAD}. */
  ElementType elementType() throws IOException {
    return ElementType.of(payload.length == 0 ? 0 : payload[0]);
  }

  /** The file of a {@link Kind#LOAD}, after its first byte. */
  byte[] model() {
    return Arrays.copyOfRange(payload, 1, payload.length);
  }

  /**
   * The sizes of a tensor.
   *
   * @throws IOException if they do not agree with the number of bytes
   */
  public long[] shape() throws IOException {
    ByteBuffer buffer = buffer();
    int rank = buffer.remaining() < 4 ? -1 : buffer.getInt();
    if (rank < 0 || rank > 8 || buffer.remaining() < rank * 8) {
      throw new IOException("damaged tensor frame");
    }
    long[] shape = new long[rank];
    long bytes = 4;
    try {
      for (int i = 0; i < rank; i++) {
        shape[i] = buffer.getLong();
        bytes = Math.multiplyExact(bytes, shape[i]);
      }
    } catch (ArithmeticException e) {
      throw new IOException("damaged tensor frame", e);
    }
    if (bytes != buffer.remaining()) {
      throw new IOException("damaged tensor frame");
    }
    return shape;
  }

  /** The values of a tensor. */
  public float[] values() throws IOException {
    int header = 4 + shape().length * 8;
    float[] values = new float[(payload.length - header) / 4];
    buffer().position(header).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private ByteBuffer buffer() {
    return ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
  }

  public void write(DataOutputStream out) throws IOException {
    if (payload.length > MAX_BYTES) {
      throw new IOException("frame of " + payload.length + " bytes");
    }
    out.writeInt(MAGIC);
    out.writeInt(kind.code);
    out.writeInt(payload.length);
    out.write(payload);
    out.flush();
  }

  /**
   * @throws EOFException if the other side has ended
   * @throws IOException if the bytes are no frame
   */
  public static Frame read(DataInputStream in) throws IOException {
    int magic = in.readInt();
    Kind kind = Kind.of(in.readInt());
    int length = in.readInt();
    if (magic != MAGIC || length < 0 || length > MAX_BYTES) {
      throw new IOException("damaged frame");
    }
    byte[] payload = in.readNBytes(length);
    if (payload.length != length) {
      throw new EOFException();
    }
    return new Frame(kind, payload);
  }
}
