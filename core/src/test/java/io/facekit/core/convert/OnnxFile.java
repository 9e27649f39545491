package io.facekit.core.convert;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.facekit.core.onnx.OnnxModel;
import io.facekit.core.onnx.OnnxReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An ONNX model written node by node; the image batch is {@code x}. */
final class OnnxFile {
  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(7);
  private final GraphProto.Builder graph = model.getGraphBuilder().setName("g");

  OnnxFile(int opset) {
    opset("", opset);
  }

  OnnxFile opset(String domain, int version) {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
    return this;
  }

  /** A float input; a dimension is a number or a name, and without any the shape is not told. */
  OnnxFile input(String name, Object... dims) {
    graph.addInput(info(name, 1, dims));
    return this;
  }

  OnnxFile input(String name, int elementType, List<Object> dims) {
    graph.addInput(info(name, elementType, dims.toArray()));
    return this;
  }

  OnnxFile type(String name, Object... dims) {
    graph.addValueInfo(info(name, 1, dims));
    return this;
  }

  OnnxFile floats(String name, float[] values, long... dims) {
    TensorProto.Builder t = TensorProto.newBuilder().setName(name).setDataType(1);
    Arrays.stream(dims).forEach(t::addDims);
    for (float v : values) {
      t.addFloatData(v);
    }
    graph.addInitializer(t);
    return this;
  }

  /** Zeros. */
  OnnxFile floats(String name, long... dims) {
    return floats(name, new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)], dims);
  }

  OnnxFile longs(String name, long... values) {
    TensorProto.Builder t =
        TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
    Arrays.stream(values).forEach(t::addInt64Data);
    graph.addInitializer(t);
    return this;
  }

  OnnxFile scalar(String name, long value) {
    graph.addInitializer(TensorProto.newBuilder().setName(name).setDataType(7).addInt64Data(value));
    return this;
  }

  OnnxFile tensor(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  OnnxFile node(String type, List<String> inputs, List<String> outputs) {
    return node(type, "", inputs, outputs, Map.of());
  }

  OnnxFile node(
      String type,
      String name,
      List<String> inputs,
      List<String> outputs,
      Map<String, Object> attributes) {
    int colon = type.indexOf("::");
    NodeProto.Builder n =
        NodeProto.newBuilder()
            .setOpType(colon < 0 ? type : type.substring(colon + 2))
            .setDomain(colon < 0 ? "" : type.substring(0, colon))
            .setName(name)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> n.addAttribute(attribute(e.getKey(), e.getValue())));
    graph.addNode(n);
    return this;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
    if (value instanceof Integer i) {
      a.setType(AttributeProto.AttributeType.INT).setI(i);
    } else if (value instanceof Float f) {
      a.setType(AttributeProto.AttributeType.FLOAT).setF(f);
    } else if (value instanceof String s) {
      a.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
    } else if (value instanceof GraphProto g) {
      a.setType(AttributeProto.AttributeType.GRAPH).setG(g);
    } else if (value instanceof TensorProto t) {
      a.setType(AttributeProto.AttributeType.TENSOR).setT(t);
    } else if (value instanceof List<?> list) {
      a.setType(AttributeProto.AttributeType.INTS);
      list.forEach(i -> a.addInts((Integer) i));
    } else {
      throw new IllegalArgumentException(String.valueOf(value));
    }
    return a.build();
  }

  OnnxFile output(String name, Object... dims) {
    graph.addOutput(info(name, 1, dims));
    return this;
  }

  private static ValueInfoProto info(String name, int elementType, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object d : dims) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(d instanceof Integer i ? dim.setDimValue(i) : dim.setDimParam((String) d));
    }
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(elementType);
    if (dims.length > 0) {
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  ModelProto.Builder proto() {
    return model;
  }

  byte[] bytes() {
    return model.build().toByteArray();
  }

  OnnxModel read() {
    return OnnxReader.read("net.onnx", ByteBuffer.wrap(bytes()));
  }
}
