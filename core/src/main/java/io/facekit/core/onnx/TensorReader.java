package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The contents of one TensorProto: raw bytes, a typed field, or a file beside the model. */
final class TensorReader {
  private final String file;
  private final ExternalFiles external;

  TensorReader(String file, ExternalFiles external) {
    this.file = file;
    this.external = external;
  }

  /**
   * @throws io.facekit.core.error.FacekitException ONNX_MALFORMED, TENSOR_DTYPE, ONNX_EXTERNAL
   */
  TensorData read(TensorProto t, String name) {
    DType dtype =
        dtype(t.getDataType())
            .orElseThrow(
                () ->
                    Problem.of(
                            ErrorId.TENSOR_DTYPE,
                            "element type " + typeName(t.getDataType()) + " is not supported")
                        .at(OnnxReader.place(file, name))
                        .asException());
    long elements = 1;
    for (long d : t.getDimsList()) {
      if (d < 0) {
        throw malformed(name, "dimension " + d);
      }
      elements = times(name, elements, d);
    }
    long size = times(name, elements, dtype.sizeBytes());
    if (size > Integer.MAX_VALUE) {
      throw malformed(name, size + " bytes in one tensor");
    }
    Shape shape = Shape.of(t.getDimsList().stream().mapToLong(Long::longValue).toArray());
    return new TensorData(dtype, shape, bytes(t, name, dtype, (int) elements));
  }

  private ByteBuffer bytes(TensorProto t, String name, DType dtype, int elements) {
    int size = elements * dtype.sizeBytes();
    int typed =
        t.getFloatDataCount()
            + t.getInt32DataCount()
            + t.getInt64DataCount()
            + t.getDoubleDataCount()
            + t.getUint64DataCount()
            + t.getStringDataCount();
    if (t.hasSegment()) {
      throw malformed(name, "a segmented tensor");
    }
    if (t.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      if (typed > 0 || !t.getRawData().isEmpty()) {
        throw malformed(name, "data both in the file and outside of it");
      }
      return external.bytes(name, entries(t, name), size);
    }
    if (!t.getRawData().isEmpty()) {
      if (typed > 0 || t.getRawData().size() != size) {
        throw malformed(
            name,
            "a shape of " + size + " bytes with " + t.getRawData().size() + " bytes of raw data");
      }
      return t.getRawData().asReadOnlyByteBuffer();
    }
    return typed(t, name, dtype, elements, typed);
  }

  private ByteBuffer typed(TensorProto t, String name, DType dtype, int elements, int typed) {
    int own =
        switch (dtype) {
          case FLOAT32 -> t.getFloatDataCount();
          case FLOAT64 -> t.getDoubleDataCount();
          case INT64 -> t.getInt64DataCount();
          default -> t.getInt32DataCount();
        };
    if (own != elements || typed != own) {
      throw malformed(name, "a shape of " + elements + " elements with " + typed + " values");
    }
    ByteBuffer out =
        ByteBuffer.allocate(elements * dtype.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      switch (dtype) {
        case FLOAT32 -> out.putFloat(t.getFloatData(i));
        case FLOAT64 -> out.putDouble(t.getDoubleData(i));
        case INT64 -> out.putLong(t.getInt64Data(i));
        case INT32 -> out.putInt(t.getInt32Data(i));
        case INT16, FLOAT16, BFLOAT16 -> out.putShort((short) t.getInt32Data(i));
        case INT8, UINT8, BOOL -> out.put((byte) t.getInt32Data(i));
      }
    }
    return out.flip();
  }

  private Map<String, String> entries(TensorProto t, String name) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (StringStringEntryProto e : t.getExternalDataList()) {
      if (entries.put(e.getKey(), e.getValue()) != null) {
        throw malformed(name, "an entry of external data twice");
      }
    }
    return entries;
  }

  private long times(String name, long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw malformed(name, "more elements than a number can count");
    }
  }

  private RuntimeException malformed(String name, String what) {
    return Problem.of(ErrorId.ONNX_MALFORMED, "the tensor has " + what)
        .at(OnnxReader.place(file, name))
        .asException();
  }

  /** The element type of an ONNX {@code TensorProto.DataType}, if facekit has it. */
  static Optional<DType> dtype(int onnx) {
    return Arrays.stream(DType.values())
        .filter(d -> OnnxModelBuilder.elementType(d) == onnx)
        .findFirst();
  }

  static String typeName(int onnx) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(onnx);
    return type == null ? String.valueOf(onnx) : type.name();
  }
}
