package io.facekit.core.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.op.Activation;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Ops;
import io.facekit.core.op.Relu;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphParserTest {
  private static Graph parse(String text) {
    return GraphParser.parse(text, Ops::fromText);
  }

  @Test
  void readsWhatIsPrinted() {
    String text =
        """
        input x: f32[batch,2,3,4]
        c.conv = Conv[strides=[1, 2], pads=[0, 1, 0, 1], dilations=[1, 1], groups=2, activation=RELU6](x, w: f32[4,1,1,3] {1.0 -0.0 3.5 1.0E-12 NaN Infinity -Infinity 3.4028235E38 9.0 10.0 11.0 12.0}, b: f32[4] {0.1 0.2 0.3 0.4}) : f32[batch,4,3,2]
        c.bn @c.conv = BatchNormalization[epsilon=1.0E-5](c.conv, s: f32[4] {1.0 1.0 1.0 1.0}, z: f32[4] {0.0 0.0 0.0 0.0}, z: f32[4] {0.0 0.0 0.0 0.0}, s: f32[4] {1.0 1.0 1.0 1.0}) : f32[batch,4,3,2]
        pool = AveragePool[kernel=[3, 1], strides=[1, 1]](c.bn) : f32[batch,4,1,2]
        clip = Clip[min=-Infinity, max=6.0](pool) : f32[batch,4,1,2]
        leaky = LeakyRelu[alpha=0.01](clip) : f32[batch,4,1,2]
        rows = Reshape[shape=[batch*2,4]](leaky) : f32[batch*2,4]
        scaled = Mul(rows, half: f32[] {0.5}) : f32[batch*2,4]
        fc = Gemm[activation=NONE](scaled, fc.w: f32[5,4] {...}) : f32[batch*2,5]
        norm = ReduceL2[axis=1](fc) : f32[batch*2,1]
        div = Div(fc, norm) : f32[batch*2,5]
        output div
        output norm
        """;
    Graph graph = parse(text);
    assertThat(GraphPrinter.print(graph)).isEqualTo(text);
    assertThat(GraphPrinter.print(parse(GraphPrinter.print(graph)))).isEqualTo(text);
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    assertThat(graph.node("c.bn").orElseThrow().layer()).isEqualTo("c.conv");
    Node bn = graph.node("c.bn").orElseThrow();
    assertThat(bn.input(1)).isSameAs(bn.input(4));
  }

  @Test
  void readsWhatABuiltGraphPrints() {
    Graph graph = new Graph();
    Value x = graph.addInput("x", TensorType.f32(Shape.batched(3, 5, 5)));
    Value w = graph.constant("w", TensorData.of(new float[3 * 3 * 3 * 3], 3, 3, 3, 3));
    Conv conv = new Conv(List.of(2, 2), List.of(1, 1, 1, 1), List.of(1, 1), 1, Activation.NONE);
    Value y = graph.append("conv", conv, List.of(x, w));
    graph.addOutput(graph.append("relu", new Relu(), List.of(y)));
    Graph parsed = parse(GraphPrinter.print(graph));
    assertThat(GraphPrinter.print(parsed)).isEqualTo(GraphPrinter.print(graph));
    assertThat(parsed.node("conv").orElseThrow().op()).isEqualTo(conv);
  }

  @Test
  void keepsEveryElementType() {
    for (DType dtype : DType.values()) {
      String values = dtype.isFloat() ? "{0.5 -2.0}" : dtype == DType.BOOL ? "{0 1}" : "{3 100}";
      String text =
          "input x: f32[batch,2]\ny = Add(x, c: "
              + dtype.shortName()
              + "[2] "
              + values
              + ") : f32[batch,2]\noutput y\n";
      assertThat(GraphPrinter.print(parse(text))).isEqualTo(text);
    }
  }

  @Test
  void drawsSeededNumbers() {
    TensorData a = constant("{seed 7}");
    assertThat(a.toFloats()).isEqualTo(constant("{seed 7}").toFloats());
    assertThat(a.toFloats()).isNotEqualTo(constant("{seed 8}").toFloats());
    assertThat(a.toFloats()).doesNotHaveDuplicates();
    for (float v : a.toFloats()) {
      assertThat(v).isBetween(-1f, 1f);
    }
    for (float v : constant("{seed 7 from 0.5 to 0.75}").toFloats()) {
      assertThat(v).isBetween(0.5f, 0.75f);
    }
    assertThat(constant("{...}").toFloats()).isEqualTo(constant("{...}").toFloats());
  }

  private static TensorData constant(String contents) {
    Graph g = parse("input x: f32[batch,40]\ny = Add(x, c: f32[40] " + contents + ")\noutput y");
    return g.nodes().get(0).input(1).data();
  }

  @Test
  void leavesOutWhatHandsNeedNotWrite() {
    Graph g = parse("\n  # a comment\n  input x: f32[batch,3]\n\n  y = Relu(x)\n  output y\n");
    assertThat(GraphPrinter.print(g))
        .isEqualTo("input x: f32[batch,3]\ny = Relu(x) : f32[batch,3]\noutput y\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Relu(z)",
        "y = Relu(x) : f32[batch,4]",
        "y = NoSuchOp(x)",
        "y = Clip[min=0.0](x)",
        "y = Clip[min](x)",
        "y = Relu x",
        "x = Relu(x)",
        "y = Add(x, c: f32[3] {1.0 2.0})",
        "y = Add(x, c: f32[3])",
        "y = Add(x, c: f99[3] {1 2 3})",
        "y = Add(x, c: f32[batch] {1.0})",
        "y = Add(x, c: f32[3] {seed})",
        "y = Add(x, c: f32[3] {seed 1 to 2})",
        "y = Add(x, c: f32[3] {1 2 three})",
        "y = Add(x, c: f32[2] {1 2})",
        "y = Add(x, c: f32[99999999] {seed 1})",
        "y = Gemm[activation=TANH](x, w: f32[1,3] {1 2 3})",
        "input x: f32[batch,3]",
        "input y",
        "output z",
        "nonsense",
      })
  void namesTheLineThatItCannotRead(String line) {
    assertThatThrownBy(() -> parse("input x: f32[batch,3]\n" + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 2: ");
  }

  @Test
  void refusesTwoConstantsOfOneName() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    input x: f32[batch,2]
                    y = Add(x, c: f32[2] {1 2})
                    z = Add(y, c: f32[2] {1 3})
                    """))
        .hasMessage("line 3: two values are named 'c'");
  }
}
