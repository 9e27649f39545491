package io.facekit.quantize.choose;

import io.facekit.core.ir.Node;
import io.facekit.core.op.Ops;
import io.facekit.core.pass.LowerPRelu;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.QuantRule;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.drift.Cosine;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.TargetPlan;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Chooses between several ranges of each value by the error that they cause at the embedding: 1
 * minus the mean cosine to the exact one on a few images, with nothing rounded but the values that
 * share this range. The first candidate stays unless another is clearly better, and where the error
 * is a negligible part of all errors (the loss at the output instead of at the tensor, as in
 * Nahshan et al., "Loss Aware Post-training Quantization", 2020).
 */
public final class AutoRanges {
  /** A better candidate has at most this share of the first one's error. */
  private static final double BETTER = 0.95;

  /** Part of the sum of all errors below which nothing is searched. */
  private static final double NEGLIGIBLE = 0.003;

  /** Variants of one graph: each holds another copy of the weights behind its values. */
  private static final int VARIANTS = 12;

  private final TargetPlan plan;
  private final ImageSample images;
  private final List<Set<String>> groups;

  /** The range of one candidate for one group. */
  private record Trial(int group, int candidate, Map<String, QuantParams> rounded) {}

  /**
   * @param shared values that have one range together
   */
  public AutoRanges(TargetPlan plan, List<List<String>> shared, ImageSample images) {
    this.plan = plan;
    this.images = images;
    this.groups = groups(shared);
  }

  /**
   * @param candidates ranges of all values; the first is the one to start from
   */
  public Map<String, Range> choose(List<Map<String, Range>> candidates, Progress progress) {
    progress.stage("choose ranges", 2);
    Set<String> rounded = rounded();
    List<Trial> first = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      first.add(trial(g, 0, candidates.get(0), rounded));
    }
    double[] least = errors(first);
    double negligible = 0;
    for (double e : least) {
      negligible += e * NEGLIGIBLE;
    }
    progress.step();
    List<Trial> others = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      Set<Map<String, QuantParams>> tried = new LinkedHashSet<>();
      tried.add(first.get(g).rounded());
      for (int c = 1; c < candidates.size(); c++) {
        Trial t = trial(g, c, candidates.get(c), rounded);
        if (least[g] > negligible && tried.add(t.rounded())) {
          others.add(t);
        }
      }
    }
    double[] errors = errors(others);
    for (int g = 0; g < least.length; g++) {
      least[g] *= BETTER;
    }
    Map<String, Range> chosen = new LinkedHashMap<>(candidates.get(0));
    for (int i = 0; i < errors.length; i++) {
      Trial t = others.get(i);
      if (errors[i] < least[t.group()]) {
        least[t.group()] = errors[i];
        Map<String, Range> ranges = candidates.get(t.candidate());
        for (String value : groups.get(t.group())) {
          chosen.computeIfPresent(value, (v, old) -> Objects.requireNonNull(ranges.get(v)));
        }
      }
    }
    progress.step();
    return chosen;
  }

  /** Values that a range rounds: not those that take over the codes of another value. */
  private Set<String> rounded() {
    Set<String> names = new LinkedHashSet<>(plan.rangesNeeded());
    for (Node n : plan.graph().nodes()) {
      QuantRule rule = Ops.rule(n);
      if (plan.isInt8(n)
          && (rule instanceof QuantRule.SameScale || rule instanceof QuantRule.FixedOutput)) {
        names.remove(n.output().name());
      }
    }
    return names;
  }

  /** Every value that needs a range is in one group. */
  private List<Set<String>> groups(List<List<String>> shared) {
    Map<String, Set<String>> groupOf = new LinkedHashMap<>();
    for (List<String> together : shared) {
      Set<String> group = new LinkedHashSet<>(together);
      together.forEach(v -> group.add(LowerPRelu.branch(v)));
      group.forEach(v -> groupOf.put(v, group));
    }
    Set<Set<String>> all = new LinkedHashSet<>();
    for (String v : plan.rangesNeeded()) {
      all.add(groupOf.getOrDefault(v, Set.of(v)));
    }
    return List.copyOf(all);
  }

  private Trial trial(int group, int candidate, Map<String, Range> ranges, Set<String> rounded) {
    Map<String, QuantParams> params = new LinkedHashMap<>();
    for (String v : groups.get(group)) {
      if (rounded.contains(v)) {
        Range range = Objects.requireNonNull(ranges.get(v));
        params.put(v, QuantParams.ofRange(range.min(), range.max()));
      }
    }
    return new Trial(group, candidate, params);
  }

  private double[] errors(List<Trial> trials) {
    double[] errors = new double[trials.size()];
    for (int from = 0; from < trials.size(); from += VARIANTS) {
      List<Trial> some = trials.subList(from, Math.min(trials.size(), from + VARIANTS));
      RoundedVariants variants = new RoundedVariants(plan.graph());
      some.forEach(t -> variants.add(t.rounded()));
      List<String> outputs = variants.outputs();
      List<String> distinct = outputs.stream().distinct().toList();
      List<double[]> byImage =
          images.map(
              variants.graph(), variants.quantization(), distinct, shown -> errors(outputs, shown));
      for (double[] image : byImage) {
        for (int i = 0; i < image.length; i++) {
          errors[from + i] += image[i] / byImage.size();
        }
      }
    }
    return errors;
  }

  private static double[] errors(List<String> outputs, Map<String, FloatBuffer> shown) {
    float[] exact = floats(shown, outputs.get(0));
    return outputs.stream()
        .skip(1)
        .mapToDouble(v -> 1 - Cosine.of(exact, floats(shown, v)))
        .toArray();
  }

  private static float[] floats(Map<String, FloatBuffer> shown, String value) {
    FloatBuffer data = Objects.requireNonNull(shown.get(value)).duplicate();
    float[] copy = new float[data.remaining()];
    data.get(copy);
    return copy;
  }
}
