package io.facekit.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxModelBuilderTest {
  private static OnnxModelBuilder model(int opset) {
    OnnxModelBuilder b = new OnnxModelBuilder(opset, "graph", "1.2.3");
    b.input("x", DType.FLOAT32, new Shape(List.of(new Dim(2, true), Dim.of(3))));
    b.initializer("w", TensorData.of(new float[] {1, 2, 3}, 3));
    b.node("Add", "sum", List.of("x", "w"), List.of("y"), OnnxAttributes.none());
    b.output("y", DType.FLOAT32, Shape.batched(3));
    return b;
  }

  @Test
  void namesTheIrVersionOfAnOpset() throws Exception {
    int[][] versions = {{13, 7}, {14, 7}, {15, 8}, {17, 8}, {18, 8}, {19, 9}, {20, 9}, {21, 10}};
    for (int[] v : versions) {
      ModelProto proto = ModelProto.parseFrom(model(v[0]).build());
      assertThat(proto.getOpsetImport(0).getVersion()).isEqualTo(v[0]);
      assertThat(proto.getIrVersion()).as("opset " + v[0]).isEqualTo(v[1]);
    }
  }

  @Test
  void writesSymbolicDimensions() throws Exception {
    ModelProto proto = ModelProto.parseFrom(model(17).build());
    var shape = proto.getGraph().getInput(0).getType().getTensorType().getShape();
    assertThat(shape.getDim(0).getDimParam()).isEqualTo("batch*2");
    assertThat(shape.getDim(1).getDimValue()).isEqualTo(3);
    assertThat(proto.getProducerName() + " " + proto.getProducerVersion())
        .isEqualTo("facekit 1.2.3");
  }

  @Test
  void writesAnInitializerOnce() throws Exception {
    OnnxModelBuilder b = model(17);
    assertThat(b.initializer("w", TensorData.of(new float[] {1, 2, 3}, 3))).isEqualTo("w");
    ModelProto proto = ModelProto.parseFrom(b.build());
    assertThat(proto.getGraph().getInitializerList()).hasSize(1);
    assertThat(proto.getGraph().getInitializer(0).getRawData().size()).isEqualTo(12);
  }

  @Test
  void sortsMetadataAndRepeatsItsBytes() throws Exception {
    OnnxModelBuilder a = model(17);
    a.metadata("b", "2");
    a.metadata("a", "1");
    OnnxModelBuilder b = model(17);
    b.metadata("a", "1");
    b.metadata("b", "2");
    assertThat(a.build()).isEqualTo(b.build()).isEqualTo(a.build());
    assertThat(ModelProto.parseFrom(a.build()).getMetadataPropsList())
        .extracting(StringStringEntryProto::getKey)
        .containsExactly("a", "b");
  }

  @Test
  void knowsEveryElementType() {
    for (DType d : DType.values()) {
      int type = OnnxModelBuilder.elementType(d);
      assertThat(TensorProto.DataType.forNumber(type)).as(d.shortName()).isNotNull();
    }
    assertThat(OnnxModelBuilder.elementType(DType.FLOAT16)).isEqualTo(10);
  }

  @Test
  void writesAttributesInOrder() throws Exception {
    OnnxModelBuilder b = model(17);
    OnnxAttributes attributes =
        OnnxAttributes.none()
            .integer("axis", -1)
            .number("alpha", 0.5)
            .integers("pads", List.of(1, 2));
    b.node("Any", "", List.of("y", ""), List.of("z"), attributes);
    var node = ModelProto.parseFrom(b.build()).getGraph().getNode(1);
    assertThat(node.getInputList()).containsExactly("y", "");
    assertThat(node.getAttribute(0).getI()).isEqualTo(-1);
    assertThat(node.getAttribute(1).getF()).isEqualTo(0.5f);
    assertThat(node.getAttribute(2).getIntsList()).containsExactly(1L, 2L);
  }
}
