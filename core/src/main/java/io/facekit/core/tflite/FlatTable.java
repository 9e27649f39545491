package io.facekit.core.tflite;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One table of a flatbuffer. Fields are named by their number in the schema, from 0. */
final class FlatTable {
  private static final int VTABLE_HEADER = 4;

  private final FlatFile file;
  private final long position;
  private final long vtable;
  private final int vtableSize;
  private final int tableSize;

  /** The table at a position, its vtable checked. */
  FlatTable(FlatFile file, long position) {
    this.file = file;
    this.position = position;
    vtable = position - file.i32(position);
    vtableSize = file.u16(vtable);
    tableSize = file.u16(vtable + 2);
    if (vtableSize < VTABLE_HEADER || vtableSize % 2 != 0 || tableSize < VTABLE_HEADER) {
      throw FlatFile.fault(vtable, "a vtable has an impossible size");
    }
    file.checkSpan(vtable, vtableSize, 2);
    file.checkSpan(position, tableSize, 4);
  }

  long position() {
    return position;
  }

  int fields() {
    return (vtableSize - VTABLE_HEADER) / 2;
  }

  /** Where a field stands; 0 if it is absent. */
  private long field(int number, int sizeBytes) {
    if (number >= fields()) {
      return 0;
    }
    int offset = file.u16(vtable + VTABLE_HEADER + 2L * number);
    if (offset == 0) {
      return 0;
    }
    if (offset < VTABLE_HEADER || offset + sizeBytes > tableSize) {
      throw FlatFile.fault(position, "field " + number + " lies outside of its table");
    }
    return position + offset;
  }

  /** Checks that no field behind the first ones is present. */
  FlatTable only(int count) {
    for (int i = count; i < fields(); i++) {
      if (has(i)) {
        throw FlatFile.fault(position, "field " + i + " is none that facekit knows");
      }
    }
    return this;
  }

  boolean has(int number) {
    return field(number, 1) != 0;
  }

  byte i8(int number, int absent) {
    long p = field(number, 1);
    return p == 0 ? (byte) absent : file.i8(p);
  }

  int i32(int number, int absent) {
    long p = field(number, 4);
    return p == 0 ? absent : file.i32(p);
  }

  long u32(int number) {
    return i32(number, 0) & 0xffffffffL;
  }

  long u64(int number) {
    long p = field(number, 8);
    return p == 0 ? 0 : file.i64(p);
  }

  float f32(int number) {
    long p = field(number, 4);
    return p == 0 ? 0 : file.f32(p);
  }

  @Nullable FlatTable table(int number) {
    long p = field(number, 4);
    return p == 0 ? null : new FlatTable(file, file.follow(p));
  }

  /** The text of a string field, or empty. */
  String string(int number) {
    Span span = vector(number, 1);
    if (span.position() == 0) {
      return "";
    }
    file.charge(span.length());
    if (file.i8(span.position() + span.length()) != 0) {
      throw FlatFile.fault(span.position(), "a string does not end with a zero byte");
    }
    return StandardCharsets.UTF_8.decode(file.view(span.position(), span.length())).toString();
  }

  List<Integer> i32s(int number) {
    return list(number, 4, file::i32);
  }

  List<Long> i64s(int number) {
    return list(number, 8, file::i64);
  }

  List<Float> f32s(int number) {
    return list(number, 4, file::f32);
  }

  List<FlatTable> tables(int number) {
    return list(number, 4, p -> new FlatTable(file, file.follow(p)));
  }

  private <T> List<T> list(int number, int elementSize, LongFunction<T> read) {
    Span span = vector(number, elementSize);
    List<T> out = new ArrayList<>();
    for (int i = 0; i < span.length(); i++) {
      out.add(read.apply(span.position() + (long) i * elementSize));
    }
    return out;
  }

  /** The elements of a vector field; position and length are 0 if it is absent. */
  Span vector(int number, int elementSize) {
    long p = field(number, 4);
    if (p == 0) {
      return new Span(0, 0);
    }
    long start = file.follow(p);
    long length = file.u32(start);
    file.checkSpan(start + 4, length * elementSize, Math.min(elementSize, 4));
    if (elementSize == 8 && length > 0) {
      file.checkSpan(start + 4, 0, 8);
    }
    return new Span(start + 4, (int) length);
  }

  /** A vector's first byte and number of elements. */
  record Span(long position, int length) {}
}
