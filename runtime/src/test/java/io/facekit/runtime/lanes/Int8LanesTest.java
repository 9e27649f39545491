package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.conv;
import static io.facekit.runtime.lanes.LaneCase.conv1;
import static io.facekit.runtime.lanes.LaneCase.lane;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.TensorIo;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.TfliteRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Integer nodes: ONNX Runtime and TFLite take the same scales and compute the same. */
class Int8LanesTest {
  /** Two runtimes may round differently at each of two rounding places. */
  private static final double STEPS = 2.001;

  /** Of the largest number: about five steps of 8 bits over both signs. */
  private static final double DRIFT = 0.04;

  private static final String D1 = "1, 1";
  private static final String SAME = "1, 1, 1, 1";

  @TempDir Path folder;

  static List<LaneCase> cases() {
    String w = "(input, w: f32[4,3,3,3] {seed 1}, b: f32[4] {seed 2})";
    String depthwise = "(input, w: f32[3,1,3,3] {seed 1}, b: f32[3] {seed 2})";
    String gemm = "f = Flatten(input)\ny = Gemm[activation=%s](f, w: f32[6,105] {seed 1}%s)";
    return List.of(
        lane("Conv", "3x3", "3,7,5", "y = " + conv(D1, SAME, D1, 1, "NONE") + w),
        lane("Conv", "stride 2", "3,8,6", "y = " + conv("2, 2", SAME, D1, 1, "NONE") + w),
        lane("Conv", "uneven", "3,7,5", "y = " + conv(D1, "1, 0, 2, 1", D1, 1, "NONE") + w),
        lane("Conv", "dilated", "3,7,5", "y = " + conv(D1, "2, 2, 2, 2", "2, 2", 1, "NONE") + w),
        lane("Conv", "RELU", "3,7,5", "y = " + conv(D1, SAME, D1, 1, "RELU") + w),
        lane("Conv", "RELU6", "3,7,5", "y = " + conv(D1, SAME, D1, 1, "RELU6") + w),
        lane(
            "Conv",
            "no bias",
            "3,7,5",
            "y = " + conv1("NONE") + "(input, w: f32[4,3,1,1] {seed 1})"),
        lane(
            "Conv",
            "1 channel",
            "3,7,5",
            "y = " + conv1("NONE") + "(input, w: f32[1,3,1,1] {seed 1}, b: f32[1] {0.5})"),
        lane("Conv", "depthwise", "3,7,5", "y = " + conv(D1, SAME, D1, 3, "NONE") + depthwise),
        lane(
            "Conv",
            "depthwise, stride 2",
            "3,8,6",
            "y = " + conv("2, 2", SAME, D1, 3, "RELU") + depthwise),
        lane(
            "Conv",
            "depthwise, uneven",
            "3,7,5",
            "y = " + conv("2, 1", "1, 0, 0, 2", D1, 3, "NONE") + depthwise),
        lane(
            "Conv",
            "multiplier 2",
            "3,7,5",
            "y = " + conv(D1, SAME, D1, 3, "NONE") + "(input, w: f32[6,1,3,3] {seed 1})"),
        lane(
            "Conv",
            "two groups",
            "3,7,5",
            "c = "
                + conv1("NONE")
                + "(input, v: f32[4,3,1,1] {seed 3})\ny = "
                + conv(D1, SAME, D1, 2, "NONE")
                + "(c, w: f32[6,2,3,3] {seed 4})"),
        lane("Gemm", "with bias", "3,7,5", gemm.formatted("NONE", ", b: f32[6] {seed 2}")),
        lane("Gemm", "no bias", "3,7,5", gemm.formatted("NONE", "")),
        lane("Gemm", "RELU", "3,7,5", gemm.formatted("RELU", ", b: f32[6] {seed 2}")),
        lane(
            "Add",
            "of maps",
            "3,7,5",
            "p = " + conv1("NONE") + "(input, w: f32[3,3,1,1] {seed 1})\ny = Add(p, input)"),
        lane("Add", "of itself", "3,7,5", "y = Add(input, input)"),
        lane(
            "AveragePool",
            "of the whole map",
            "3,7,5",
            "y = AveragePool[kernel=[7, 5], strides=[7, 5]](input)"),
        lane(
            "AveragePool", "3x2", "3,7,5", "y = AveragePool[kernel=[3, 2], strides=[2, 1]](input)"),
        lane("Flatten", "of a map", "3,7,5", "y = Flatten(input)"),
        lane("LeakyRelu", "of a map", "3,7,5", "y = LeakyRelu[alpha=0.1](input)"),
        lane("Flatten", "of one pixel", "6,1,1", "y = Flatten(input)"),
        lane("Mul", "of maps", "3,7,5", "a = Sigmoid(input)\ny = Mul(input, a)"),
        lane(
            "Mul",
            "by a gate per channel",
            "3,7,5",
            "p = AveragePool[kernel=[7, 5], strides=[7, 5]](input)\na = Sigmoid(p)\ny = Mul(input, a)"),
        lane("Sigmoid", "of a map", "3,7,5", "y = Sigmoid(input)"),
        lane("Softmax", "of channels", "3,7,5", "y = Softmax[axis=1](input)"),
        lane("Softmax", "of columns", "3,7,5", "y = Softmax[axis=3](input)"),
        lane("Softmax", "of rows", "3,3,1", "f = Flatten(input)\ny = Softmax[axis=1](f)"),
        lane(
            "Concat",
            "of different scales",
            "3,7,5",
            "p = "
                + conv1("NONE")
                + "(input, w: f32[3,3,1,1] {seed 1})\ny = Concat[axis=1](input, p, input)"),
        lane("Concat", "of lines", "3,7,5", "y = Concat[axis=2](input, input)"),
        lane("Slice", "of channels", "3,7,5", "y = Slice[axis=1, start=1, end=3, step=1](input)"),
        lane("Slice", "of columns", "3,7,5", "y = Slice[axis=3, start=0, end=5, step=2](input)"),
        lane("Gather", "of channels", "3,7,5", "y = Gather[axis=1, indices=[2, 0, 1]](input)"),
        lane("Transpose", "of a map", "3,7,5", "y = Transpose[perm=[0, 3, 1, 2]](input)"),
        lane(
            "Transpose",
            "between reshapes",
            "4,7,5",
            "a = Reshape[shape=[batch,2,2,7,5]](input)\nb = Transpose[perm=[0, 2, 1, 3, 4]](a)\n"
                + "y = Reshape[shape=[batch,4,7,5]](b)"),
        lane("Reshape", "of a map", "4,7,5", "y = Reshape[shape=[batch,2,14,5]](input)"),
        lane(
            "Reshape",
            "read through",
            "4,7,5",
            "t = Transpose[perm=[0, 2, 3, 1]](input)\ny = Reshape[shape=[batch,35,4]](t)"),
        lane(
            "MaxPool",
            "padded",
            "3,7,5",
            "y = MaxPool[kernel=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1]](input)"),
        lane(
            "MaxPool",
            "padded unevenly",
            "3,8,6",
            "n = "
                + conv1("NONE")
                + "(input, w: f32[3,3,1,1] {seed 1 from -1 to -0.5}, b: f32[3] {-2 -3 -4})\n"
                + "y = MaxPool[kernel=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1]](n)"),
        lane("Resize", "nearest", "3,7,5", "y = Resize[mode=NEAREST, height=14, width=10](input)"),
        lane("Resize", "linear", "3,7,5", "y = Resize[mode=LINEAR, height=14, width=10](input)"),
        lane(
            "Resize",
            "linear, corners",
            "3,7,5",
            "y = Resize[mode=LINEAR_ALIGN_CORNERS, height=9, width=4](input)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void runtimesAgree(LaneCase lane) {
    agree(lane.graph(), Set.of(), DRIFT);
  }

  /** Only who converts differs, so the outputs do not. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void integersCanGoInAndOut(LaneCase lane) {
    Graph graph = lane.graph();
    Map<String, Array> seen = Reference.values(graph, Lane.input(graph, 5));
    Quantization q = HandQuantization.int8(graph, seen, Set.of(), false);
    Array x = Lane.input(graph, 3);
    for (boolean xnnpack : new boolean[] {false, true}) {
      try (TfliteRunner floats = Lane.tflite(folder, graph, q, xnnpack);
          TfliteRunner signed = Lane.tflite(folder, graph, q, TensorIo.INT8, xnnpack);
          TfliteRunner unsigned = Lane.tflite(folder, graph, q, TensorIo.UINT8, xnnpack)) {
        float[] expected = floats.run(x.toFloats(), 3);
        assertThat(signed.run(x.toFloats(), 3)).isEqualTo(expected);
        assertThat(unsigned.run(x.toFloats(), 3)).isEqualTo(expected);
        int conversions = floats.operators() - signed.operators();
        assertThat(conversions).isEqualTo(2);
        assertThat(unsigned.operators()).isEqualTo(floats.operators());
      }
    }
  }

  @Test
  void floatEndsCannotBeIntegers() {
    Graph graph = cases().get(0).graph();
    Map<String, Array> seen = Reference.values(graph, Lane.input(graph, 2));
    Quantization q = HandQuantization.int8(graph, seen, Set.of("y"), false);
    assertThatThrownBy(() -> Lane.tflite(folder, graph, q, TensorIo.INT8, true))
        .isInstanceOfSatisfying(
            FacekitException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::id, Problem::what, Problem::at)
                    .containsExactly(
                        tuple(ErrorId.RECIPE_PRECISION, "an input cannot be int8", "y"),
                        tuple(ErrorId.RECIPE_PRECISION, "an output cannot be int8", "y")));
  }

  /** Float nodes before, between and behind integer ones. */
  @Test
  void mixedGraphsAgree() {
    Graph graph =
        Lane.parse(
            """
            input input: f32[batch,3,7,5]
            stem = %s(input, w1: f32[4,3,3,3] {seed 1}, b1: f32[4] {seed 2})
            act = PRelu(stem, a: f32[4] {0.25 -0.5 0.75 0.1})
            c = %s(act, w2: f32[4,4,3,3] {seed 3}, b2: f32[4] {seed 4})
            r = Add(c, act)
            f = Flatten(r)
            fc = Gemm[activation=NONE](f, w3: f32[6,140] {seed 5})
            y = LpNormalization(fc)
            output y
            """
                .formatted(conv(D1, SAME, D1, 1, "NONE"), conv(D1, SAME, D1, 1, "RELU")));
    agree(graph, Set.of("stem", "act", "y"), DRIFT);
    agree(graph, Set.of("act", "f", "fc", "y"), DRIFT);
    agree(graph, Set.of("act", "c", "y"), DRIFT);
  }

  private void agree(Graph graph, Set<String> floats, double drift) {
    Map<String, Array> seen = Reference.values(graph, Lane.input(graph, 5));
    Quantization forOnnx = HandQuantization.int8(graph, seen, floats, true);
    Quantization forTflite = HandQuantization.int8(graph, seen, floats, false);
    String output = graph.outputs().get(0).name();
    Array range = Objects.requireNonNull(seen.get(output));
    double step = (Math.max(range.max(), 0) - Math.min(range.min(), 0)) / 255;
    try (OnnxRunner onnx = Lane.onnx(folder, graph, forOnnx, 17);
        TfliteRunner plain = Lane.tflite(folder, graph, forTflite, false);
        TfliteRunner xnnpack = Lane.tflite(folder, graph, forTflite, true)) {
      for (int batch : Lane.BATCHES) {
        Array x = Lane.input(graph, batch);
        Array expected = Reference.output(graph, x);
        Array ort = Lane.run(onnx, graph, x);
        Lane.assertClose(ort, expected, drift, onnx.runtime());
        for (TfliteRunner runner : List.of(plain, xnnpack)) {
          Array lite = Lane.run(runner, graph, x);
          Lane.assertClose(lite, expected, drift, runner.runtime());
          assertThat(Lane.distance(lite, ort) / step)
              .as(runner.runtime() + " against " + onnx.runtime() + " in steps")
              .isLessThanOrEqualTo(STEPS);
        }
      }
    }
  }

  @Test
  void everyIntegerOpHasACase() {
    Set<String> covered = cases().stream().map(LaneCase::op).collect(Collectors.toSet());
    assertThat(
            Ops.ALL.stream()
                .filter(d -> !(d.rule() instanceof QuantRule.FloatOnly))
                .map(d -> d.name())
                .toList())
        .allMatch(covered::contains);
    for (LaneCase lane : cases()) {
      assertThat(lane.graph().nodes())
          .extracting(Node::op)
          .anyMatch(o -> o.type().equals(lane.op()));
    }
  }
}
