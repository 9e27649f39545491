package io.facekit.quantize.correct;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Activation;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Gemm;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.tensor.TensorData;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.plan.TargetPlan;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Moves the biases of INT8 nodes so that the mean of each output channel, before its activation, is
 * what it is in float. The nodes are corrected in the order of the graph, each with all earlier
 * ones quantized and corrected (Nagel et al., "Data-Free Quantization Through Weight Equalization
 * and Bias Correction", 2019, section 4.2 and appendix D, with real images).
 */
public final class BiasCorrection {
  private static final String LINEAR = "~linear";

  private final TargetPlan plan;
  private final ImageSample images;

  /**
   * @param images some of those of the calibration
   */
  public BiasCorrection(TargetPlan plan, ImageSample images) {
    this.plan = plan;
    this.images = images;
  }

  /**
   * What to add to the biases, by node.
   *
   * @param quantization of the plan, with biases not yet corrected
   */
  public Map<String, float[]> run(Quantization quantization, Progress progress) {
    List<Node> nodes =
        plan.graph().nodes().stream()
            .filter(n -> plan.isInt8(n) && Ops.rule(n) instanceof QuantRule.Weighted)
            .filter(n -> n.inputs().size() > 2)
            .toList();
    progress.stage("correct biases", nodes.size());
    Map<String, double[]> exact = exact(nodes);
    Map<String, float[]> shifts = new LinkedHashMap<>();
    Quantization corrected = quantization;
    for (Node n : nodes) {
      double[] rounded = rounded(n, corrected);
      double[] wanted = Objects.requireNonNull(exact.get(n.name()));
      float[] shift = new float[wanted.length];
      for (int c = 0; c < shift.length; c++) {
        shift[c] = (float) (wanted[c] - rounded[c]);
      }
      shifts.put(n.name(), shift);
      corrected = apply(plan, corrected, Map.of(n.name(), shift));
      progress.step();
    }
    return shifts;
  }

  /**
   * @param shifts by node; nodes that are not INT8 in this plan are left out, and channels whose
   *     bias would not fit stay as they are
   */
  public static Quantization apply(
      TargetPlan plan, Quantization quantization, Map<String, float[]> shifts) {
    Map<String, QuantizedWeights> moved = new LinkedHashMap<>();
    for (Node n : plan.graph().nodes()) {
      QuantizedWeights w = quantization.weights().get(n.name());
      float[] shift = shifts.get(n.name());
      if (w != null && w.bias() != null && shift != null) {
        double inputScale = quantization.activation(n.input(0).name()).scale();
        int[] codes = new int[shift.length];
        for (int c = 0; c < codes.length; c++) {
          double before = w.bias().doubleAt(c);
          double after = before + Math.rint(shift[c] / (inputScale * w.scales().get(c)));
          codes[c] = (int) (Math.abs(after) <= QuantizedWeights.MAX_BIAS ? after : before);
        }
        moved.put(
            n.name(),
            new QuantizedWeights(w.codes(), w.scales(), TensorData.of(codes, codes.length)));
      }
    }
    return quantization.withWeights(moved);
  }

  private Map<String, double[]> exact(List<Node> nodes) {
    Graph graph = plan.graph().copy();
    List<String> values = new ArrayList<>();
    for (Node n : nodes) {
      Node own = graph.node(n.name()).orElseThrow();
      values.add(graph.append(n.name() + LINEAR, linear(own.op()), own.inputs()).name());
    }
    Map<String, double[]> means = means(graph, Quantization.NONE, values);
    Map<String, double[]> byNode = new LinkedHashMap<>();
    nodes.forEach(n -> byNode.put(n.name(), Objects.requireNonNull(means.get(n.name() + LINEAR))));
    return byNode;
  }

  /** With everything before the node quantized, and its own weights rounded. */
  private double[] rounded(Node n, Quantization quantization) {
    Graph graph = plan.graph().copy();
    Node own = graph.node(n.name()).orElseThrow();
    QuantizedWeights w = Objects.requireNonNull(quantization.weights().get(n.name()));
    Value weight = graph.constant(n.name() + LINEAR + ".weight", w.dequantized());
    Value bias = graph.constant(n.name() + LINEAR + ".bias", own.input(2).data());
    Value linear =
        graph.append(n.name() + LINEAR, linear(own.op()), List.of(own.input(0), weight, bias));
    return Objects.requireNonNull(
        means(graph.copyFor(List.of(linear)), quantization, List.of(linear.name()))
            .get(linear.name()));
  }

  private static Op linear(Op op) {
    return op instanceof Conv c
        ? c.withActivation(Activation.NONE)
        : ((Gemm) op).withActivation(Activation.NONE);
  }

  /** By value and channel. Summed in the order of the images, so the threads change nothing. */
  private Map<String, double[]> means(Graph graph, Quantization quantization, List<String> values) {
    Map<String, Integer> channels = new LinkedHashMap<>();
    values.forEach(
        v -> channels.put(v, graph.node(v).orElseThrow().output().type().shape().size(1)));
    Map<String, double[]> sums = new LinkedHashMap<>();
    List<Map<String, double[]>> all =
        images.map(
            graph,
            quantization,
            values,
            shown -> {
              Map<String, double[]> means = new LinkedHashMap<>();
              channels.forEach(
                  (v, c) -> means.put(v, means(Objects.requireNonNull(shown.get(v)), c)));
              return means;
            });
    for (Map<String, double[]> image : all) {
      image.forEach(
          (v, means) -> {
            double[] sum = sums.computeIfAbsent(v, k -> new double[means.length]);
            for (int c = 0; c < sum.length; c++) {
              sum[c] += means[c] / all.size();
            }
          });
    }
    return sums;
  }

  private static double[] means(FloatBuffer data, int channels) {
    FloatBuffer source = data.duplicate();
    double[] means = new double[channels];
    float[] map = new float[source.remaining() / channels];
    for (int c = 0; c < channels; c++) {
      source.get(map);
      double sum = 0;
      for (float v : map) {
        sum += v;
      }
      means[c] = sum / map.length;
    }
    return means;
  }
}
