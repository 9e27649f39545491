package io.facekit.core.torch;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.TensorData;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes tensors under names in each container that checkpoints have, as PyTorch does. */
public final class CheckpointBytes {
  private CheckpointBytes() {}

  public static byte[] zip(Map<String, TensorData> tensors) {
    TestArchive archive = new TestArchive();
    archive.put("data.pkl", dictionary(tensors, "0").end());
    int n = 0;
    for (TensorData t : tensors.values()) {
      archive.put("data/0" + n++, bytes(t));
    }
    archive.put("version", "3\n".getBytes(StandardCharsets.UTF_8));
    return archive.bytes();
  }

  /** The stream before PyTorch 1.6. */
  public static byte[] legacy(Map<String, TensorData> tensors) {
    return legacy(dictionary(tensors, "9"), List.copyOf(tensors.values()));
  }

  /** An object whose tensors read the storages {@code 90, 91, ...}. */
  static byte[] legacy(PickleBytes object, List<TensorData> storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    legacyHead(out, true);
    out.writeBytes(object.end());
    PickleBytes keys = PickleBytes.start().op(']').op('(');
    for (int i = 0; i < storages.size(); i++) {
      keys.string("9" + i);
    }
    out.writeBytes(keys.op('e').end());
    storages.forEach(t -> storage(out, t));
    return out.toByteArray();
  }

  static void legacyHead(ByteArrayOutputStream out, boolean littleEndian) {
    out.writeBytes(
        PickleBytes.start()
            .raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
            .end());
    out.writeBytes(PickleBytes.start().raw('M', 0xe9, 0x03).end());
    out.writeBytes(
        PickleBytes.start()
            .op('}')
            .op('(')
            .string("protocol_version")
            .raw('M', 0xe9, 0x03)
            .string("little_endian")
            .raw(littleEndian ? 0x88 : 0x89)
            .op('u')
            .end());
  }

  private static void storage(ByteArrayOutputStream out, TensorData t) {
    out.writeBytes(little(t.elements()));
    out.writeBytes(bytes(t));
  }

  /** The tar archive of PyTorch 0.1. */
  public static byte[] tar(Map<String, TensorData> tensors) {
    ByteArrayOutputStream storages = new ByteArrayOutputStream();
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    PickleBytes object = PickleBytes.start().op('}').op('(');
    storages.writeBytes(PickleBytes.start().integer(tensors.size()).end());
    list.writeBytes(PickleBytes.start().integer(tensors.size()).end());
    int n = 0;
    for (Map.Entry<String, TensorData> e : tensors.entrySet()) {
      TensorData t = e.getValue();
      storages.writeBytes(
          PickleBytes.start()
              .op('(')
              .integer(1000 + n)
              .string("cpu")
              .global("torch", storageName(t.dtype()))
              .op('t')
              .end());
      storage(storages, t);
      list.writeBytes(
          PickleBytes.start()
              .op('(')
              .integer(2000 + n)
              .integer(1000 + n)
              .global("torch", "FloatTensor")
              .op('t')
              .end());
      list.writeBytes(little(t.shape().rank()));
      for (long size : sizes(t)) {
        list.writeBytes(little(size));
      }
      for (long stride : strides(t)) {
        list.writeBytes(little(stride));
      }
      list.writeBytes(little(0));
      object.string(e.getKey()).string(Integer.toString(2000 + n)).op('Q');
      n++;
    }
    storages.writeBytes(PickleBytes.start().op(']').end());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tarEntry(out, "storages", storages.toByteArray());
    tarEntry(out, "tensors", list.toByteArray());
    tarEntry(out, "pickle", object.op('u').end());
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  static void tarEntry(ByteArrayOutputStream out, String name, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 124, String.format(Locale.ROOT, "%011o\0", content.length));
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[(512 - content.length % 512) % 512]);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  public static byte[] safetensors(Map<String, TensorData> tensors) {
    List<String> members = new ArrayList<>(List.of("\"__metadata__\":{\"format\":\"pt\"}"));
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, TensorData> e : tensors.entrySet()) {
      int begin = data.size();
      data.writeBytes(bytes(e.getValue()));
      members.add(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  e.getKey(),
                  safetensorsType(e.getValue().dtype()),
                  e.getValue().shape(),
                  begin,
                  data.size()));
    }
    return safetensors("{" + String.join(",", members) + "}", data.toByteArray());
  }

  static byte[] safetensors(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(little(json.length));
    out.writeBytes(json);
    out.writeBytes(data);
    return out.toByteArray();
  }

  /** A dictionary of tensors on storages whose keys are a prefix and a number. */
  static PickleBytes dictionary(Map<String, TensorData> tensors, String prefix) {
    return items(PickleBytes.start(), tensors, prefix);
  }

  /** Like {@link #dictionary} as a value inside a pickle that has begun. */
  static PickleBytes items(PickleBytes pickle, Map<String, TensorData> tensors, String prefix) {
    pickle.op('}').op('(');
    int n = 0;
    for (Map.Entry<String, TensorData> e : tensors.entrySet()) {
      TensorData t = e.getValue();
      pickle
          .string(e.getKey())
          .tensor(storageName(t.dtype()), prefix + n++, t.elements(), 0, sizes(t), strides(t));
    }
    return pickle.op('u');
  }

  private static long[] sizes(TensorData t) {
    return t.shape().dims().stream().mapToLong(Dim::factor).toArray();
  }

  private static long[] strides(TensorData t) {
    long[] sizes = sizes(t);
    long[] out = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      out[i] = stride;
      stride *= sizes[i];
    }
    return out;
  }

  private static String storageName(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> "HalfStorage";
      case BFLOAT16 -> "BFloat16Storage";
      case FLOAT64 -> "DoubleStorage";
      case INT64 -> "LongStorage";
      default -> "FloatStorage";
    };
  }

  private static String safetensorsType(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
      case FLOAT64 -> "F64";
      case INT64 -> "I64";
      default -> "F32";
    };
  }

  private static byte[] bytes(TensorData t) {
    byte[] out = new byte[t.sizeBytes()];
    t.bytes().get(out);
    return out;
  }

  static byte[] little(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
