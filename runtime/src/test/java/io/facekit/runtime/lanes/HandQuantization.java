package io.facekit.runtime.lanes;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Gemm;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The plainest INT8 plan of a graph: ranges as seen, weights symmetric per output channel. */
final class HandQuantization {
  private final Map<String, Array> seen;
  private final Map<String, QuantParams> activations = new HashMap<>();
  private final Map<String, QuantizedWeights> weights = new HashMap<>();
  private final Map<String, Precision> precisions = new HashMap<>();

  private HandQuantization(Map<String, Array> seen) {
    this.seen = seen;
  }

  /** All nodes in one precision without integers. */
  static Quantization all(Graph graph, Precision precision) {
    Map<String, Precision> precisions = new HashMap<>();
    graph.nodes().forEach(n -> precisions.put(n.name(), precision));
    return new Quantization(precisions, Map.of(), Map.of());
  }

  /** Every Conv and Gemm with int8 weights, and everything in float. */
  static Quantization int8Weights(Graph graph) {
    Map<String, Precision> precisions = new HashMap<>();
    Map<String, QuantizedWeights> weights = new HashMap<>();
    for (Node n : graph.nodes()) {
      if (Ops.rule(n) instanceof QuantRule.Weighted) {
        precisions.put(n.name(), Precision.INT8_WEIGHTS);
        weights.put(n.name(), weights(n, 1));
      }
    }
    return new Quantization(precisions, Map.of(), weights);
  }

  /**
   * @param seen values to take ranges from
   * @param floats nodes that stay in float32
   * @param floatGemm whether a Gemm writes float, as in ONNX Runtime
   */
  static Quantization int8(
      Graph graph, Map<String, Array> seen, Set<String> floats, boolean floatGemm) {
    HandQuantization q = new HandQuantization(seen);
    for (Node n : graph.nodes()) {
      if (!floats.contains(n.name())) {
        q.node(n, floatGemm && n.op() instanceof Gemm);
      }
    }
    return new Quantization(q.precisions, q.activations, q.weights);
  }

  private void node(Node n, boolean floatOutput) {
    precisions.put(n.name(), Precision.INT8);
    n.inputs().stream().filter(v -> !v.isConstant()).forEach(this::params);
    QuantParams input = params(n.input(0));
    if (Ops.rule(n) instanceof QuantRule.SameScale) {
      activations.put(n.output().name(), input);
    } else if (Ops.rule(n) instanceof QuantRule.FixedOutput fixed) {
      activations.put(n.output().name(), fixed.output());
    } else if (!floatOutput) {
      params(n.output());
    }
    if (Ops.rule(n) instanceof QuantRule.Weighted) {
      weights.put(n.name(), weights(n, input.scale()));
    }
  }

  private QuantParams params(Value v) {
    return activations.computeIfAbsent(
        v.name(),
        name -> {
          Array values = Objects.requireNonNull(seen.get(name));
          return QuantParams.ofRange((float) values.min(), (float) values.max());
        });
  }

  private static QuantizedWeights weights(Node n, float inputScale) {
    TensorData weight = n.input(1).data();
    int channels = weight.shape().size(0);
    int perChannel = weight.elements() / channels;
    byte[] codes = new byte[weight.elements()];
    int[] bias = new int[channels];
    List<Float> scales = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      double max = 0;
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        max = Math.max(max, Math.abs(weight.doubleAt(i)));
      }
      float scale = (float) (max / 127);
      scales.add(scale);
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        codes[i] = (byte) Math.rint(weight.doubleAt(i) / scale);
      }
      if (n.inputs().size() > 2) {
        bias[c] = (int) Math.rint(n.input(2).data().doubleAt(c) / ((double) inputScale * scale));
      }
    }
    return new QuantizedWeights(
        TensorData.of(codes, weight.shape().at(1)),
        scales,
        n.inputs().size() > 2 ? TensorData.of(bias, channels) : null);
  }
}
