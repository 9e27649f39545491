package io.facekit.core.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.op.Relu;
import io.facekit.core.quant.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelinesTest {
  private static final String NETWORK =
      """
      input input: f32[batch,1,2,2]
      stem.conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](input, stem.w: f32[2,1,1,1] {1.0 2.0})
      stem.bn = BatchNormalization[epsilon=0.0](stem.conv, s: f32[2] {1.0 4.0}, b: f32[2] {0.5 0.0}, m: f32[2] {1.0 2.0}, v: f32[2] {4.0 1.0})
      stem.relu = Relu(stem.bn)
      head = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](stem.relu, head.w: f32[1,2,2,2] {1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0})
      flat = Flatten(head)
      norm = ReduceL2[axis=1](flat)
      guard = Clip[min=1.0E-12, max=Infinity](norm)
      unit = Div(flat, guard)
      output unit
      """;

  @Test
  void canonicalPassesLeaveFourNodes() {
    Graph graph = PassCheck.parse(NETWORK);
    Pipelines.run(Pipelines.CANONICAL, graph);
    String printed = GraphPrinter.print(graph);
    assertThat(printed)
        .isEqualTo(
            """
            input input: f32[batch,1,2,2]
            stem.conv = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](input, stem.conv.weight: f32[2,1,1,1] {0.5 8.0}, stem.conv.bias: f32[2] {0.0 -8.0}) : f32[batch,2,2,2]
            flat.input @head = Flatten(stem.conv) : f32[batch,8]
            head = Gemm[activation=NONE](flat.input, head.weight: f32[1,8] {1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0}) : f32[batch,1]
            unit = LpNormalization(head) : f32[batch,1]
            output unit
            """);
    Pipelines.run(Pipelines.CANONICAL, graph);
    assertThat(GraphPrinter.print(graph)).isEqualTo(printed);
  }

  @Test
  void onlyOnnxRuntimeNeedsPReluLowered() {
    assertThat(Pipelines.forTarget(Target.ORT_X86))
        .extracting(Pass::name)
        .containsExactly("NormalizePReluSlopes", "LowerPRelu");
    assertThat(Pipelines.forTarget(Target.ONNX)).isEmpty();
    assertThat(Pipelines.forTarget(Target.TFLITE_XNNPACK)).isEmpty();
  }

  @Test
  void namesThePassThatBreaksAGraph() {
    Pass breaking =
        graph -> {
          graph.addOutput(new Graph().append("stray", new Relu(), graph.inputs()));
          return true;
        };
    assertThatThrownBy(
            () -> Pipelines.run(List.of(new FuseActivation(), breaking), PassCheck.parse(NETWORK)))
        .isInstanceOfSatisfying(
            FacekitException.class,
            e -> {
              assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.INTERNAL);
              assertThat(e.problems().get(0).what()).contains("left a broken graph");
              assertThat(e.problems().get(0).at()).isEqualTo("after passes [FuseActivation]");
              assertThat(e.problems().get(0).found()).contains("'stray' is not computed");
            });
  }
}
