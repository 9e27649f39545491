package io.facekit.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxImporter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.ir.Graph;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.op.Foreign;
import io.facekit.core.op.ForeignOutput;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A file with operators that no op models, against itself in ONNX Runtime. */
class OnnxForeignRunTest {
  private static ValueInfoProto value(String name, Object... dims) {
    return typed(name, 1, dims);
  }

  private static ValueInfoProto typed(String name, int elementType, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object d : dims) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(d instanceof Integer i ? dim.setDimValue(i) : dim.setDimParam((String) d));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(elementType).setShape(shape)))
        .build();
  }

  private static NodeProto.Builder node(String type, String... inputs) {
    NodeProto.Builder n = NodeProto.newBuilder().setOpType(type);
    for (String in : inputs) {
      n.addInput(in);
    }
    return n;
  }

  private static AttributeProto integer(String name, int value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static byte[] model() {
    TensorProto count =
        TensorProto.newBuilder().setName("count").setDataType(7).addDims(1).addInt64Data(3).build();
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(
            GraphProto.newBuilder()
                .setName("g")
                .addInput(value("x", "N", 4, 3, 2))
                .addInitializer(count)
                .addNode(node("Relu", "x").addOutput("r"))
                .addNode(
                    node("TopK", "r", "count")
                        .addOutput("a")
                        .addOutput("b")
                        .addAttribute(integer("axis", 1)))
                .addNode(node("Celu", "a").addOutput("c"))
                .addNode(node("Cast", "b").addOutput("d").addAttribute(integer("to", 1)))
                .addNode(node("Mul", "c", "d").addOutput("m"))
                .addNode(node("Flatten", "m").addOutput("y"))
                .addValueInfo(value("a", "N", 3, 3, 2))
                .addValueInfo(typed("b", 7, "N", 3, 3, 2))
                .addValueInfo(value("c", "N", 3, 3, 2))
                .addOutput(value("y", "N", 18)))
        .build()
        .toByteArray();
  }

  @Test
  void computesWhatTheFileComputes() {
    byte[] source = model();
    Graph graph =
        OnnxImporter.load(OnnxReader.read("net.onnx", ByteBuffer.wrap(source)), Optional.empty())
            .graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    assertThat(graph.nodes().stream().filter(n -> n.op() instanceof Foreign)).hasSize(2);
    assertThat(graph.nodes().stream().filter(n -> n.op() instanceof ForeignOutput)).hasSize(1);
    byte[] emitted = OnnxEmitter.emit(graph, Quantization.NONE, OnnxOptions.of("test"));
    try (OnnxRunner expected = OnnxRunner.open(source, OnnxRunner.Options.DEFAULT);
        OnnxRunner actual = OnnxRunner.open(emitted, OnnxRunner.Options.DEFAULT)) {
      for (int batch : new int[] {1, 2, 7}) {
        float[] images = new float[batch * 24];
        for (int i = 0; i < images.length; i++) {
          images[i] = (float) Math.sin(i);
        }
        assertThat(actual.run(images, batch)).isEqualTo(expected.run(images, batch));
      }
    }
  }
}
