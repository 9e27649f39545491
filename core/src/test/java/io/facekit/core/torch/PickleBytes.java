package io.facekit.core.torch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode. */
public final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public static PickleBytes start() {
    return new PickleBytes().raw(0x80, 2);
  }

  public PickleBytes raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  public PickleBytes op(char opcode) {
    return raw(opcode);
  }

  public PickleBytes string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    raw('X').little(bytes.length, 4);
    out.writeBytes(bytes);
    return this;
  }

  public PickleBytes integer(long value) {
    return raw(0x8a, 8).little(value, 8);
  }

  public PickleBytes global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public PickleBytes tuple(long... values) {
    op('(');
    for (long v : values) {
      integer(v);
    }
    return op('t');
  }

  public PickleBytes tensor(
      String storage, String key, long elements, long offset, long[] sizes, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .op('(')
        .op('(')
        .string("storage")
        .global("torch", storage)
        .string(key)
        .string("cpu")
        .integer(elements)
        .op('t')
        .op('Q')
        .integer(offset)
        .tuple(sizes)
        .tuple(strides)
        .raw(0x89)
        .global("collections", "OrderedDict")
        .op(')')
        .op('R')
        .op('t')
        .op('R');
  }

  /** An object of a TorchScript class; attributes follow, then {@link #endObject}. */
  public PickleBytes object(String module, String name) {
    return global(module, name).op(')').raw(0x81).op('}').op('(');
  }

  public PickleBytes endObject() {
    return op('u').op('b');
  }

  private PickleBytes little(long value, int size) {
    for (int i = 0; i < size; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  public byte[] end() {
    op('.');
    return out.toByteArray();
  }
}
