package io.facekit.core.tflite;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a flatbuffer. Every read is checked against their bounds and its alignment, and the
 * sum of all reads is bounded too: vectors may share targets, which would let a small file ask for
 * unlimited work.
 */
final class FlatFile {
  /** Far beyond the structure of any face model; contents of buffers are not counted. */
  private static final long MAX_READS = 1 << 24;

  private static final long MAX_READS_PER_BYTE = 4;
  private static final long FREE_READS = 1 << 16;

  private final ByteBuffer bytes;
  private long readable;

  FlatFile(ByteBuffer content) {
    bytes = content.slice().order(ByteOrder.LITTLE_ENDIAN);
    readable = Math.min(MAX_READS, FREE_READS + MAX_READS_PER_BYTE * bytes.limit());
  }

  int sizeBytes() {
    return bytes.limit();
  }

  byte i8(long position) {
    return bytes.get(checked(position, 1, 1));
  }

  int u16(long position) {
    return bytes.getShort(checked(position, 2, 2)) & 0xffff;
  }

  int i32(long position) {
    return bytes.getInt(checked(position, 4, 4));
  }

  long u32(long position) {
    return i32(position) & 0xffffffffL;
  }

  long i64(long position) {
    return bytes.getLong(checked(position, 8, 8));
  }

  List<Integer> i32s(long position, int count) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(i32(position + (long) i * Integer.BYTES));
    }
    return out;
  }

  float f32(long position) {
    return Float.intBitsToFloat(i32(position));
  }

  /** Follows the unsigned offset that stands at a position. */
  long follow(long position) {
    long offset = u32(position);
    if (offset == 0) {
      throw fault(position, "an offset is zero");
    }
    return position + offset;
  }

  /** Checks that a span lies inside the file, without reading it. */
  void checkSpan(long position, long length, int alignment) {
    if (position < 0 || length < 0 || position > sizeBytes() || length > sizeBytes() - position) {
      throw fault(
          position, "the file has " + sizeBytes() + " bytes, too few for " + length + " there");
    }
    if (position % alignment != 0) {
      throw fault(position, "a field is not aligned to " + alignment + " bytes");
    }
  }

  ByteBuffer view(long position, int length) {
    checkSpan(position, length, 1);
    return bytes.slice((int) position, length).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private int checked(long position, int length, int alignment) {
    checkSpan(position, length, alignment);
    charge(length);
    return (int) position;
  }

  /** Counts bytes as read. */
  void charge(long length) {
    readable -= length;
    if (readable < 0) {
      throw fault(0, "the same bytes are referenced too often");
    }
  }

  static FacekitException fault(long position, String what) {
    return Problem.of(ErrorId.VERIFY_FORMAT, what).at("offset " + position).asException();
  }
}
