package io.facekit.quantize.correct;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.quant.Target;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.calibrate.SampleFaces;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.Plans;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.Quantizer;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.runtime.face.FaceLoader;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Through ONNX Runtime: every kind of weight, on inputs whose neighbours are alike. */
class AdaptiveRoundingTest {
  private static final Graph GRAPH =
      GraphParser.parse(
          """
          input input: f32[batch,3,112,112]
          dense = Conv[strides=[4, 4], pads=[1, 2, 1, 2], dilations=[2, 1], groups=1, activation=NONE](input, dense.w: f32[4,3,3,3] {seed 1}, dense.b: f32[4] {seed 2})
          dw = Conv[strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1], groups=4, activation=NONE](dense, dw.w: f32[4,1,3,3] {seed 3}, dw.b: f32[4] {seed 4})
          pairs = Conv[strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=2, activation=NONE](dw, pairs.w: f32[6,2,3,3] {seed 5}, pairs.b: f32[6] {seed 6})
          flat = Flatten(pairs)
          fc = Gemm[activation=NONE](flat, fc.w: f32[4,936] {seed 7}, fc.b: f32[4] {seed 8})
          output fc
          """,
          Ops::fromText);

  private static final List<String> WEIGHTED = List.of("dense", "dw", "pairs", "fc");

  private static final QuantPlan INT8 = Plans.int8(GRAPH);

  private final TargetPlan plan = TargetPlan.of(GRAPH, INT8, Target.ORT_X86);
  private final Quantization nearest =
      Quantizer.resolve(
          plan,
          plan.rangesNeeded().stream().collect(Collectors.toMap(v -> v, v -> new Range(-8, 8))));

  private Quantization adapted(int threads) {
    try (FaceLoader images = SampleFaces.some(32)) {
      ImageSample sample = ImageSample.of(images, threads, "test");
      return AdaptiveRounding.apply(
          plan, nearest, new AdaptiveRounding(plan, sample).run(nearest, Progress.silent()));
    }
  }

  @Test
  void changesTheOutputOfEveryLayerLess() {
    Quantization adapted = adapted(1);
    try (FaceLoader images = SampleFaces.last(6)) {
      ImageSample sample = ImageSample.of(images, 1, "test");
      for (String n : List.of("dense", "dw", "pairs")) {
        assertThat(noise(sample, n, adapted)).as(n).isLessThan(0.9 * noise(sample, n, nearest));
      }
      assertThat(noise(sample, "fc", adapted))
          .as("has far fewer samples than weights")
          .isLessThan(1.03 * noise(sample, "fc", nearest));
    }
  }

  @Test
  void keepsEveryCodeAStepOrTwoFromItsWeight() {
    Quantization adapted = adapted(1);
    for (String name : WEIGHTED) {
      QuantizedWeights w = weights(adapted, name);
      float[] exact = GRAPH.node(name).orElseThrow().input(1).data().toFloats();
      float[] rounded = w.dequantized().toFloats();
      int perRow = exact.length / w.scales().size();
      for (int i = 0; i < exact.length; i++) {
        assertThat(Math.abs(rounded[i] - exact[i])).isLessThan(25 * w.scales().get(i / perRow));
      }
    }
  }

  @Test
  void scalesTheBiasesAlong() {
    Quantization adapted = adapted(1);
    for (String name : WEIGHTED) {
      QuantizedWeights w = weights(adapted, name);
      Node n = plan.graph().node(name).orElseThrow();
      double inputScale = adapted.activation(n.input(0).name()).scale();
      for (int c = 0; c < w.scales().size(); c++) {
        double step = inputScale * w.scales().get(c);
        double bias = Objects.requireNonNull(w.bias()).doubleAt(c) * step;
        assertThat(Math.abs(bias - n.input(2).data().doubleAt(c))).isLessThan(0.51 * step);
      }
    }
  }

  @Test
  void doesNotDependOnThreads() {
    Quantization one = adapted(1);
    Quantization three = adapted(3);
    for (String name : WEIGHTED) {
      assertThat(weights(three, name).scales()).isEqualTo(weights(one, name).scales());
      assertThat(weights(three, name).codes().toFloats())
          .containsExactly(weights(one, name).codes().toFloats());
    }
  }

  private static QuantizedWeights weights(Quantization q, String node) {
    return Objects.requireNonNull(q.weights().get(node));
  }

  /** The variance, over images and positions, of what rounding the weights of one node changes. */
  private static double noise(ImageSample sample, String name, Quantization q) {
    Graph graph = GRAPH.copy();
    Node n = graph.node(name).orElseThrow();
    Value weight = graph.constant("rounded", weights(q, name).dequantized());
    graph.append("other", n.op(), List.of(n.input(0), weight, n.input(2)));
    List<double[]> rows =
        sample.map(
            graph,
            Quantization.NONE,
            List.of(name, "other"),
            shown -> differences(shown, name, n.output().type().shape().size(1)));
    int channels = rows.get(0).length / 3;
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      double count = 0;
      double first = 0;
      double second = 0;
      for (double[] row : rows) {
        count += row[3 * c];
        first += row[3 * c + 1];
        second += row[3 * c + 2];
      }
      sum += second / count - first / count * (first / count);
    }
    return sum;
  }

  /** Count, sum and sum of squares, by channel. */
  private static double[] differences(Map<String, FloatBuffer> shown, String name, int channels) {
    FloatBuffer a = Objects.requireNonNull(shown.get(name)).duplicate();
    FloatBuffer b = Objects.requireNonNull(shown.get("other")).duplicate();
    double[] sums = new double[3 * channels];
    int perChannel = a.remaining() / channels;
    List<Double> all = new ArrayList<>();
    while (a.hasRemaining()) {
      all.add((double) a.get() - b.get());
    }
    for (int i = 0; i < all.size(); i++) {
      int c = i / perChannel;
      sums[3 * c]++;
      sums[3 * c + 1] += all.get(i);
      sums[3 * c + 2] += all.get(i) * all.get(i);
    }
    return sums;
  }
}
