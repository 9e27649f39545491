package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Builds one ONNX model. Nodes and initializers are written in the order in which they are added
 * and metadata sorted by key, so the same calls give the same bytes.
 */
public final class OnnxModelBuilder {
  private final ModelProto.Builder model = ModelProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final TreeMap<String, String> metadata = new TreeMap<>();
  private final Set<String> initializers = new HashSet<>();
  private final Set<String> domains = new HashSet<>();
  private final int opset;

  /**
   * @param opset version of the default operator set, 13 to 21
   */
  public OnnxModelBuilder(int opset, String graphName, String producerVersion) {
    this.opset = opset;
    model
        .setIrVersion(irVersion(opset))
        .setProducerName("facekit")
        .setProducerVersion(producerVersion)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset));
    graph.setName(graphName);
  }

  /** The IR version that ONNX released together with an operator set (ONNX Versioning.md). */
  private static long irVersion(int opset) {
    if (opset <= 14) {
      return 7;
    }
    if (opset <= 18) {
      return 8;
    }
    return opset <= 20 ? 9 : 10;
  }

  public int opset() {
    return opset;
  }

  public void input(String name, DType dtype, Shape shape) {
    graph.addInput(valueInfo(name, dtype, shape));
  }

  public void output(String name, DType dtype, Shape shape) {
    graph.addOutput(valueInfo(name, dtype, shape));
  }

  /** Adds an initializer unless one of that name exists. */
  public String initializer(String name, TensorData data) {
    if (initializers.add(name)) {
      TensorProto.Builder t =
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(elementType(data.dtype()))
              .setRawData(ByteString.copyFrom(data.bytes()));
      data.shape().dims().forEach(d -> t.addDims(d.size()));
      graph.addInitializer(t);
    }
    return name;
  }

  /** An optional input that is not given is the empty name. */
  public void node(
      String type, String name, List<String> inputs, List<String> outputs, OnnxAttributes attrs) {
    NodeProto.Builder n =
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(name)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    for (AttributeProto a : attrs.list()) {
      n.addAttribute(a);
    }
    graph.addNode(n);
  }

  /** Adds a node that {@link NodeText} has written, and the operator set of its domain. */
  public void foreign(
      String text,
      String name,
      String domain,
      int version,
      List<String> inputs,
      List<String> outputs) {
    graph.addNode(NodeText.named(text, name, inputs, outputs));
    if (!domain.isEmpty() && domains.add(domain)) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
    }
  }

  public void metadata(String key, String value) {
    metadata.put(key, value);
  }

  /** The serialized model. */
  public byte[] build() {
    model.setGraph(graph);
    model.clearMetadataProps();
    for (Map.Entry<String, String> e : metadata.entrySet()) {
      model.addMetadataProps(
          StringStringEntryProto.newBuilder().setKey(e.getKey()).setValue(e.getValue()));
    }
    ModelProto proto = model.build();
    byte[] bytes = new byte[proto.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      proto.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  private static ValueInfoProto valueInfo(String name, DType dtype, Shape shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (Dim d : shape.dims()) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      dims.addDim(d.symbolic() ? dim.setDimParam(d.toString()) : dim.setDimValue(d.factor()));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(elementType(dtype)).setShape(dims)))
        .build();
  }

  /** The ONNX {@code TensorProto.DataType} of an element type. */
  public static int elementType(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> TensorProto.DataType.FLOAT_VALUE;
      case FLOAT16 -> TensorProto.DataType.FLOAT16_VALUE;
      case BFLOAT16 -> TensorProto.DataType.BFLOAT16_VALUE;
      case FLOAT64 -> TensorProto.DataType.DOUBLE_VALUE;
      case INT8 -> TensorProto.DataType.INT8_VALUE;
      case UINT8 -> TensorProto.DataType.UINT8_VALUE;
      case INT16 -> TensorProto.DataType.INT16_VALUE;
      case INT32 -> TensorProto.DataType.INT32_VALUE;
      case INT64 -> TensorProto.DataType.INT64_VALUE;
      case BOOL -> TensorProto.DataType.BOOL_VALUE;
    };
  }
}
