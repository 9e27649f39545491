package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.conv;
import static io.facekit.runtime.lanes.LaneCase.conv1;
import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphVerifier;
import io.facekit.core.pass.ConvertConvToGemm;
import io.facekit.core.pass.FoldBatchNorm;
import io.facekit.core.pass.FoldBatchNormForward;
import io.facekit.core.pass.FuseActivation;
import io.facekit.core.pass.FuseHardSwish;
import io.facekit.core.pass.FuseL2Normalization;
import io.facekit.core.pass.LowerPRelu;
import io.facekit.core.pass.NormalizePReluSlopes;
import io.facekit.core.pass.Pass;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.TfliteRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pass on seeded weights: the graph computes the same as before. */
class PassLanesTest {
  private static final double TOLERANCE = 1e-5;
  private static final String SAME = "1, 1, 1, 1";
  private static final String VALID = "0, 0, 0, 0";
  private static final String D1 = "1, 1";

  @TempDir Path folder;

  static List<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    String stem =
        "a = " + conv1("NONE") + "(input, aw: f32[4,3,1,1] {seed 1}, ab: f32[4] {seed 2})\n";

    Pass fold = new FoldBatchNorm();
    add(
        all,
        fold,
        "Conv",
        "a = "
            + conv("2, 2", SAME, D1, 1, "NONE")
            + "(input, w: f32[4,3,3,3] {seed 5})\n"
            + batchNorm("y", "a", 4));
    add(
        all,
        fold,
        "depthwise Conv",
        "a = "
            + conv(D1, SAME, D1, 3, "NONE")
            + "(input, w: f32[3,1,3,3] {seed 5}, b: f32[3] {seed 6})\n"
            + batchNorm("y", "a", 3));
    add(
        all,
        fold,
        "grouped Conv",
        stem
            + "c = "
            + conv(D1, SAME, D1, 2, "NONE")
            + "(a, w: f32[6,2,3,3] {seed 5}, b: f32[6] {seed 6})\n"
            + batchNorm("y", "c", 6));
    add(
        all,
        fold,
        "Gemm",
        "f = Flatten(input)\ng = Gemm[activation=NONE](f, w: f32[5,105] {seed 5}, b: f32[5] {seed 6})\n"
            + batchNorm("y", "g", 5));

    Pass forward = new FoldBatchNormForward();
    add(
        all,
        forward,
        "Conv",
        batchNorm("n", "input", 3)
            + "y = "
            + conv("2, 1", VALID, D1, 1, "RELU")
            + "(n, w: f32[4,3,3,3] {seed 5}, b: f32[4] {seed 6})");
    add(
        all,
        forward,
        "depthwise Conv",
        batchNorm("n", "input", 3)
            + "y = "
            + conv(D1, VALID, D1, 3, "NONE")
            + "(n, w: f32[6,1,3,3] {seed 5})");
    add(
        all,
        forward,
        "grouped Conv",
        stem
            + batchNorm("n", "a", 4)
            + "y = "
            + conv(D1, VALID, "2, 2", 2, "NONE")
            + "(n, w: f32[6,2,3,2] {seed 5})");
    add(
        all,
        forward,
        "Gemm behind a Flatten",
        batchNorm("n", "input", 3)
            + "f = Flatten(n)\ny = Gemm[activation=NONE](f, w: f32[5,105] {seed 5}, b: f32[5] {seed 6})");
    add(
        all,
        forward,
        "Gemm",
        "f = Flatten(input)\n"
            + batchNorm("n", "f", 105)
            + "y = Gemm[activation=RELU6](n, w: f32[5,105] {seed 5})");

    Pass convert = new ConvertConvToGemm();
    add(
        all,
        convert,
        "with bias",
        "a = "
            + conv1("RELU")
            + "(input, w: f32[6,3,7,5] {seed 5}, b: f32[6] {seed 6})\ny = Flatten(a)");
    add(
        all,
        convert,
        "beside a Flatten",
        "f = Flatten(input)\na = "
            + conv1("NONE")
            + "(input, w: f32[105,3,7,5] {seed 5})\ng = Flatten(a)\ny = Add(f, g)");

    Pass activation = new FuseActivation();
    add(all, activation, "Relu", stem + "y = Relu(a)");
    add(
        all,
        activation,
        "Clip",
        "f = Flatten(input)\ng = Gemm[activation=NONE](f, w: f32[5,105] {seed 5})\ny = Clip[min=0.0, max=6.0](g)");

    add(
        all,
        new FuseHardSwish(),
        "a map",
        "b = Mul(input, five: f32[] {4.0})\ng = HardSigmoid(b)\ny = Mul(b, g)");

    add(
        all,
        new FuseL2Normalization(),
        "rows",
        "f = Flatten(input)\nn = ReduceL2[axis=1](f)\nm = Clip[min=1.0E-12, max=Infinity](n)\ny = Div(f, m)");

    Pass slopes = new NormalizePReluSlopes();
    String act = stem + "p = PRelu(a, s: f32[4] {2.5 -0.5 1.5 0.25})\n";
    add(
        all,
        slopes,
        "dense Conv",
        act
            + "y = "
            + conv("2, 2", SAME, D1, 1, "NONE")
            + "(p, w: f32[3,4,3,3] {seed 5}, b: f32[3] {seed 6})");
    add(
        all,
        slopes,
        "depthwise Conv",
        act + "y = " + conv(D1, SAME, D1, 4, "NONE") + "(p, w: f32[8,1,3,3] {seed 5})");
    add(
        all,
        slopes,
        "grouped Conv",
        act + "y = " + conv(D1, SAME, D1, 2, "RELU") + "(p, w: f32[6,2,3,3] {seed 5})");

    Pass lower = new LowerPRelu();
    add(all, lower, "slopes up to 1", stem + "y = PRelu(a, s: f32[4] {1.0 -0.5 -3.0 0.25})");
    add(
        all,
        lower,
        "two in a row",
        stem
            + "p = PRelu(a, s: f32[4] {0.5 -0.5 0.0 0.25})\ny = PRelu(p, s: f32[4] {0.5 -0.5 0.0 0.25})");
    Pass window = new LowerPRelu(3);
    add(all, window, "in a 3x3 window", stem + "y = PRelu(a, s: f32[4] {1.0 -0.5 -3.0 0.25})");
    return all;
  }

  private static void add(List<Arguments> all, Pass pass, String what, String nodes) {
    all.add(Arguments.of(LaneCase.lane(pass.name(), what, "3,7,5", nodes), pass));
  }

  private static String batchNorm(String name, String x, int channels) {
    String c = ": f32[" + channels + "] {seed ";
    return name
        + " = BatchNormalization[epsilon=1.0E-5]("
        + x
        + ", s"
        + c
        + "11}, z"
        + c
        + "12}, m"
        + c
        + "13}, v"
        + c
        + "14 from 0.01 to 2})\n";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void computesTheSame(LaneCase lane, Pass pass) {
    Graph graph = lane.graph();
    Array x = Lane.input(graph, 2);
    Array before = Reference.output(graph, x);
    assertThat(pass.run(graph)).isTrue();
    graph.removeDeadNodes();
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    Lane.assertClose(Reference.output(graph, x), before, TOLERANCE, "reference");
    try (OnnxRunner runner = Lane.onnx(folder, graph, Quantization.NONE, 17)) {
      Lane.assertClose(Lane.run(runner, graph, x), before, TOLERANCE, "ONNX");
    }
  }

  @Test
  void pipelinesComputeTheSame() {
    for (Target target : Target.values()) {
      Graph graph =
          Lane.parse(
              "input input: f32[batch,3,7,5]\n"
                  + "a = "
                  + conv("2, 2", SAME, D1, 1, "NONE")
                  + "(input, aw: f32[4,3,3,3] {seed 1})\n"
                  + batchNorm("an", "a", 4)
                  + "p = PRelu(an, ps: f32[4] {2.5 -0.5 1.5 0.25})\n"
                  + "b = "
                  + conv("1, 1", SAME, D1, 4, "NONE")
                  + "(p, bw: f32[4,1,3,3] {seed 3})\n"
                  + "q = PRelu(b, qs: f32[4] {0.5 -0.5 1.0 0.25})\n"
                  + "r = Add(q, p)\n"
                  + "h = "
                  + conv1("NONE")
                  + "(r, hw: f32[6,4,4,3] {seed 4})\n"
                  + "f = Flatten(h)\n"
                  + "n = ReduceL2[axis=1](f)\n"
                  + "y = Div(f, n)\n"
                  + "output y\n");
      Array x = Lane.input(graph, 5);
      Array before = Reference.output(graph, x);
      Pipelines.run(Pipelines.CANONICAL, graph);
      Pipelines.run(Pipelines.forTarget(target), graph);
      assertThat(graph.node("h").orElseThrow().op().type()).isEqualTo("Gemm");
      try (OnnxRunner runner = Lane.onnx(folder, graph, Quantization.NONE, 17)) {
        Lane.assertClose(Lane.run(runner, graph, x), before, TOLERANCE, target + " as ONNX");
      }
      try (TfliteRunner runner = Lane.tflite(folder, graph, Quantization.NONE, true)) {
        Lane.assertClose(Lane.run(runner, graph, x), before, TOLERANCE, target + " as TFLite");
      }
    }
  }

  /** The zeros around the map come after the first normalization, so it cannot be folded. */
  @Test
  void residualBlockOfAnIresnetComputesTheSame() {
    for (Target target : Target.values()) {
      Graph graph =
          Lane.parse(
              "input input: f32[batch,4,8,6]\n"
                  + batchNorm("n", "input", 4)
                  + "a = "
                  + conv(D1, SAME, D1, 1, "NONE")
                  + "(n, aw: f32[6,4,3,3] {seed 1})\n"
                  + batchNorm("an", "a", 6).replace(" s:", " as:").replaceAll(" ([zmv]):", " a$1:")
                  + "p = PRelu(an, ps: f32[6] {0.5 -0.5 1.0 0.25 2.5 0.1})\n"
                  + "b = "
                  + conv("2, 2", SAME, D1, 1, "NONE")
                  + "(p, bw: f32[5,6,3,3] {seed 2})\n"
                  + batchNorm("bn", "b", 5).replace(" s:", " bs:").replaceAll(" ([zmv]):", " b$1:")
                  + "d = "
                  + conv("2, 2", VALID, D1, 1, "NONE")
                  + "(input, dw: f32[5,4,1,1] {seed 3})\n"
                  + "y = Add(bn, d)\noutput y\n");
      Array x = Lane.input(graph, 3);
      Array before = Reference.output(graph, x);
      Pipelines.run(Pipelines.CANONICAL, graph);
      Pipelines.run(Pipelines.forTarget(target), graph);
      assertThat(graph.nodes().stream().map(n -> n.op().type()))
          .containsOnlyOnce("BatchNormalization");
      try (OnnxRunner runner = Lane.onnx(folder, graph, Quantization.NONE, 17)) {
        Lane.assertClose(Lane.run(runner, graph, x), before, TOLERANCE, target + " as ONNX");
      }
      for (boolean xnnpack : new boolean[] {false, true}) {
        try (TfliteRunner runner = Lane.tflite(folder, graph, Quantization.NONE, xnnpack)) {
          Lane.assertClose(Lane.run(runner, graph, x), before, TOLERANCE, target + " as TFLite");
        }
      }
    }
  }
}
