package io.facekit.core.pickle;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the arguments of opcodes; every read is checked against the end of the stream. */
final class PickleCursor {
  private static final int LONGEST_NAME = 500;
  private static final int LONGEST_STRING = 1 << 20;

  private final ByteBuffer bytes;
  private final String place;

  PickleCursor(ByteBuffer bytes, String place) {
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.place = place;
  }

  int offset() {
    return bytes.position();
  }

  int u1() {
    need(1);
    return bytes.get() & 0xff;
  }

  int u2() {
    need(2);
    return bytes.getShort() & 0xffff;
  }

  int i4() {
    need(4);
    return bytes.getInt();
  }

  long i8() {
    need(8);
    return bytes.getLong();
  }

  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(i8()));
  }

  /** A little-endian two's complement integer of a given number of bytes. */
  long integer(int size) {
    need(size);
    if (size > 8) {
      throw malformed("an integer of " + size + " bytes, more than the 8 that are read");
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (bytes.get() & 0xffL) << (8 * i);
    }
    int unused = 64 - 8 * size;
    return size == 0 ? 0 : value << unused >> unused;
  }

  String utf8(long size) {
    if (size > LONGEST_STRING) {
      throw limit("a string of " + size + " bytes; the limit is " + LONGEST_STRING);
    }
    need(size);
    ByteBuffer slice = bytes.slice(bytes.position(), (int) size);
    skip(size);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    } catch (CharacterCodingException e) {
      throw malformed("a string that is not UTF-8");
    }
  }

  /** A string of Python 2: text if it is UTF-8, else bytes, which are dropped. */
  PickleValue text(long size) {
    need(size);
    if (size <= LONGEST_STRING) {
      try {
        ByteBuffer slice = bytes.slice(bytes.position(), (int) size);
        String text = StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        skip(size);
        return new PickleValue.StringValue(text);
      } catch (CharacterCodingException e) {
        // Raw data: numpy's, for example.
      }
    }
    skip(size);
    return new PickleValue.BytesValue((int) size);
  }

  /** Text up to the next line feed, which is skipped. */
  String line() {
    int start = bytes.position();
    int end = start;
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
      if (end - start > LONGEST_NAME) {
        throw limit("a name longer than " + LONGEST_NAME + " bytes");
      }
    }
    String text = utf8(end - start);
    need(1);
    bytes.get();
    return text;
  }

  void skip(long size) {
    need(size);
    bytes.position((int) (bytes.position() + size));
  }

  private void need(long size) {
    if (size < 0 || size > bytes.remaining()) {
      throw malformed(
          "the pickle ends too early: "
              + size
              + " bytes wanted, "
              + bytes.remaining()
              + " are left");
    }
  }

  String at(int offset) {
    return place + "@" + offset;
  }

  FacekitException malformed(String what) {
    return Problem.of(ErrorId.PICKLE_MALFORMED, what).at(at(offset())).asException();
  }

  FacekitException limit(String what) {
    return Problem.of(ErrorId.PICKLE_LIMIT, what).at(at(offset())).asException();
  }
}
