package io.facekit.core.torch;

import java.nio.ByteBuffer;

/**
 * Tells whether bytes are an ONNX ModelProto, by its top-level protobuf fields: an ir_version (1)
 * and a graph (7), and none that the schema does not have.
 */
final class OnnxSniffer {
  private static final int MOST_FIELDS = 10_000;

  private final ByteBuffer in;

  private OnnxSniffer(ByteBuffer in) {
    this.in = in;
  }

  static boolean isModel(ByteBuffer bytes) {
    return new OnnxSniffer(bytes.duplicate().position(0)).fields();
  }

  private boolean fields() {
    boolean version = false;
    boolean graph = false;
    for (int i = 0; in.hasRemaining(); i++) {
      long tag = varint();
      long field = tag >>> 3;
      boolean known =
          (field >= 1 && field <= 8) || field == 14 || field == 20 || field == 25 || field == 26;
      if (i > MOST_FIELDS || !known) {
        return false;
      }
      long value = varint();
      if ((tag & 7) == 2) {
        if (value < 0 || value > in.remaining()) {
          return false;
        }
        in.position(in.position() + (int) value);
        graph |= field == 7;
      } else if ((tag & 7) == 0) {
        version |= field == 1 && value > 0 && value < 100;
      } else {
        return false;
      }
    }
    return version && graph;
  }

  /** The next number, or -1 if there is none. */
  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64 && in.hasRemaining(); shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }
}
