package io.facekit.quantize.correct;

import io.facekit.core.ir.Node;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.tensor.TensorData;
import io.facekit.quantize.Progress;
import io.facekit.quantize.calibrate.ImageSample;
import io.facekit.quantize.plan.TargetPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Rounds each weight up or down so that the output of its layer changes least. The error of a row
 * {@code e} of weights costs {@code e^T C e} at the output, where C is the covariance of the row's
 * inputs; it is minimized over the integers by coordinate descent from the nearest ones, for a few
 * scales, and the best is taken (the layer-wise objective of Nagel et al., "Up or Down? Adaptive
 * Rounding for Post-Training Quantization", 2020, equation 12, solved without gradients as in
 * Frantar and Alistarh, "Optimal Brain Compression", 2022).
 */
public final class AdaptiveRounding {
  private static final double[] SHRINK = {0.98, 0.96, 0.94, 0.92, 0.9, 0.87, 0.84};

  /** Moments that are held at a time, in each of the sums of {@link ImageSample#fold}. */
  private static final long MAX_BYTES = 48L << 20;

  private final TargetPlan plan;
  private final ImageSample images;

  /** Codes and scales of one weight. */
  public record Rounded(TensorData codes, List<Float> scales) {}

  public AdaptiveRounding(TargetPlan plan, ImageSample images) {
    this.plan = plan;
    this.images = images;
  }

  /** The weights by node; rows of more than 1,152 weights stay as they are. */
  public Map<String, Rounded> run(Quantization quantization, Progress progress) {
    List<Node> nodes =
        plan.graph().nodes().stream()
            .filter(n -> plan.isInt8(n) && Ops.rule(n) instanceof QuantRule.Weighted)
            .filter(InputMoments::canHold)
            .toList();
    progress.stage("round weights", nodes.size());
    Map<String, Rounded> rounded = new LinkedHashMap<>();
    for (int from = 0, to; from < nodes.size(); from = to) {
      to = from + 1;
      long bytes = InputMoments.sizeBytes(nodes.get(from));
      while (to < nodes.size()) {
        bytes += InputMoments.sizeBytes(nodes.get(to));
        if (bytes > MAX_BYTES) {
          break;
        }
        to++;
      }
      List<Node> some = nodes.subList(from, to);
      Map<String, InputMoments> moments = moments(some);
      for (Node n : some) {
        QuantizedWeights nearest = Objects.requireNonNull(quantization.weights().get(n.name()));
        rounded.put(n.name(), round(n, nearest, Objects.requireNonNull(moments.get(n.name()))));
        progress.step();
      }
    }
    return rounded;
  }

  /**
   * @param rounded by node; nodes that are not INT8 in this plan or have weights of another shape
   *     are left out
   */
  public static Quantization apply(
      TargetPlan plan, Quantization quantization, Map<String, Rounded> rounded) {
    Map<String, QuantizedWeights> all = new LinkedHashMap<>();
    for (Node n : plan.graph().nodes()) {
      QuantizedWeights w = quantization.weights().get(n.name());
      Rounded r = rounded.get(n.name());
      if (w != null && r != null && w.codes().shape().equals(r.codes().shape())) {
        all.put(
            n.name(),
            new QuantizedWeights(
                r.codes(), r.scales(), w.bias() == null ? null : bias(n, quantization, r)));
      }
    }
    return quantization.withWeights(all);
  }

  private static TensorData bias(Node n, Quantization quantization, Rounded rounded) {
    TensorData bias = n.input(2).data();
    double inputScale = quantization.activation(n.input(0).name()).scale();
    int[] codes = new int[bias.elements()];
    for (int c = 0; c < codes.length; c++) {
      codes[c] =
          Math.toIntExact(Math.round(bias.doubleAt(c) / (inputScale * rounded.scales().get(c))));
    }
    return TensorData.of(codes, codes.length);
  }

  private Map<String, InputMoments> moments(List<Node> nodes) {
    List<String> values = nodes.stream().map(n -> n.input(0).name()).distinct().toList();
    return images
        .fold(
            plan.graph(),
            Quantization.NONE,
            values,
            () -> nodes.stream().collect(Collectors.toMap(Node::name, InputMoments::of)),
            (all, shown) ->
                nodes.forEach(
                    n ->
                        Objects.requireNonNull(all.get(n.name()))
                            .add(Objects.requireNonNull(shown.get(n.input(0).name())))))
        .stream()
        .reduce(
            (a, b) -> {
              a.forEach((name, m) -> m.merge(Objects.requireNonNull(b.get(name))));
              return a;
            })
        .orElseThrow();
  }

  private static Rounded round(Node n, QuantizedWeights nearest, InputMoments moments) {
    float[] w = n.input(1).data().toFloats();
    int rows = nearest.scales().size();
    int width = w.length / rows;
    int groups = n.op() instanceof Conv c ? c.groups() : 1;
    byte[] codes = new byte[w.length];
    List<Float> scales = new ArrayList<>(rows);
    double[] covariance = {};
    for (int row = 0; row < rows; row++) {
      int perGroup = rows / groups;
      if (row % perGroup == 0) {
        covariance = moments.covariance(row / perGroup);
      }
      float[] weights = Arrays.copyOfRange(w, row * width, (row + 1) * width);
      double scale = nearest.scales().get(row);
      RowRounding best = new RowRounding(weights, covariance, scale);
      float bestScale = (float) scale;
      for (double shrink : SHRINK) {
        float tried = (float) (scale * shrink);
        RowRounding r = new RowRounding(weights, covariance, tried);
        if (r.cost() < best.cost()) {
          best = r;
          bestScale = tried;
        }
      }
      scales.add(bestScale);
      for (int i = 0; i < width; i++) {
        codes[row * width + i] = (byte) best.code(i);
      }
    }
    return new Rounded(TensorData.of(codes, n.input(1).type().shape().at(1)), scales);
  }
}
