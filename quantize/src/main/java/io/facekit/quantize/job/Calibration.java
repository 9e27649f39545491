package io.facekit.quantize.job;

import io.facekit.core.Facekit;
import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.Calibrator;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.choose.AutoRanges;
import io.facekit.quantize.correct.AdaptiveRounding;
import io.facekit.quantize.correct.BiasCorrection;
import io.facekit.quantize.equalize.Equalization;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.Quantizer;
import io.facekit.quantize.plan.SharedRanges;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.quantize.recipe.Methods;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.face.Skipped;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * What the calibration images decide.
 *
 * @param exact the float graph of each target
 * @param targets the graph of each target as it is quantized: equalized
 * @param ranges of activations
 * @param quantizations of the targets, in their order
 * @param skipped images that could not be used
 */
record Calibration(
    List<TargetPlan> exact,
    List<TargetPlan> targets,
    Map<String, Range> ranges,
    List<Quantization> quantizations,
    List<Skipped> skipped) {
  /** Enough for stable means and covariances; they are kept in memory. */
  private static final int CORRECTION_IMAGES = 128;

  private static final int CHOICE_IMAGES = 32;

  static Calibration run(
      Graph canonical,
      QuantPlan plan,
      Recipe recipe,
      FaceSet images,
      int threads,
      Progress progress) {
    return new Run(plan, recipe, images, threads, progress).run(canonical);
  }

  /** What is done to a quantization with something that was found. */
  private interface Application<F> {
    Quantization apply(TargetPlan target, Quantization quantization, F found);
  }

  private record Run(
      QuantPlan plan, Recipe recipe, FaceSet images, int threads, Progress progress) {

    Calibration run(Graph canonical) {
      List<TargetPlan> exact = targets(canonical);
      Graph graph = recipe.methods().equalization() ? equalize(canonical, exact) : canonical;
      List<TargetPlan> targets = targets(graph);
      List<List<String>> together =
          recipe.methods().sharedScales() ? SharedRanges.groups(graph) : List.of();
      Calibrator calibrator =
          new Calibrator(targets, together, recipe.methods().ranges(), Facekit.VERSION);
      progress.stage("calibrate", images.size());
      try (FaceLoader loader = loader(images)) {
        Map<String, Range> ranges =
            recipe.methods().ranges() instanceof RangeMethod.Auto
                ? choose(graph, targets.get(0), together, calibrator, loader)
                : shared(graph, calibrator.calibrate(loader, threads, progress));
        List<Skipped> skipped = loader.skipped();
        skipped.forEach(s -> progress.warning("skipped " + s.name() + ": " + s.reason()));
        return new Calibration(
            exact, targets, ranges, quantizations(targets, ranges), List.copyOf(skipped));
      }
    }

    private Map<String, Range> shared(Graph graph, Map<String, Range> ranges) {
      return recipe.methods().sharedScales() ? SharedRanges.of(graph, ranges) : ranges;
    }

    private Map<String, Range> choose(
        Graph graph,
        TargetPlan target,
        List<List<String>> together,
        Calibrator calibrator,
        FaceLoader all) {
      List<Map<String, Range>> candidates =
          calibrator.candidates(RangeMethod.Auto.CANDIDATES, all, threads, progress).stream()
              .map(ranges -> shared(graph, ranges))
              .toList();
      try (FaceLoader loader = loader(images.sample(CHOICE_IMAGES))) {
        ImageSample sample = ImageSample.of(loader, threads, Facekit.VERSION);
        return new AutoRanges(target, together, sample).choose(candidates, progress);
      }
    }

    private List<TargetPlan> targets(Graph graph) {
      return recipe.targets().stream().map(t -> TargetPlan.of(graph, plan, t)).toList();
    }

    private Graph equalize(Graph canonical, List<TargetPlan> exact) {
      Set<String> quantized = new LinkedHashSet<>();
      exact.forEach(t -> quantized.addAll(t.rangesNeeded()));
      if (quantized.isEmpty()) {
        return canonical;
      }
      progress.stage("equalize", images.size());
      try (FaceLoader loader = loader(images)) {
        return new Equalization(canonical, quantized, recipe.methods().sharedScales())
            .run(loader, threads, Facekit.VERSION, progress);
      }
    }

    /**
     * Targets with the same arithmetic get the weights and biases that the first of them needs, so
     * that they stay alike.
     */
    private List<Quantization> quantizations(List<TargetPlan> targets, Map<String, Range> ranges) {
      List<Quantization> rounded = targets.stream().map(t -> Quantizer.resolve(t, ranges)).toList();
      boolean isFloat =
          rounded.stream().noneMatch(q -> q.precisions().containsValue(Precision.INT8));
      Methods methods = recipe.methods();
      if (isFloat || !(methods.adaptiveRounding() || methods.biasCorrection())) {
        return rounded;
      }
      try (FaceLoader loader = loader(images.sample(CORRECTION_IMAGES))) {
        ImageSample sample = ImageSample.of(loader, threads, Facekit.VERSION);
        List<Quantization> adapted =
            methods.adaptiveRounding() ? adapted(targets, rounded, sample) : rounded;
        return methods.biasCorrection() ? corrected(targets, adapted, sample) : adapted;
      }
    }

    /** Chosen codes may saturate where sums of two are cut off; there the nearest ones stay. */
    private List<Quantization> adapted(
        List<TargetPlan> targets, List<Quantization> nearest, ImageSample sample) {
      return alike(
          targets,
          nearest,
          (t, q) ->
              t.target().arithmetic() == Target.Arithmetic.AFFINE_IN_INT16
                  ? Map.of()
                  : new AdaptiveRounding(t, sample).run(q, progress),
          AdaptiveRounding::apply);
    }

    private List<Quantization> corrected(
        List<TargetPlan> targets, List<Quantization> rounded, ImageSample sample) {
      return alike(
          targets,
          rounded,
          (t, q) -> new BiasCorrection(t, sample).run(q, progress),
          BiasCorrection::apply);
    }

    /** Applies to every target what was found for the first one of its arithmetic. */
    private static <F> List<Quantization> alike(
        List<TargetPlan> targets,
        List<Quantization> before,
        BiFunction<TargetPlan, Quantization, F> find,
        Application<F> application) {
      Map<Target.Arithmetic, F> found = new EnumMap<>(Target.Arithmetic.class);
      List<Quantization> after = new ArrayList<>();
      for (int i = 0; i < targets.size(); i++) {
        TargetPlan t = targets.get(i);
        Quantization q = before.get(i);
        if (!q.precisions().containsValue(Precision.INT8)) {
          after.add(q);
          continue;
        }
        F own = found.computeIfAbsent(t.target().arithmetic(), a -> find.apply(t, q));
        after.add(application.apply(t, q, own));
      }
      return after;
    }

    private FaceLoader loader(FaceSet set) {
      return new FaceLoader(set, recipe.contract(), 1);
    }
  }
}
