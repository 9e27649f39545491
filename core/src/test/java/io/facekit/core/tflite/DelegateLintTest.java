package io.facekit.core.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Predictions for XNNPACK are held against the interpreter in the module runtime. */
class DelegateLintTest {
  private static final Graph GRAPH =
      GraphParser.parse(
          """
          input x: f32[batch,3,8,8]
          a = Conv[strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], groups=1, activation=NONE](x, a.w: f32[4,3,3,3] {seed 1}, a.b: f32[4] {seed 2})
          b = PRelu(a, b.slope: f32[4] {seed 3})
          c = Softmax[axis=1](b)
          d = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](c, d.w: f32[2,4,1,1] {seed 4}, d.b: f32[2] {seed 5})
          e = Flatten(d)
          f = LpNormalization[axis=1](e)
          output f
          """,
          Ops::fromText);

  private static Delegation lint(Precision precision, Delegate delegate) {
    Map<String, Precision> all =
        GRAPH.nodes().stream().collect(Collectors.toMap(n -> n.name(), n -> precision));
    byte[] file = TfliteEmitter.emit(GRAPH, new Quantization(all, Map.of(), Map.of()), Map.of());
    assertThat(TfliteVerifier.verify(ByteBuffer.wrap(file))).isEmpty();
    return DelegateLint.of(ByteBuffer.wrap(file), delegate);
  }

  @Test
  void saysWhichRuleAnOperatorBreaks() {
    Delegation d = lint(Precision.FP32, Delegate.XNNPACK);
    assertThat(d.verdicts())
        .filteredOn(v -> !v.isTaken())
        .singleElement()
        .satisfies(
            v -> {
              assertThat(v.operator()).isEqualTo("L2_NORMALIZATION");
              assertThat(v.output()).isEqualTo("output");
              assertThat(v.refusal()).isEqualTo("XNNPACK has no L2_NORMALIZATION");
            });
    assertThat(d.partitions()).isEqualTo(1);
    assertThat(d.steps()).isEqualTo(2);
    assertThat(d.taken()).isEqualTo(d.verdicts().size() - 1);
  }

  @Test
  void unpacksFloat16WhereItsReadersGo() {
    Delegation d = lint(Precision.FP16, Delegate.XNNPACK);
    assertThat(d.verdicts()).extracting(Delegation.Verdict::operator).contains("DEQUANTIZE.v3");
    assertThat(d.steps()).isEqualTo(2);
    assertThat(lint(Precision.FP16, Delegate.GPU).steps()).isEqualTo(2);
  }

  @Test
  void knowsThatTheDspHasNoFloat() {
    Delegation d = lint(Precision.FP32, Delegate.HEXAGON);
    assertThat(d.taken()).isZero();
    assertThat(d.partitions()).isZero();
    assertThat(d.verdicts())
        .extracting(Delegation.Verdict::refusal)
        .contains(
            "the Hexagon delegate computes in 8-bit integers only",
            "the Hexagon delegate has no PRELU");
  }

  @Test
  void takesEverythingWhereEverythingIsKnown() {
    assertThat(lint(Precision.FP32, Delegate.NNAPI).steps()).isEqualTo(1);
  }
}
