package io.facekit.quantize.choose;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Reshape;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.Quantization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One float graph that computes its first output several times: exactly, and in variants in each of
 * which a few values are rounded to 8 bits. What lies before the rounded values is computed once.
 */
final class RoundedVariants {
  private final Graph graph;
  private final List<Node> nodes;
  private final List<Value> outputs = new ArrayList<>();
  private final Map<String, Precision> precisions = new HashMap<>();
  private final Map<String, QuantParams> activations = new HashMap<>();

  RoundedVariants(Graph exact) {
    graph = exact.copy();
    nodes = List.copyOf(graph.nodes());
    outputs.add(graph.outputs().get(0));
  }

  /**
   * @param rounded parameters of the values, by name
   */
  void add(Map<String, QuantParams> rounded) {
    String suffix = "~" + outputs.size();
    Map<Value, Value> moved = new LinkedHashMap<>();
    for (Value in : graph.inputs()) {
      QuantParams params = rounded.get(in.name());
      if (params != null) {
        moved.put(in, round(in, in.name() + suffix, params));
      }
    }
    for (Node n : nodes) {
      Value out = n.output();
      if (n.inputs().stream().anyMatch(moved::containsKey)) {
        List<Value> inputs = n.inputs().stream().map(v -> moved.getOrDefault(v, v)).toList();
        out = graph.append(n.name() + suffix, n.op(), inputs);
      }
      QuantParams params = rounded.get(n.name());
      if (params != null) {
        out = round(out, n.name() + suffix, params);
      }
      if (out != n.output()) {
        moved.put(n.output(), out);
      }
    }
    outputs.add(moved.getOrDefault(outputs.get(0), outputs.get(0)));
  }

  /** An INT8 node that changes nothing else, and reads a value that no other variant rounds. */
  private Value round(Value v, String name, QuantParams params) {
    Reshape same = new Reshape(v.type().shape());
    Value own = graph.append(name + "~float", same, List.of(v));
    Value rounded = graph.append(name + "~rounded", same, List.of(own));
    precisions.put(rounded.name(), Precision.INT8);
    activations.put(own.name(), params);
    activations.put(rounded.name(), params);
    return rounded;
  }

  /** The exact output, then that of each variant. */
  List<String> outputs() {
    return outputs.stream().map(Value::name).toList();
  }

  Graph graph() {
    return graph.copyFor(outputs);
  }

  Quantization quantization() {
    return new Quantization(precisions, activations, Map.of());
  }
}
