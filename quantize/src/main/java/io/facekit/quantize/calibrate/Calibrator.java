package io.facekit.quantize.calibrate;

import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Quantization;
import io.facekit.quantize.Progress;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.plan.SharedRanges;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.runtime.face.FaceLoader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the range of every value that the targets quantize. */
public final class Calibrator {
  private final ImagePass pass;
  private final List<String> values;
  private final List<List<String>> together;
  private final RangeMethod method;

  /**
   * @param together values that will share a scale, as in {@link SharedRanges#groups}
   */
  public Calibrator(
      List<TargetPlan> plans,
      List<List<String>> together,
      RangeMethod method,
      String producerVersion) {
    Set<String> needed = new LinkedHashSet<>();
    plans.forEach(p -> needed.addAll(p.rangesNeeded()));
    Graph union = UnionGraph.of(plans.stream().map(TargetPlan::graph).toList());
    this.values = List.copyOf(needed);
    this.together = List.copyOf(together);
    this.method = method;
    this.pass = new ImagePass(union, Quantization.NONE, values, producerVersion);
  }

  /**
   * Reads all images of the loader.
   *
   * @param threads number of sessions; a moving average needs the images in order and uses one
   */
  public Map<String, Range> calibrate(FaceLoader images, int threads, Progress progress) {
    return observe(images, threads, progress).ranges(together, method);
  }

  /** What each of the methods chooses, in their order, from one look at all images. */
  public List<Map<String, Range>> candidates(
      List<RangeMethod.OfHistogram> methods, FaceLoader images, int threads, Progress progress) {
    Observations seen = observe(images, threads, progress);
    return methods.stream().map(m -> seen.ranges(together, m)).toList();
  }

  private Observations observe(FaceLoader images, int threads, Progress progress) {
    int sessions = method instanceof RangeMethod.BatchAverage ? 1 : threads;
    return pass.run(images, sessions, () -> new Observations(values, method), progress);
  }
}
