package io.facekit.core.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.QuantizationParameters;
import org.tensorflow.lite.schema.SignatureDef;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;
import org.tensorflow.lite.schema.TensorMap;
import org.tensorflow.lite.schema.TensorType;

/** Writes what a builder has collected. The object API is avoided: it boxes weights into ints. */
final class TfliteFileWriter {
  static final int SCHEMA_VERSION = 3;

  /** Kernels read constants in place and may need this alignment (schema.fbs, Buffer.data). */
  static final int BUFFER_ALIGNMENT = 16;

  /** The operator code field of older runtimes has one byte; this value stands for the rest. */
  static final int MAX_DEPRECATED_CODE = 127;

  private static final int INITIAL_SPACE = 1 << 20;

  private final TfliteBuilder model;
  private final FlatBufferBuilder fb;

  /** A zero point has 8 bytes per channel, mostly the same zeros; equal vectors are shared. */
  private final Map<List<Long>, Integer> zeroPoints = new HashMap<>();

  TfliteFileWriter(TfliteBuilder model) {
    this.model = model;
    long contents = model.buffers().stream().mapToLong(ByteBuffer::remaining).sum();
    this.fb = new FlatBufferBuilder(Math.toIntExact(Math.addExact(contents, INITIAL_SPACE)));
  }

  byte[] write() {
    // The builder grows downwards: what is written first stands last in the file.
    int[] buffers = model.buffers().stream().mapToInt(this::buffer).toArray();
    int subgraph = subgraph();
    String key = model.signatureKey();
    int signatures =
        key == null ? 0 : Model.createSignatureDefsVector(fb, new int[] {signature(key)});
    int metadata = model.metadata().isEmpty() ? 0 : Model.createMetadataVector(fb, metadata());
    int root =
        Model.createModel(
            fb,
            SCHEMA_VERSION,
            Model.createOperatorCodesVector(fb, codes()),
            Model.createSubgraphsVector(fb, new int[] {subgraph}),
            fb.createString("facekit"),
            Model.createBuffersVector(fb, buffers),
            0,
            metadata,
            signatures);
    Model.finishModelBuffer(fb, root);
    return fb.sizedByteArray();
  }

  private int buffer(ByteBuffer bytes) {
    int data = 0;
    if (bytes.hasRemaining()) {
      fb.createUnintializedVector(1, bytes.remaining(), BUFFER_ALIGNMENT).put(bytes.duplicate());
      data = fb.endVector();
    }
    return Buffer.createBuffer(fb, data);
  }

  private int[] codes() {
    return model.codes().stream()
        .mapToInt(
            c ->
                OperatorCode.createOperatorCode(
                    fb,
                    (byte) Math.min(c.builtin(), MAX_DEPRECATED_CODE),
                    0,
                    c.version(),
                    c.builtin()))
        .toArray();
  }

  private int subgraph() {
    int[] tensors = model.tensors().stream().mapToInt(this::tensor).toArray();
    int[] operators = model.operators().stream().mapToInt(this::operator).toArray();
    return SubGraph.createSubGraph(
        fb,
        SubGraph.createTensorsVector(fb, tensors),
        SubGraph.createInputsVector(fb, array(model.inputs())),
        SubGraph.createOutputsVector(fb, array(model.outputs())),
        SubGraph.createOperatorsVector(fb, operators),
        fb.createString("main"));
  }

  private int tensor(TfliteBuilder.TensorSpec t) {
    List<Dim> dims = t.shape().dims();
    int name = fb.createString(t.name());
    int shape =
        Tensor.createShapeVector(fb, dims.stream().mapToInt(TfliteFileWriter::size).toArray());
    int signature =
        t.shape().isFixed()
            ? 0
            : Tensor.createShapeSignatureVector(
                fb, dims.stream().mapToInt(d -> d.symbolic() ? -1 : size(d)).toArray());
    int quantization = t.quantization() == null ? 0 : quantization(t.quantization());
    Tensor.startTensor(fb);
    Tensor.addShapeSignature(fb, signature);
    Tensor.addQuantization(fb, quantization);
    Tensor.addName(fb, name);
    Tensor.addBuffer(fb, t.buffer());
    Tensor.addShape(fb, shape);
    Tensor.addHasRank(fb, true);
    Tensor.addType(fb, type(t.dtype()));
    return Tensor.endTensor(fb);
  }

  private static int size(Dim d) {
    return Math.toIntExact(d.at(1));
  }

  private int quantization(TfliteBuilder.Quantization q) {
    float[] scales = new float[q.scales().size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = q.scales().get(i);
    }
    int scaleVector = QuantizationParameters.createScaleVector(fb, scales);
    Integer zeroVector = zeroPoints.get(q.zeroPoints());
    if (zeroVector == null) {
      long[] values = q.zeroPoints().stream().mapToLong(Long::longValue).toArray();
      zeroVector = QuantizationParameters.createZeroPointVector(fb, values);
      zeroPoints.put(q.zeroPoints(), zeroVector);
    }
    return QuantizationParameters.createQuantizationParameters(
        fb, 0, 0, scaleVector, zeroVector, (byte) 0, 0, q.axis());
  }

  private int operator(TfliteBuilder.OperatorSpec o) {
    int in = Operator.createInputsVector(fb, array(o.inputs()));
    int out = Operator.createOutputsVector(fb, array(o.outputs()));
    BuiltinOptionsUnion options = o.options();
    int packed = options == null ? 0 : BuiltinOptionsUnion.pack(fb, options);
    Operator.startOperator(fb);
    Operator.addBuiltinOptions(fb, packed);
    Operator.addOutputs(fb, out);
    Operator.addInputs(fb, in);
    Operator.addOpcodeIndex(fb, o.code());
    if (options != null) {
      Operator.addBuiltinOptionsType(fb, options.getType());
    }
    return Operator.endOperator(fb);
  }

  private int[] metadata() {
    return model.metadata().entrySet().stream()
        .mapToInt(e -> Metadata.createMetadata(fb, fb.createString(e.getKey()), e.getValue()))
        .toArray();
  }

  private int signature(String key) {
    int in = SignatureDef.createInputsVector(fb, tensorMaps(model.inputs()));
    int out = SignatureDef.createOutputsVector(fb, tensorMaps(model.outputs()));
    return SignatureDef.createSignatureDef(fb, in, out, fb.createString(key), 0);
  }

  private int[] tensorMaps(List<Integer> indices) {
    return indices.stream()
        .mapToInt(
            i -> TensorMap.createTensorMap(fb, fb.createString(model.tensors().get(i).name()), i))
        .toArray();
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static byte type(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> TensorType.FLOAT32;
      case FLOAT16 -> TensorType.FLOAT16;
      case FLOAT64 -> TensorType.FLOAT64;
      case INT8 -> TensorType.INT8;
      case UINT8 -> TensorType.UINT8;
      case INT16 -> TensorType.INT16;
      case INT32 -> TensorType.INT32;
      case INT64 -> TensorType.INT64;
      case BOOL -> TensorType.BOOL;
      case BFLOAT16 -> throw new IllegalArgumentException("this TFLite schema has no bfloat16");
    };
  }
}
