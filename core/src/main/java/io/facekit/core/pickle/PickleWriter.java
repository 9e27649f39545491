package io.facekit.core.pickle;

import io.facekit.core.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes pickles of protocol 2 with the opcodes that PyTorch's archives use and {@link Unpickler}
 * reads. Nothing is memoized, so equal contents give equal bytes.
 */
public final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public PickleWriter() {
    raw(0x80).raw(2);
  }

  public PickleWriter bool(boolean value) {
    return raw(value ? 0x88 : 0x89);
  }

  public PickleWriter integer(long value) {
    return raw(0x8a).raw(8).little(value, 8);
  }

  public PickleWriter string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    raw('X').little(bytes.length, 4);
    out.writeBytes(bytes);
    return this;
  }

  public PickleWriter global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  /** A tuple starts; its items follow. */
  public PickleWriter startTuple() {
    return raw('(');
  }

  public PickleWriter endTuple() {
    return raw('t');
  }

  public PickleWriter emptyTuple() {
    return raw(')');
  }

  /** An object of a TorchScript class starts; names and values of its attributes follow in turn. */
  public PickleWriter startObject(String module, String name) {
    return global(module, name).emptyTuple().raw(0x81).raw('}').raw('(');
  }

  public PickleWriter endObject() {
    return raw('u').raw('b');
  }

  /**
   * A row-major tensor that fills its storage.
   *
   * @param key names the archive's entry with the bytes
   */
  public PickleWriter tensor(DType dtype, String key, List<Long> sizes) {
    long elements = sizes.stream().reduce(1L, Math::multiplyExact);
    global("torch._utils", "_rebuild_tensor_v2").startTuple();
    startTuple().string("storage").global("torch", storageClass(dtype)).string(key).string("cpu");
    integer(elements).endTuple().raw('Q');
    integer(0).integers(sizes).integers(rowMajorStrides(sizes)).bool(false);
    return global("collections", "OrderedDict").emptyTuple().raw('R').endTuple().raw('R');
  }

  private PickleWriter integers(List<Long> values) {
    startTuple();
    values.forEach(this::integer);
    return endTuple();
  }

  private static List<Long> rowMajorStrides(List<Long> sizes) {
    Long[] strides = new Long[sizes.size()];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride = Math.multiplyExact(stride, Math.max(sizes.get(i), 1));
    }
    return List.of(strides);
  }

  private static String storageClass(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "FloatStorage";
      case FLOAT16 -> "HalfStorage";
      case BFLOAT16 -> "BFloat16Storage";
      case FLOAT64 -> "DoubleStorage";
      case INT8 -> "CharStorage";
      case UINT8 -> "ByteStorage";
      case INT16 -> "ShortStorage";
      case INT32 -> "IntStorage";
      case INT64 -> "LongStorage";
      case BOOL -> "BoolStorage";
    };
  }

  /** The whole pickle. */
  public byte[] end() {
    raw('.');
    return out.toByteArray();
  }

  private PickleWriter raw(int opcode) {
    out.write(opcode);
    return this;
  }

  private PickleWriter little(long value, int size) {
    for (int i = 0; i < size; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }
}
