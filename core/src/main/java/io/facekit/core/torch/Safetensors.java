package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.json.Json;
import io.facekit.core.json.JsonReader;
import io.facekit.core.pickle.Printable;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file: the size of a JSON header (64 bits), the header, and the tensors' bytes, each
 * of which belongs to exactly one tensor. Source: the format's description in the README of
 * huggingface/safetensors.
 */
final class Safetensors {
  /** Far beyond any face model; a parsed header takes many times its size. */
  private static final int LARGEST_HEADER = 2 << 20;

  private static final int HIGHEST_RANK = 16;
  private static final String METADATA = "__metadata__";
  private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");

  private static final Map<String, DType> DTYPES =
      Map.of(
          "F32", DType.FLOAT32,
          "F16", DType.FLOAT16,
          "BF16", DType.BFLOAT16,
          "F64", DType.FLOAT64,
          "I8", DType.INT8,
          "U8", DType.UINT8,
          "I16", DType.INT16,
          "I32", DType.INT32,
          "I64", DType.INT64,
          "BOOL", DType.BOOL);

  private record Entry(String name, DType dtype, Shape shape, long begin, long end) {}

  private final String file;

  private Safetensors(String file) {
    this.file = file;
  }

  /**
   * The tensors in the order of their bytes, as views on the file.
   *
   * @throws FacekitException CHECKPOINT_MALFORMED, TENSOR_MALFORMED, TENSOR_DTYPE
   */
  static Map<String, TensorData> read(ByteBuffer mapped, String file) {
    return new Safetensors(file).tensors(mapped.duplicate().order(ByteOrder.LITTLE_ENDIAN));
  }

  /** The texts that a file holds beside its tensors, sorted. */
  static SortedMap<String, String> metadata(ByteBuffer mapped, String file) {
    ByteBuffer in = mapped.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    SortedMap<String, String> texts = new TreeMap<>();
    if (new Safetensors(file).header(in).members().get(METADATA) instanceof Json.Members m) {
      m.members()
          .forEach(
              (key, value) -> {
                if (value instanceof Json.Text text) {
                  texts.put(key, text.value());
                }
              });
    }
    return texts;
  }

  private Json.Members header(ByteBuffer in) {
    long size = in.limit() < 8 ? -1 : in.getLong(0);
    if (size < 2 || size > in.limit() - 8 || size > LARGEST_HEADER) {
      throw malformed("a header of " + size + " bytes", 0);
    }
    ByteBuffer header = in.slice(8, (int) size);
    Json json = JsonReader.read(header, ErrorId.CHECKPOINT_MALFORMED, file + "@8");
    if (header.get(0) != '{' || !(json instanceof Json.Members object)) {
      throw malformed("the header is not a JSON object", 8);
    }
    return object;
  }

  private Map<String, TensorData> tensors(ByteBuffer in) {
    Json.Members object = header(in);
    int size = (int) in.getLong(0);
    ByteBuffer data = in.slice(8 + size, in.limit() - 8 - size);
    List<Entry> entries = new ArrayList<>();
    object
        .members()
        .forEach(
            (name, value) -> {
              if (!name.equals(METADATA)) {
                entries.add(entry(name, value));
              }
            });
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    long at = 0;
    for (Entry e : entries) {
      if (e.begin() != at || e.end() > data.limit()) {
        throw wrong(
            e.name(),
            e.begin() < at
                ? "the tensor's bytes belong to another one too"
                : e.begin() > at
                    ? "bytes before the tensor belong to none"
                    : "the tensor reaches beyond the end of the file");
      }
      ByteBuffer bytes = data.slice((int) e.begin(), (int) (e.end() - e.begin()));
      tensors.put(e.name(), new TensorData(e.dtype(), e.shape(), bytes));
      at = e.end();
    }
    if (at != data.limit()) {
      throw malformed((data.limit() - at) + " bytes at the end belong to no tensor", 8 + size);
    }
    return tensors;
  }

  private Entry entry(String name, Json value) {
    if (!(value instanceof Json.Members object)
        || !object.members().keySet().equals(FIELDS)
        || !(object.members().get("dtype") instanceof Json.Text dtype)) {
      throw wrong(name, "the tensor's description is not dtype, shape and data_offsets");
    }
    List<Long> shape = integers(name, object.members().get("shape"));
    List<Long> offsets = integers(name, object.members().get("data_offsets"));
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw wrong(name, "the tensor's offsets are not a begin and an end");
    }
    if (shape.size() > HIGHEST_RANK) {
      throw wrong(name, "a tensor of rank " + shape.size());
    }
    @Nullable DType type = DTYPES.get(dtype.value());
    if (type == null) {
      throw Problem.of(ErrorId.TENSOR_DTYPE, "an element type that facekit does not read")
          .at(at(name))
          .found(Printable.name(dtype.value()))
          .asException();
    }
    Shape sizes = Shape.of(shape.stream().mapToLong(Long::longValue).toArray());
    long bytes = offsets.get(1) - offsets.get(0);
    try {
      long needed = Math.multiplyExact(sizes.elements(), (long) type.sizeBytes());
      if (needed != bytes) {
        throw wrong(name, "the tensor needs " + needed + " bytes, its offsets span " + bytes);
      }
    } catch (ArithmeticException e) {
      throw wrong(name, "the tensor's size does not fit in 64 bits");
    }
    return new Entry(name, type, sizes, offsets.get(0), offsets.get(1));
  }

  /** Integers that are not negative. */
  private List<Long> integers(String name, @Nullable Json value) {
    List<Long> out = new ArrayList<>();
    if (!(value instanceof Json.Items array)) {
      throw wrong(name, "a list is missing");
    }
    for (Json item : array.items()) {
      if (!(item instanceof Json.Whole n) || n.value() < 0) {
        throw wrong(name, "a list holds something other than a size");
      }
      out.add(n.value());
    }
    return out;
  }

  private String at(String name) {
    return file + "!" + Printable.name(name);
  }

  private FacekitException wrong(String name, String what) {
    return Problem.of(ErrorId.TENSOR_MALFORMED, what).at(at(name)).asException();
  }

  private FacekitException malformed(String what, int offset) {
    return LegacyStream.malformed(file, offset, what);
  }
}
