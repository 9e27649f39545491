package io.facekit.quantize.search;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.drift.Cosine;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.LayerPlan;
import io.facekit.quantize.plan.QuantPlan;
import io.facekit.quantize.plan.Quantizer;
import io.facekit.quantize.plan.TargetPlan;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs a model under other plans than the one that it was calibrated for, and measures how far the
 * embeddings turn. Ranges, integer weights and corrected biases are those of the calibration; a
 * plan with fewer INT8 nodes needs no others. Drift is 1 minus the mean cosine over the images.
 */
public final class Trial {
  private static final double WORST = 2;

  private final QuantPlan int8;
  private final TargetPlan target;
  private final Map<String, Range> ranges;
  private final Quantization calibrated;
  private final ImageSample images;
  private final String output;
  private final List<float[]> exact;

  /**
   * @param int8 the plan that the calibration was made for, all INT8
   * @param target the same for one target
   * @param calibrated what became of it
   */
  public Trial(
      QuantPlan int8,
      TargetPlan target,
      Map<String, Range> ranges,
      Quantization calibrated,
      ImageSample images) {
    this.int8 = int8;
    this.target = target;
    this.ranges = ranges;
    this.calibrated = calibrated;
    this.images = images;
    this.output = target.graph().outputs().get(0).name();
    this.exact = embeddings(target.graph(), Quantization.NONE);
  }

  /** A model of the target, ready to be emitted. */
  public record Model(TargetPlan plan, Quantization quantization) {}

  /**
   * All INT8 except some layers.
   *
   * @param others what those are instead
   */
  public Model mixed(Map<String, Precision> others) {
    return model(others, Precision.INT8);
  }

  private Model model(Map<String, Precision> some, Precision rest) {
    List<LayerPlan> all =
        int8.layers().stream()
            .map(
                l ->
                    new LayerPlan(
                        l.layer(), l.type(), some.getOrDefault(l.layer(), rest), l.reason()))
            .toList();
    TargetPlan plan = target.replanned(new QuantPlan(all, List.of()));
    Map<String, QuantizedWeights> weights = new HashMap<>(calibrated.weights());
    weights.keySet().removeIf(name -> plan.precisions().get(name) != Precision.INT8);
    return new Model(plan, Quantizer.resolve(plan, ranges).withWeights(weights));
  }

  /** The drift of the model in which all but these layers are INT8. */
  public double ofMixed(Map<String, Precision> others) {
    Model m = mixed(others);
    return drift(exact, embeddings(m.plan().graph(), m.quantization()));
  }

  /** The drift of the float model in which only these layers are INT8. */
  double ofAlone(Set<String> layers) {
    Model m = model(as(Precision.INT8, layers), Precision.FP32);
    return drift(exact, embeddings(m.plan().graph(), m.quantization()));
  }

  /** The drift of the float model in which only the weights of these layers are rounded. */
  double ofWeights(Set<String> layers) {
    return drift(exact, embeddings(rounded(layers), Quantization.NONE));
  }

  /** What INT8 activations of these layers add to their rounded weights, all else in float. */
  double ofActivations(Set<String> layers) {
    Model m = model(as(Precision.INT8, layers), Precision.FP32);
    return drift(
        embeddings(rounded(layers), Quantization.NONE),
        embeddings(m.plan().graph(), m.quantization()));
  }

  private Graph rounded(Set<String> layers) {
    Graph graph = target.graph().copy();
    for (Node n : new ArrayList<>(graph.nodes())) {
      QuantizedWeights w = calibrated.weights().get(n.name());
      if (w != null
          && layers.contains(n.layer())
          && Ops.rule(n) instanceof QuantRule.Weighted rule) {
        List<Value> inputs = new ArrayList<>(n.inputs());
        inputs.set(rule.weightInput(), graph.constant(n, n.name() + "~rounded", w.dequantized()));
        graph.replaceNode(n, n.op(), inputs);
      }
    }
    return graph;
  }

  private List<float[]> embeddings(Graph graph, Quantization quantization) {
    return images.map(
        graph,
        quantization,
        List.of(output),
        shown -> {
          FloatBuffer data = Objects.requireNonNull(shown.get(output)).duplicate();
          float[] row = new float[data.remaining()];
          data.get(row);
          return row;
        });
  }

  private static double drift(List<float[]> expected, List<float[]> actual) {
    double sum = 0;
    for (int i = 0; i < expected.size(); i++) {
      sum += Cosine.of(expected.get(i), actual.get(i));
    }
    double drift = 1 - sum / expected.size();
    return Double.isFinite(drift) ? drift : WORST;
  }

  private static Map<String, Precision> as(Precision precision, Set<String> layers) {
    return layers.stream().collect(Collectors.toMap(l -> l, l -> precision));
  }

  /** The layers of several units. */
  static Set<String> layers(Iterable<Unit> units) {
    Set<String> layers = new LinkedHashSet<>();
    units.forEach(u -> layers.addAll(u.layers()));
    return layers;
  }
}
