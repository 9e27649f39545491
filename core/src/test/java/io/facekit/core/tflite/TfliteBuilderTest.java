package io.facekit.core.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.tensor.WeightTally;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.SignatureDef;
import org.tensorflow.lite.schema.SubGraph;

class TfliteBuilderTest {
  @Test
  void writesTheGraph() {
    assertThat(TflitePrinter.print(ByteBuffer.wrap(SmallModel.builder().build())))
        .isEqualTo(
            """
            in  image: float32[?,6,5,3]
            image.q: int8[?,6,5,3] q(0.5,-3) = QUANTIZE(image)
            conv.q: int8[?,3,5,4] q(0.5,-3) = CONV_2D.v3(image.q, w: int8[4,3,3,3] q(4@0), \
            b: int32[4] q(4@0)) SAME stride=2,1 RELU6
            conv: float32[?,3,5,4] = DEQUANTIZE.v2(conv.q)
            out: float32[?,3,5,4] = PRELU(conv, slope: float32[1,1,4])
            out out
            """);
  }

  @Test
  void sameCallsGiveSameBytes() {
    TfliteBuilder b = SmallModel.builder();
    assertThat(b.build()).isEqualTo(SmallModel.builder().build()).isEqualTo(b.build());
  }

  @Test
  void writesWhatTheSchemaAsksFor() {
    ByteBuffer file = ByteBuffer.wrap(SmallModel.builder().build());
    assertThat(Model.ModelBufferHasIdentifier(file)).isTrue();
    Model m = Model.getRootAsModel(file);
    assertThat(m.version()).isEqualTo(3);
    assertThat(m.description()).isEqualTo("facekit");
    assertThat(m.buffers(0).dataLength()).isZero();
    SubGraph g = m.subgraphs(0);
    assertThat(g.tensors(0).shape(0)).isEqualTo(1);
    assertThat(g.tensors(0).shapeSignature(0)).isEqualTo(-1);
    assertThat(g.tensors(SmallModel.WEIGHT).shapeSignatureLength()).isZero();
    SignatureDef s = m.signatureDefs(0);
    assertThat(s.signatureKey()).isEqualTo("serving_default");
    assertThat(s.inputs(0).name()).isEqualTo("image");
    assertThat(s.outputs(0).name()).isEqualTo("out");
    assertThat(m.metadata(0).name()).isEqualTo("facekit");
    assertThat(m.buffers((int) m.metadata(0).buffer()).dataLength()).isEqualTo(3);
  }

  @Test
  void alignsConstantsAndKeepsTheirBytes() {
    TfliteBuilder b = new TfliteBuilder();
    for (int n = 1; n < 20; n++) {
      byte[] bytes = new byte[n];
      bytes[n - 1] = (byte) n;
      b.constant("c" + n, TensorData.of(bytes, n), SmallModel.ACTIVATION);
    }
    byte[] file = b.build();
    Model m = Model.getRootAsModel(ByteBuffer.wrap(file));
    for (int n = 1; n < 20; n++) {
      ByteBuffer data = m.buffers(n).dataAsByteBuffer();
      assertThat(data.position() % 16).isZero();
      assertThat(data.remaining()).isEqualTo(n);
      assertThat(data.get(data.limit() - 1)).isEqualTo((byte) n);
    }
    assertThat(TfliteVerifier.verifyStructure(ByteBuffer.wrap(file))).isEmpty();
  }

  @Test
  void sharesConstantsByNameAndContentsByBytes() {
    TfliteBuilder b = new TfliteBuilder();
    TensorData data = TensorData.of(new float[] {1, 2}, 2);
    int first = b.constant("a", data, null);
    assertThat(b.constant("a", data, null)).isEqualTo(first);
    int second = b.constant("b", data.reshaped(Shape.of(2, 1)), null);
    int other = b.constant("c", TensorData.of(new float[] {2, 1}, 2), null);
    int scalar = b.constant("d", TensorData.of(new float[] {5}), null);
    Model m = Model.getRootAsModel(ByteBuffer.wrap(b.build()));
    SubGraph g = m.subgraphs(0);
    assertThat(second).isNotEqualTo(first);
    assertThat(g.tensors(second).buffer()).isEqualTo(g.tensors(first).buffer());
    assertThat(g.tensors(other).buffer()).isNotEqualTo(g.tensors(first).buffer());
    assertThat(g.tensors(scalar).shapeLength()).isZero();
    assertThat(m.buffersLength()).isEqualTo(4);
  }

  @Test
  void sharesOperatorCodesAndWritesBothSpellings() {
    TfliteBuilder b = new TfliteBuilder();
    int x = b.tensor("x", DType.FLOAT32, Shape.batched(3), null);
    b.inputs(List.of(x));
    int[][] codes = {
      {BuiltinOperator.RELU, 1},
      {BuiltinOperator.GELU, 1},
      {BuiltinOperator.RELU, 1},
      {BuiltinOperator.RELU, 2}
    };
    for (int[] code : codes) {
      int y = b.tensor("y", DType.FLOAT32, Shape.batched(3), null);
      b.operator(code[0], code[1], List.of(x), List.of(y), null);
      x = y;
    }
    Model m = Model.getRootAsModel(ByteBuffer.wrap(b.build()));
    assertThat(m.operatorCodesLength()).isEqualTo(3);
    OperatorCode gelu = m.operatorCodes(1);
    assertThat(gelu.builtinCode()).isEqualTo(BuiltinOperator.GELU).isGreaterThan(127);
    assertThat(gelu.deprecatedBuiltinCode()).isEqualTo((byte) 127);
    assertThat(m.operatorCodes(0).deprecatedBuiltinCode()).isEqualTo((byte) BuiltinOperator.RELU);
    assertThat(m.subgraphs(0).operators(2).opcodeIndex()).isZero();
    assertThat(m.subgraphs(0).operators(3).opcodeIndex()).isEqualTo(2);
  }

  @Test
  void summarizes() {
    TfliteSummary s = TfliteSummary.of(ByteBuffer.wrap(SmallModel.builder().build()));
    assertThat(s.operators()).hasToString("{CONV_2D.v3=1, DEQUANTIZE.v2=1, PRELU=1, QUANTIZE=1}");
    assertThat(s.constantBytes()).hasToString("{float32=16, int32=16, int8=108}");
    assertThat(s.weights())
        .extracting(WeightTally.Stored::type, WeightTally.Stored::elements)
        .containsExactly(tuple("int8", 108L), tuple("float32", 4L), tuple("int32", 4L));
    assertThat(s.layers())
        .containsExactly(
            new TfliteLayer("conv.q", "CONV_2D", "int8[?,3,5,4]", 112, 3 * 5 * 4 * 27));
    assertThat(s.batch()).isEmpty();
  }
}
