package io.facekit.quantize.correct;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.Calibrator;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.calibrate.SampleFaces;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.plan.Plans;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.Quantizer;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.runtime.face.FaceLoader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Through ONNX Runtime, on weights so small beside an outlier that rounding drops most of them. */
class BiasCorrectionTest {
  private static final Graph GRAPH =
      GraphParser.parse(
          """
          input input: f32[batch,3,112,112]
          a = Conv[strides=[8, 8], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=RELU](input, a.w: f32[8,3,8,8] {seed 1}, a.b: f32[8] {seed 2 from 1 to 4})
          b = Conv[strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], groups=8, activation=RELU6](a, b.w: f32[8,1,3,3] {seed 3}, b.b: f32[8] {seed 4})
          c = Conv[strides=[2, 2], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](b, c.w: f32[4,8,1,1] {1000 3 -3 2 3 3 3 2 500 1 1 -1 1 1 1 1 700 2 2 2 2 2 -2 2 900 3 3 3 3 3 3 -3}, c.b: f32[4] {seed 6})
          flat = Flatten(c)
          d = Gemm[activation=NONE](flat, d.w: f32[4,196] {seed 7}, d.b: f32[4] {seed 8})
          output d
          """,
          Ops::fromText);

  private static final QuantPlan INT8 = Plans.int8(GRAPH);

  private final TargetPlan plan = TargetPlan.of(GRAPH, INT8, Target.ORT_X86);
  private final Quantization plain = Quantizer.resolve(plan, ranges());

  private Map<String, Range> ranges() {
    Calibrator calibrator =
        new Calibrator(List.of(plan), List.of(), new RangeMethod.MinMax(), "test");
    try (FaceLoader images = SampleFaces.some(16)) {
      return calibrator.calibrate(images, 1, Progress.silent());
    }
  }

  private Map<String, float[]> shifts(int threads) {
    try (FaceLoader images = SampleFaces.some(16)) {
      ImageSample sample = ImageSample.of(images, threads, "test");
      return new BiasCorrection(plan, sample).run(plain, Progress.silent());
    }
  }

  @Test
  void bringsTheMeanEmbeddingBack() {
    Quantization corrected = BiasCorrection.apply(plan, plain, shifts(1));
    try (FaceLoader images = SampleFaces.some(16)) {
      ImageSample sample = ImageSample.of(images, 1, "test");
      float[] exact = meanEmbedding(sample, Quantization.NONE);
      double before = distance(exact, meanEmbedding(sample, plain));
      double after = distance(exact, meanEmbedding(sample, corrected));
      assertThat(after).isLessThan(before / 10);
    }
  }

  @Test
  void correctsEveryWeightedNode() {
    assertThat(shifts(1).keySet()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void doesNotDependOnThreads() {
    Map<String, float[]> one = shifts(1);
    shifts(3).forEach((n, s) -> assertThat(s).as(n).containsExactly(one.get(n)));
  }

  @Test
  void leavesABiasThatWouldNotFit() {
    Map<String, float[]> huge = Map.of("c", new float[] {1e30f, -1e30f, Float.NaN, 0});
    Quantization same = BiasCorrection.apply(plan, plain, huge);
    assertThat(bias(same)).containsExactly(bias(plain));
  }

  private static float[] bias(Quantization q) {
    return Objects.requireNonNull(Objects.requireNonNull(q.weights().get("c")).bias()).toFloats();
  }

  @Test
  void skipsNodesThatAreNotInteger() {
    Map<String, float[]> unknown = Map.of("nobody", new float[] {1});
    assertThat(BiasCorrection.apply(plan, plain, unknown)).isEqualTo(plain);
  }

  private float[] meanEmbedding(ImageSample sample, Quantization q) {
    float[] mean = new float[4];
    sample
        .map(
            plan.graph(),
            q,
            List.of("d"),
            shown -> {
              float[] row = new float[4];
              Objects.requireNonNull(shown.get("d")).get(row);
              return row;
            })
        .forEach(
            row -> {
              for (int i = 0; i < 4; i++) {
                mean[i] += row[i] / 16;
              }
            });
    return mean;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
