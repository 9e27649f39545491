package io.facekit.quantize.choose;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Target;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.Calibrator;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.calibrate.SampleFaces;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.plan.Plans;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.SharedRanges;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.runtime.face.FaceLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Through ONNX Runtime. Of the channels of {@code a} the embedding reads only the first, which is
 * small beside the others.
 */
class AutoRangesTest {
  private static final Graph GRAPH =
      GraphParser.parse(
          """
          input input: f32[batch,3,112,112]
          a = Conv[strides=[8, 8], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](input, a.w: f32[3,3,8,8] {seed 1 from -0.02 to 0.02}, a.b: f32[3] {0 5 -5})
          b = PRelu(a, b.slope: f32[3] {0.25 0.5 0.125})
          c = Conv[strides=[2, 2], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1, activation=NONE](b, c.w: f32[2,3,1,1] {1 0 0 -2 0 0}, c.b: f32[2] {0.1 0.2})
          flat = Flatten(c)
          d = Gemm[activation=NONE](flat, d.w: f32[4,98] {seed 7}, d.b: f32[4] {seed 8})
          output d
          """,
          Ops::fromText);

  private static final QuantPlan INT8 = Plans.int8(GRAPH);

  private final TargetPlan plan = TargetPlan.of(GRAPH, INT8, Target.ORT_X86);
  private final Map<String, Range> seen = candidates(List.of(new RangeMethod.MinMax())).get(0);

  private List<Map<String, Range>> candidates(List<RangeMethod.OfHistogram> methods) {
    Calibrator calibrator =
        new Calibrator(List.of(plan), List.of(), new RangeMethod.Auto(), "test");
    try (FaceLoader images = SampleFaces.some(16)) {
      return calibrator.candidates(methods, images, 1, Progress.silent()).stream()
          .map(ranges -> SharedRanges.of(GRAPH, ranges))
          .toList();
    }
  }

  private Map<String, Range> choose(List<Map<String, Range>> candidates, int threads) {
    try (FaceLoader images = SampleFaces.some(8)) {
      ImageSample sample = ImageSample.of(images, threads, "test");
      return new AutoRanges(plan, SharedRanges.groups(GRAPH), sample)
          .choose(candidates, Progress.silent());
    }
  }

  /** The ranges of everything around the PRelu, cut to a part. */
  private Map<String, Range> cut(float part) {
    Map<String, Range> ranges = new HashMap<>(seen);
    for (String v : List.of("a", "b", "b.neg")) {
      ranges.computeIfPresent(v, (name, r) -> new Range(r.min() * part, r.max() * part));
    }
    return ranges;
  }

  @Test
  void takesTheRangeThatIsBestForTheEmbeddingAndNotForTheTensor() {
    // All of the first channel is inside; most of the others is not.
    Map<String, Range> best = cut(0.3f);
    assertThat(choose(List.of(seen, best), 1)).isEqualTo(best);
    assertThat(choose(List.of(best, seen), 1)).isEqualTo(best);
  }

  @Test
  void leavesTheFirstWhereNothingIsClearlyBetter() {
    assertThat(choose(List.of(seen, cut(0.9999f)), 1)).isEqualTo(seen);
    assertThat(choose(List.of(seen), 1)).isEqualTo(seen);
  }

  @Test
  void decidesForEachGroupByItself() {
    Map<String, Range> mixed = new HashMap<>(cut(0.3f));
    Range c = Objects.requireNonNull(seen.get("c"));
    mixed.put("c", new Range(c.min() / 20, c.max() / 20));
    Map<String, Range> chosen = choose(List.of(seen, mixed), 1);
    assertThat(chosen).isEqualTo(cut(0.3f));
  }

  @Test
  void choosesBetweenAllMethodsTheSameWithAnyThreads() {
    List<Map<String, Range>> candidates = candidates(RangeMethod.Auto.CANDIDATES);
    Map<String, Range> chosen = choose(candidates, 1);
    assertThat(choose(candidates, 3)).isEqualTo(chosen);
    assertThat(chosen.keySet()).isEqualTo(plan.rangesNeeded());
  }
}
