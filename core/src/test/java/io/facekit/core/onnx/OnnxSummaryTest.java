package io.facekit.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.onnx.OnnxSummary.OnnxNode;
import io.facekit.core.tensor.WeightTally;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxSummaryTest {
  private static OnnxSummary of(GraphProto.Builder graph) {
    return OnnxSummary.of(ModelProto.newBuilder().setGraph(graph).build().toByteArray());
  }

  private static TensorProto.Builder tensor(String name, DataType type, long... dims) {
    TensorProto.Builder t = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    Arrays.stream(dims).forEach(t::addDims);
    return t;
  }

  private static ValueInfoProto.Builder input(String name, Dimension.Builder batch) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder().addDim(batch).addDim(Dimension.newBuilder().setDimValue(3));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)));
  }

  private static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder().setOpType(type).addAllInput(List.of(inputs)).addOutput(output);
  }

  @Test
  void countsWeightsByTypeAndNotWhatTheyAreScaledBy() {
    OnnxSummary s =
        of(
            GraphProto.newBuilder()
                .addInitializer(tensor("w", DataType.INT8, 4, 5))
                .addInitializer(tensor("scale", DataType.FLOAT, 4))
                .addInitializer(tensor("zero", DataType.INT8, 4))
                .addInitializer(tensor("half", DataType.FLOAT16, 7))
                .addInitializer(tensor("shape", DataType.INT64, 2))
                .addInitializer(tensor("negative", DataType.FLOAT, -3))
                .addNode(node("DequantizeLinear", "w.f", "w", "scale", "zero"))
                .addNode(node("Cast", "half.f", "half"))
                .addNode(node("Gemm", "y", "x", "w.f", "half.f")));
    assertThat(s.weights())
        .extracting(WeightTally.Stored::type, w -> w.elements() + " " + w.bytes())
        .containsExactly(tuple("int8", "20 20"), tuple("float16", "7 14"), tuple("float32", "0 0"));
    assertThat(s.parameters()).isEqualTo(27);
    assertThat(s.nodes()).last().extracting(OnnxNode::parameters).isEqualTo(27L);
  }

  @Test
  void inputsAreThoseThatAreNotInitializers() {
    OnnxSummary fixed =
        of(
            GraphProto.newBuilder()
                .addInitializer(tensor("w", DataType.FLOAT, 1))
                .addInput(input("w", Dimension.newBuilder().setDimValue(1)))
                .addInput(input("x", Dimension.newBuilder().setDimValue(2))));
    assertThat(fixed.inputs()).containsExactly("x float [2, 3]");
    assertThat(fixed.batch()).hasValue(2);
    assertThat(of(GraphProto.newBuilder()).batch()).isEmpty();
    for (Dimension.Builder free :
        List.of(Dimension.newBuilder(), Dimension.newBuilder().setDimParam("N"))) {
      assertThat(of(GraphProto.newBuilder().addInput(input("x", free))).batch()).isEmpty();
    }
  }

  @Test
  void sizesThatOverflowAreRefused() {
    GraphProto.Builder graph =
        GraphProto.newBuilder().addInitializer(tensor("w", DataType.FLOAT, 1L << 40, 1L << 40));
    FacekitException e = catchThrowableOfType(FacekitException.class, () -> of(graph));
    assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.ONNX_MALFORMED);
  }
}
