package io.facekit.core.tflite;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;

/**
 * Builds one TFLite model with one subgraph (schema version 3). Everything is written in the order
 * in which it is added, so the same calls give the same bytes. Equal constants share a buffer.
 */
public final class TfliteBuilder {
  /** The entry that converters write, and its size. */
  private static final String RUNTIME_ENTRY = "min_runtime_version";

  private static final int RUNTIME_BYTES = 16;

  private final List<TensorSpec> tensors = new ArrayList<>();
  private final List<OperatorSpec> operators = new ArrayList<>();
  private final Map<CodeSpec, Integer> codes = new LinkedHashMap<>();

  /** The schema reserves buffer 0 for tensors without contents. */
  private final List<ByteBuffer> buffers = new ArrayList<>(List.of(ByteBuffer.allocate(0)));

  private final Map<ByteBuffer, Integer> bufferIndices = new LinkedHashMap<>();
  private final Map<String, Integer> constants = new LinkedHashMap<>();
  private final Map<String, Integer> metadata = new LinkedHashMap<>();
  private List<Integer> inputs = List.of();
  private List<Integer> outputs = List.of();
  private @Nullable String signatureKey;

  /**
   * Affine quantization of a tensor: one scale and zero point, or one of each per slice along an
   * axis.
   *
   * @param axis that the scales belong to; 0 for a single scale
   */
  public record Quantization(List<Float> scales, List<Long> zeroPoints, int axis) {
    public Quantization {
      scales = List.copyOf(scales);
      zeroPoints = List.copyOf(zeroPoints);
      if (scales.size() != zeroPoints.size()) {
        throw new IllegalArgumentException(
            scales.size() + " scales with " + zeroPoints.size() + " zero points");
      }
    }
  }

  private final int batch;

  /** For any number of images. */
  public TfliteBuilder() {
    this(0);
  }

  /**
   * @param batch the number of images; 0 for any number
   */
  public TfliteBuilder(int batch) {
    this.batch = batch;
  }

  record TensorSpec(
      String name, DType dtype, Shape shape, int buffer, @Nullable Quantization quantization) {}

  record CodeSpec(int builtin, int version) {}

  record OperatorSpec(
      int code,
      List<Integer> inputs,
      List<Integer> outputs,
      @Nullable BuiltinOptionsUnion options) {
    OperatorSpec {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Adds an activation and returns its index.
   *
   * @param shape a symbolic dimension is written at batch size 1, with -1 in the shape signature;
   *     at the batch size of the model, without one, if that is fixed
   */
  public int tensor(String name, DType dtype, Shape shape, @Nullable Quantization quantization) {
    Shape written =
        batch == 0 ? shape : Shape.of(shape.dims().stream().mapToLong(d -> d.at(batch)).toArray());
    tensors.add(new TensorSpec(name, dtype, written, 0, quantization));
    return tensors.size() - 1;
  }

  /** Adds a constant, or finds the one of the same name, and returns its index. */
  public int constant(String name, TensorData data, @Nullable Quantization quantization) {
    Integer existing = constants.get(name);
    if (existing != null) {
      return existing;
    }
    int buffer = buffer(data.bytes());
    tensors.add(new TensorSpec(name, data.dtype(), data.shape(), buffer, quantization));
    constants.put(name, tensors.size() - 1);
    return tensors.size() - 1;
  }

  private int buffer(ByteBuffer bytes) {
    Integer existing = bufferIndices.putIfAbsent(bytes, buffers.size());
    if (existing != null) {
      return existing;
    }
    buffers.add(bytes);
    return buffers.size() - 1;
  }

  /**
   * Adds an operator; operators must be added in the order in which they run.
   *
   * @param builtinOperator a constant of {@link org.tensorflow.lite.schema.BuiltinOperator}
   * @param inputs of the operator; an optional input that is not given is -1
   */
  public void operator(
      int builtinOperator,
      int version,
      List<Integer> inputs,
      List<Integer> outputs,
      @Nullable BuiltinOptionsUnion options) {
    CodeSpec code = new CodeSpec(builtinOperator, version);
    Integer known = codes.putIfAbsent(code, codes.size());
    int index = known == null ? codes.size() - 1 : known;
    operators.add(new OperatorSpec(index, inputs, outputs, options));
  }

  /** The inputs of the model. */
  public void inputs(List<Integer> indices) {
    inputs = List.copyOf(indices);
  }

  /** The outputs of the model. */
  public void outputs(List<Integer> indices) {
    outputs = List.copyOf(indices);
  }

  /** Adds a signature whose names are the names of the input and output tensors. */
  public void signature(String key) {
    signatureKey = key;
  }

  /** Adds a metadata entry; a second one of the same name replaces the first. */
  public void metadata(String name, byte[] bytes) {
    buffers.add(ByteBuffer.wrap(bytes.clone()));
    metadata.put(name, buffers.size() - 1);
  }

  /**
   * Adds the metadata that TensorFlow Lite defines: what inputs and outputs are, and the oldest
   * runtime that knows all operators. To be called after those.
   *
   * @param image how the input is made from an image; null if that is not known
   */
  public void describe(@Nullable ImageInput image) {
    metadata(
        ModelMetadataWriter.ENTRY, ModelMetadataWriter.write(names(inputs), names(outputs), image));
    codes.keySet().stream()
        .map(RuntimeVersion::of)
        .max(Comparator.naturalOrder())
        .ifPresent(oldest -> metadata(RUNTIME_ENTRY, padded(oldest.toString())));
  }

  private List<String> names(List<Integer> indices) {
    return indices.stream().map(i -> tensors.get(i).name()).toList();
  }

  /** The serialized model. */
  public byte[] build() {
    return new TfliteFileWriter(this).write();
  }

  private static byte[] padded(String version) {
    return Arrays.copyOf(version.getBytes(StandardCharsets.US_ASCII), RUNTIME_BYTES);
  }

  List<TensorSpec> tensors() {
    return Collections.unmodifiableList(tensors);
  }

  List<OperatorSpec> operators() {
    return Collections.unmodifiableList(operators);
  }

  List<CodeSpec> codes() {
    return List.copyOf(codes.keySet());
  }

  List<ByteBuffer> buffers() {
    return Collections.unmodifiableList(buffers);
  }

  Map<String, Integer> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  List<Integer> inputs() {
    return inputs;
  }

  List<Integer> outputs() {
    return outputs;
  }

  @Nullable String signatureKey() {
    return signatureKey;
  }
}
